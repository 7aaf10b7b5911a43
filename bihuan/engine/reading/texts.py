"""The expressions an owner wrote on one element: parsed, their functions checked, the names they read remembered."""

from collections.abc import Mapping

from bihuan.engine.elements.people import Audience
from bihuan.engine.expressions import Expression, Unsafe, expression_of
from bihuan.engine.reading.faults import Faults
from bihuan.engine.reading.model import Node, Process

COUNTING = frozenset({"workdays", "days"})
OF_MONTH = frozenset({"workday_of_month", "day_of_month"})
OF_ONE = COUNTING | OF_MONTH | {"on", "month", "quarter", "limit", "deadline", "len", "values"}
"""The functions that take one value besides their keywords."""


class Texts:
    """Reads the expressions of one element, adding the faults it finds."""

    def __init__(
        self,
        process: Process,
        node: Node,
        processes: Mapping[str, Process],
        around: Mapping[str, set[str]],
        limits: Mapping[str, int],
        faults: Faults,
        read: set[str],
    ) -> None:
        self.process, self.node, self.processes, self.around = process, node, processes, around
        self.limits, self.faults, self.read = limits, faults, read

    def fault(self, rule: str, what: str, cure: str) -> None:
        """A fault of this element."""
        self.faults.add(rule, self.process.file, self.node.id, self.node.name, what, cure)

    def expression(self, text: str | None, what: str, also: frozenset[str] = frozenset()) -> Expression | None:
        """The expression, or None when there is none or it is refused. `also`: names given besides the case's own."""
        if text is None:
            return None
        try:
            expression = expression_of(text)
        except Unsafe as error:
            self.fault("D11", f"{what}：{error}", "请按表达式规定的写法修改")
            return None
        self._check_calls(expression, what)
        self.read |= expression.names - also
        if "pressed_at" in expression.names - also:
            self.fault("D11", f"{what}：此处不能使用 pressed_at", "pressed_at 只能用于 requires")
        return expression

    def date(self, text: str | None, what: str) -> Expression | None:
        """An expression that has to give a moment."""
        expression = self.expression(text, what)
        if expression is not None and not expression.calls and not any(n.endswith("_at") for n in expression.names):
            self.fault("D10", f"{what}“{expression.text}”算不出时间", "请用 workdays、days、on 等函数")
        return expression

    def audience(self, text: str | None, rule: str, what: str) -> Audience | None:
        """Plain group keys, or an expression."""
        if not text:
            return None
        try:
            audience = Audience(text)
        except Unsafe as error:
            self.fault("D11", f"{what}：{error}", "请按表达式规定的写法修改")
            return None
        except ValueError as error:
            cure = "写单位编号（如 platform），或用 ${…} 写表达式，多个单位用逗号隔开"
            self.fault(rule, f"{what}“{error}”不合规定", cure)
            return None
        if audience.expression is not None:
            self._check_calls(audience.expression, what)
            self.read |= audience.expression.names
        return audience

    def _check_calls(self, expression: Expression, what: str) -> None:
        for call in expression.calls:
            name = getattr(call.func, "id", "")
            keywords = {keyword.arg for keyword in call.keywords}
            if name in COUNTING and "since" not in keywords:
                self.fault(
                    "D12", f"{what}：{name} 没有写明起算点 since", "请写明从哪个里程碑起算，如 since=dispatched_at"
                )
            if name in OF_MONTH and "of" not in keywords:
                cure = "请写明以什么定月份，如 of=booked_at、of=period"
                self.fault("D12", f"{what}：{name} 没有写明是哪个月 of", cure)
            if name in OF_ONE and len(call.args) != 1:
                self.fault("D12", f"{what}：{name} 应有且只有一个参数", "请核对函数的写法")
        for limit in expression.arguments("limit"):
            if limit not in self.limits:
                cure = "请写引号内的名称，并在 locality.toml 的 [internal_limits] 中规定"
                self.fault("D12", f"{what}：内部时限“{limit or '?'}”没有规定", cure)
        for deadline in expression.arguments("deadline"):
            if not self.is_deadline(deadline):
                self.fault(
                    "D12", f"{what}：没有名为“{deadline or '?'}”的时限", "请写外层活动上定时边界事件的编号，加引号"
                )

    def is_deadline(self, element: object) -> bool:
        """Whether a deadline of that id stands on an activity around: in this process, or in one that may call it."""
        mine = next((node for _, node in self.process.nodes() if node.id == element), None)
        if mine is not None:
            return _is_limit(mine) and mine.on in self.around.get(self.node.id, ())
        return any(
            node.id == element and _is_limit(node) for each in self.processes.values() for _, node in each.nodes()
        )


def _is_limit(node: Node) -> bool:
    return node.tag == "boundaryEvent" and node.event == "timer"


def uses_limit(*texts: str | None) -> bool:
    """Whether any of the expressions counts with an internal limit of the locality."""
    for text in filter(None, texts):
        try:
            if expression_of(text).internal:
                return True
        except Unsafe:
            continue
    return False
