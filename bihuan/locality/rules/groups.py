"""Reading group keys out of what a diagram says: plain keys, and the texts an expression can come to."""

import ast
from collections.abc import Iterator

from bihuan.engine.expressions import unwrapped


def written(text: str) -> frozenset[str]:
    """Groups as written, in one spelling: plain keys one by one, an expression whole."""
    text = text.strip()
    if text.startswith("${"):
        return frozenset({"${" + _spelling(unwrapped(text)) + "}"})
    return frozenset(key for part in text.split(",") if (key := part.strip()))


def plain(text: str) -> frozenset[str]:
    """The group keys that are certain: plain ones, and the constant outcomes of an expression."""
    text = text.strip()
    return frozenset(_outcomes(_parsed(unwrapped(text)))) if text.startswith("${") else written(text)


def roles(text: str) -> frozenset[str]:
    """The roles that an expression appends to a unit it works out: `principal` of `${unit + ":principal"}`."""
    tree = _parsed(unwrapped(text)) if text.strip().startswith("${") else None
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)) if tree else ()
    return frozenset(value[1:] for value in constants if isinstance(value, str) and value.startswith(":"))


def entries(payload: str, name: str) -> frozenset[str]:
    """The constant texts that an entry of a payload can come to: its templates, its recipients."""
    tree = _parsed(unwrapped(payload))
    if not isinstance(tree, ast.Dict):
        return frozenset()
    found = [
        value
        for key, value in zip(tree.keys, tree.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == name
    ]
    return frozenset(text for value in found for text in _outcomes(value))


def entry_of(payload: str, name: str) -> str:
    """The expression that an entry of a payload is, as text; empty when there is no such entry."""
    tree = _parsed(unwrapped(payload))
    if not isinstance(tree, ast.Dict):
        return ""
    for key, value in zip(tree.keys, tree.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == name:
            return ast.unparse(value)
    return ""


def alternatives(text: str) -> tuple[str, ...]:
    """All texts that an expression can come to, in order; none unless each of them is written out."""
    return tuple(dict.fromkeys(_written_out(_parsed(text)) or ()))


def _written_out(node: ast.expr | None) -> list[str] | None:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            one, other = _written_out(body), _written_out(orelse)
            return None if one is None or other is None else [*one, *other]
        case _:
            return None


def names(payload: str) -> frozenset[str] | None:
    """The names that a payload sets; None when it does not write them out."""
    tree = _parsed(unwrapped(payload))
    if not isinstance(tree, ast.Dict):
        return None
    keys = [key.value for key in tree.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    return frozenset(keys) if len(keys) == len(tree.keys) else None


def _outcomes(node: ast.expr | None) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _outcomes(body)
            yield from _outcomes(orelse)
        case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
            for value in values:
                yield from _outcomes(value)
        case _:
            return


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _spelling(text: str) -> str:
    tree = _parsed(text)
    return ast.unparse(tree) if tree is not None else text
