"""What somebody might write instead of an expression: another number, another order, a condition less."""

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from bihuan.engine.expressions import unwrapped

COUNTING: Final = frozenset({"workdays", "days", "workday_of_month", "day_of_month"})
PERIODIC: Final = frozenset({"workday", "day", "month", "months"})
NO_LIMITS: Final[Mapping[str, int]] = MappingProxyType({})
RECEIVED: Final = "received_at"
FLIPPED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
STRICT: Final = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)

Node = TypeVar("Node")


class Variant(NamedTuple):
    """Another way to write an expression."""

    operator: str
    before: str
    after: str


def variants(text: str, limits: Mapping[str, int] = NO_LIMITS, *, condition: bool = False) -> Iterator[Variant]:
    """Every expression that differs from this one by one change; a condition is negated as a whole as well.

    `limits`: the internal limits it may count by, in working days.
    """
    tree = ast.parse(unwrapped(text), mode="eval").body
    before, seen = ast.unparse(tree), {ast.unparse(tree)}
    if condition:
        yield Variant("条件取反", before, f"not ({before})")
    for place, node in enumerate(ast.walk(tree)):
        for operator, new in _changes(node, limits, top=condition and node is tree):
            after = _rewritten(tree, place, new)
            if after not in seen:
                seen.add(after)
                yield Variant(operator, before, after)


def without_entries(payload: str) -> Iterator[Variant]:
    """A payload with one of its entries missing."""
    tree = ast.parse(unwrapped(payload), mode="eval").body
    if isinstance(tree, ast.Dict):
        for place in range(len(tree.keys)):
            left = ast.Dict(_without(tree.keys, place), _without(tree.values, place))
            yield Variant("消息少一项", ast.unparse(tree), ast.unparse(left))


def to_another(payload: str, groups: tuple[str, str]) -> Iterator[Variant]:
    """A notice to the first of these groups, or to the second when it goes to the first already."""
    tree = ast.parse(unwrapped(payload), mode="eval").body
    if isinstance(tree, ast.Dict):
        for place, key in enumerate(tree.keys):
            if isinstance(key, ast.Constant) and key.value == "to":
                other = another(ast.unparse(tree.values[place]).strip("'\""), groups)
                values = [*tree.values[:place], ast.Constant(other), *tree.values[place + 1 :]]
                yield Variant("通知改送他人", ast.unparse(tree), ast.unparse(ast.Dict(tree.keys, values)))


def another(group: str, groups: tuple[str, str]) -> str:
    """A group that is not this one."""
    return groups[1] if group == groups[0] else groups[0]


def _rewritten(tree: ast.expr, place: int, new: ast.AST) -> str:
    found = copy.deepcopy(tree)
    node = list(ast.walk(found))[place]
    return ast.unparse(_Put(node, new).visit(found))


class _Put(ast.NodeTransformer):
    """One node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """The node, or what stands in its place."""
        return self._new if node is self._old else self.generic_visit(node)


def _changes(node: ast.AST, limits: Mapping[str, int], *, top: bool) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Call():
            yield from _of_calls(node, limits)
        case ast.Compare(left, [operator], right) if not top or isinstance(operator, STRICT):
            yield "比较取反", ast.Compare(left, [FLIPPED[type(operator)]()], right)
        case ast.BoolOp(operator, values):
            for place in range(len(values)):
                rest = _without(values, place)
                yield "少一个条件", ast.BoolOp(operator, rest) if len(rest) > 1 else rest[0]
            yield "且或互换", ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not(), inner) if not top:
            yield "条件取反", inner
        case ast.IfExp(_, body, orelse):
            yield "总取前者", body
            yield "总取后者", orelse
        case ast.List(several) if len(several) > 1:
            for place in range(len(several)):
                yield "少一项", ast.List(_without(several, place))


def _of_calls(call: ast.Call, limits: Mapping[str, int]) -> Iterator[tuple[str, ast.AST]]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name in COUNTING and call.args and (number := _number(call.args[0])) is not None:
        for by, operator in ((1, "时限加1"), (-1, "时限减1")):
            yield operator, ast.Call(call.func, [_constant(number + by), *call.args[1:]], call.keywords)
    if name in ("workdays", "days") and not _the_next(call, limits):
        other, operator = ("days", "工作日改为日") if name == "workdays" else ("workdays", "日改为工作日")
        keywords = [keyword for keyword in call.keywords if keyword.arg != "roll"]
        yield operator, ast.Call(ast.Name(other), call.args, keywords)
    for place, keyword in enumerate(call.keywords):
        for operator, value in _of_keywords(keyword):
            rest = _without(call.keywords, place)
            new = [*rest[:place], ast.keyword(keyword.arg, value), *rest[place:]] if value else rest
            yield operator, ast.Call(call.func, call.args, new)


def _the_next(call: ast.Call, limits: Mapping[str, int]) -> bool:
    """Whether it is the next working day, which one working day gives, and one day that rolls on."""
    rolls = not any(keyword.arg == "roll" for keyword in call.keywords)
    match call.args:
        case [ast.Call(ast.Name("limit"), [ast.Constant(str() as name)])]:
            return rolls and limits.get(name) == 1
        case [number]:
            return rolls and _number(number) == 1
    return False


def _of_keywords(keyword: ast.keyword) -> Iterator[tuple[str, ast.expr | None]]:
    """What a keyword might say instead; None: it is left out."""
    match keyword:
        case ast.keyword("at", ast.Constant(str() as at)):
            yield "截止时刻去掉", None
            yield "截止时刻提前", ast.Constant(_a_minute_before(at))
        case ast.keyword("since", ast.Name(name)) if name != RECEIVED and name.endswith("_at"):
            yield "改变起算点", ast.Name(RECEIVED)
        case ast.keyword(arg, value) if arg in PERIODIC and (number := _number(value)) is not None:
            yield "时间加1", _constant(number + 1)


def _without(several: Sequence[Node], place: int) -> list[Node]:
    return [one for at, one in enumerate(several) if at != place]


def _number(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(int() as value):
            return value
        case ast.UnaryOp(ast.USub(), ast.Constant(int() as value)):
            return -value
    return None


def _constant(number: int) -> ast.expr:
    return ast.Constant(number) if number >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-number))


def _a_minute_before(at: str) -> str:
    minutes = int(at[:2]) * 60 + int(at[3:5]) - 1
    return f"{minutes // 60:02}:{minutes % 60:02}"
