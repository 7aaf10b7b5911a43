"""The expression language of diagrams: conditions, dates, groups, keys, payloads, DMN cells. Closed: no code, no
attributes.

An expression is parsed once, with the deployment, and refused then if it uses anything the language does not have.
What it can do while it runs is bounded: no loops, no repetition of texts, values of limited size. A name nothing has
set reads None.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from bihuan.domain.workdays import Due

MOST_CHARS, MOST_NODES, MOST_SIZE, MOST_DIGITS = 1000, 200, 10_000, 2**53
KEYWORDS: Mapping[str, frozenset[str]] = {
    "workdays": frozenset({"since", "at"}),
    "days": frozenset({"since", "at", "roll"}),
    "workday_of_month": frozenset({"of", "months", "at"}),
    "day_of_month": frozenset({"of", "months", "at", "roll"}),
    "on": frozenset({"at"}),
    "month": frozenset({"months"}),
    "quarter": frozenset({"months"}),
    "limit": frozenset(),
    "deadline": frozenset(),
    "len": frozenset(),
    "min": frozenset(),
    "max": frozenset(),
    "values": frozenset(),
}
"""The functions there are, each with the keywords it takes."""

ANCHORS = frozenset({"since", "of"})
"""The keywords that say what a limit counts from."""

Names: TypeAlias = Mapping[str, Any]
Functions: TypeAlias = Mapping[str, Callable[..., Any]]
Code: TypeAlias = Callable[[Names, Functions], Any]


class Unsafe(ValueError):
    """An expression uses what the language does not have."""


class Failed(ValueError):
    """An expression could not be worked out with the values it met."""


def _in(a: Any, b: Any) -> bool:
    if isinstance(b, str | list | tuple | dict):
        return a in b
    raise Failed(f"`in` needs a list or a text, but it met {b!r}")


_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: _in,
    ast.NotIn: lambda a, b: not _in(a, b),
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_PLAIN = (
    ast.Expression,
    ast.Load,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.USub,
    ast.Compare,
    ast.IfExp,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Subscript,
    *_BINARY,
    *_COMPARE,
)


class Expression:
    """One parsed expression: the names it reads, the functions it calls, and its value."""

    __slots__ = ("_code", "calls", "names", "since", "text")

    def __init__(self, text: str) -> None:
        """Parse `text`, with or without `${…}` around it. Raises Unsafe."""
        self.text = unwrapped(text)
        body = _parsed(self.text)
        nodes = list(ast.walk(body))
        if len(nodes) > MOST_NODES:
            raise Unsafe("表达式过于复杂")
        called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        for node in nodes:
            _check(node)
        self.names = frozenset(n.id for n in nodes if isinstance(n, ast.Name) and id(n) not in called)
        self._code = _compiled(body)
        self.calls = tuple(node for node in nodes if isinstance(node, ast.Call))
        anchors = [keyword.value for call in self.calls for keyword in call.keywords if keyword.arg in ANCHORS]
        self.since = ast.unparse(anchors[0]) if anchors else None

    @property
    def parts(self) -> tuple["Expression", ...]:
        """What it joins by `and`, each an expression of its own, brackets held together; else itself alone."""
        body = _parsed(self.text)
        joined = body.values if isinstance(body, ast.BoolOp) and isinstance(body.op, ast.And) else [body]
        return tuple(expression_of(ast.unparse(one)) for one in joined) if len(joined) > 1 else (self,)

    def arguments(self, function: str) -> list[Any]:
        """The first argument of each call of `function`, when it is written out; None when it is worked out."""
        found = [call for call in self.calls if isinstance(call.func, ast.Name) and call.func.id == function]
        return [call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None for call in found]

    @property
    def internal(self) -> bool:
        """Whether it uses an internal limit of the locality."""
        return bool(self.arguments("limit"))

    def value(self, names: Mapping[str, Any], functions: Functions) -> Any:
        """Work it out. Raises Failed, or what a function raises."""
        try:
            return self._code(names, functions)
        except (
            TypeError,
            KeyError,
            IndexError,
            ZeroDivisionError,
            OverflowError,
            AttributeError,
            RecursionError,
        ) as error:
            raise Failed(f"{self.text} cannot be worked out: {error}") from error


@lru_cache(maxsize=4096)
def expression_of(text: str) -> Expression:
    """The expression of this text, parsed once: what it says never changes. Raises Unsafe."""
    return Expression(text)


def unwrapped(text: str) -> str:
    """The expression inside `${…}`, or the text itself."""
    text = text.strip()
    return text[2:-1].strip() if text.startswith("${") and text.endswith("}") else text


def _parsed(text: str) -> ast.expr:
    if not text:
        raise Unsafe("表达式为空")
    if len(text) > MOST_CHARS:
        raise Unsafe(f"表达式超过{MOST_CHARS}个字符")
    try:
        return ast.parse(" ".join(text.splitlines()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Unsafe(f"表达式“{text}”写法有误") from None


def _check(node: ast.AST) -> None:
    match node:
        case ast.Constant(value=value):
            _check_constant(value)
        case ast.Name(id=name):
            if name.startswith("_"):
                raise Unsafe(f"名称“{name}”不能以下划线开头")
        case ast.keyword(arg=None):
            raise Unsafe("表达式中不能使用 **")
        case ast.Call(func=ast.Name(id=name), keywords=keywords):
            if name not in KEYWORDS:
                raise Unsafe(f"没有名为“{name}”的函数")
            if wrong := {k.arg for k in keywords if k.arg} - KEYWORDS[name]:
                raise Unsafe(f"函数“{name}”没有参数“{'、'.join(sorted(wrong))}”")
        case ast.Dict(keys=keys):
            if None in keys:
                raise Unsafe("表达式中不能使用 **")
        case ast.keyword():
            pass
        case _ if not isinstance(node, (ast.BinOp, *_PLAIN)):
            raise Unsafe(f"表达式中不能使用{type(node).__name__}")


def _check_constant(value: object) -> None:
    if value is not None and not isinstance(value, str | int | float):
        raise Unsafe("表达式中只能写文字、数字、True、False、None")
    try:
        bounded(value)
    except Failed as error:
        raise Unsafe(str(error)) from None


def bounded(value: Any) -> Any:
    """The value, when it is of a size a state can hold. Raises Failed."""
    if isinstance(value, str | list | tuple | dict) and len(value) > MOST_SIZE:
        raise Failed("值过长")
    if isinstance(value, float) and not math.isfinite(value):
        raise Failed("数值超出范围")
    if isinstance(value, int) and abs(value) > MOST_DIGITS:
        raise Failed("数值超出范围")
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Failed("文字含有无法保存的字符") from None
    return value


def _plain(value: Any) -> Any:
    return value.due_at if isinstance(value, Due) else value


def _compiled(node: ast.expr) -> Code:
    """The expression as nested closures: worked out in a few microseconds."""
    match node:
        case ast.Constant(value=value):
            return lambda names, functions: value
        case ast.Name(id=name):
            return lambda names, functions: names.get(name)
        case ast.BoolOp(op=op, values=values):
            return _bool(isinstance(op, ast.And), [_compiled(value) for value in values])
        case ast.UnaryOp(op=op, operand=operand):
            inner = _compiled(operand)
            if isinstance(op, ast.Not):
                return lambda names, functions: not inner(names, functions)
            return lambda names, functions: -inner(names, functions)
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(type(op), _compiled(left), _compiled(right))
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            return _compare([_COMPARE[type(op)] for op in ops], [_compiled(part) for part in (left, *comparators)])
        case ast.IfExp(test=test, body=body, orelse=orelse):
            condition, yes, no = _compiled(test), _compiled(body), _compiled(orelse)
            return lambda names, functions: (yes if condition(names, functions) else no)(names, functions)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
            return _call(name, [_compiled(arg) for arg in args], {k.arg: _compiled(k.value) for k in keywords if k.arg})
        case _:
            return _collection(node)


def _collection(node: ast.expr) -> Code:
    match node:
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            parts = [_compiled(element) for element in elements]
            return lambda names, functions: [part(names, functions) for part in parts]
        case ast.Dict(keys=keys, values=values):
            pairs = [(_compiled(key), _compiled(value)) for key, value in zip(keys, values, strict=True) if key]
            return lambda names, functions: {key(names, functions): value(names, functions) for key, value in pairs}
        case ast.Subscript(value=value, slice=index):
            whole, place = _compiled(value), _compiled(index)
            return lambda names, functions: whole(names, functions)[place(names, functions)]
    raise Unsafe(f"表达式中不能使用{type(node).__name__}")


def _bool(every: bool, parts: list[Code]) -> Code:
    def work(names: Names, functions: Functions) -> Any:
        value: Any = every
        for part in parts:
            value = part(names, functions)
            if bool(value) != every:
                return value
        return value

    return work


def _binary(op: type, left: Code, right: Code) -> Code:
    def work(names: Names, functions: Functions) -> Any:
        a, b = left(names, functions), right(names, functions)
        if op is ast.Mult and not (isinstance(a, int | float) and isinstance(b, int | float)):
            raise Failed("只有数字可以相乘")
        if op is ast.Mod and isinstance(a, str):
            raise Failed("文字不能用 %")
        return bounded(_BINARY[op](a, b))

    return work


def _compare(ops: list[Callable[[Any, Any], Any]], parts: list[Code]) -> Code:
    def work(names: Names, functions: Functions) -> bool:
        a = _plain(parts[0](names, functions))
        for op, part in zip(ops, parts[1:], strict=True):
            b = _plain(part(names, functions))
            if not op(a, b):
                return False
            a = b
        return True

    return work


def _call(name: str, args: list[Code], keywords: dict[str, Code]) -> Code:
    def work(names: Names, functions: Functions) -> Any:
        given = {key: code(names, functions) for key, code in keywords.items()}
        return bounded(functions[name](*(arg(names, functions) for arg in args), **given))

    return work
