"""Timed starts (定时开始): when the calendar opens cases of a procedure, once a month or once a quarter."""

import ast
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bihuan.domain.workdays import Calendar, day_of_month, month, quarter, workday_of_month
from bihuan.engine.expressions import MOST_CHARS, Unsafe

MOST_WORKDAY: Final = 15
"""The fewest working days that a month has had."""
MOST_DAY: Final = 28
_MONTHS: Final = (1, 2, 3)
_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_KEYWORDS: Final = {"monthly": {"workday", "day", "at"}, "quarterly": {"workday", "day", "at", "month"}}


@dataclass(frozen=True, slots=True)
class Schedule:
    """One such expression: `monthly(workday=-1, at="09:00")`, `quarterly(month=3, day=20, at="09:00")`."""

    text: str
    quarterly: bool
    month: int
    """Of the quarter, from 1."""
    workday: int | None
    day: int | None
    at: str

    @classmethod
    def parse(cls, text: str) -> "Schedule":
        """The expression as written. Raises Unsafe, with the reason in the process owner's language."""
        name, given = _call(text.strip())
        n = given.get("workday", given.get("day"))
        most = MOST_WORKDAY if "workday" in given else MOST_DAY
        if ("workday" in given) == ("day" in given) or not _whole(n) or not 1 <= abs(int(str(n))) <= most:
            raise Unsafe(f"请写明第几个工作日 workday（1 至 {MOST_WORKDAY}）或几日 day（1 至 {MOST_DAY}），倒数为负")
        at, which = given.get("at"), given.get("month", 1)
        if not isinstance(at, str) or not _TIME.fullmatch(at):
            raise Unsafe('请写明时刻 at，如 at="09:00"')
        if name == "quarterly" and ("month" not in given or which not in _MONTHS):
            raise Unsafe("请写明季度中的第几个月 month（1 至 3）")
        number = int(str(n))
        workday, day = (number, None) if "workday" in given else (None, number)
        return cls(text.strip(), name == "quarterly", int(str(which)), workday, day, at)

    def due_at(self, period: str, calendar: Calendar) -> datetime:
        """When the case of this period (2026-11, 2026Q4) is opened. Raises CannotCount."""
        months = self.month - 1
        if self.workday is not None:
            return workday_of_month(calendar, self.workday, of=period, months=months, at=self.at).due_at
        return day_of_month(calendar, self.day or 0, of=period, months=months, at=self.at, roll=False).due_at

    def period_of(self, instant: datetime) -> str:
        """The month or quarter that an instant lies in."""
        return quarter(instant) if self.quarterly else month(instant)

    def following(self, period: str) -> str:
        """The period after this one."""
        return quarter(period, months=3) if self.quarterly else month(period, months=1)

    def first_after(self, instant: datetime, calendar: Calendar) -> tuple[str, datetime]:
        """The next period to be opened after an instant, and when."""
        period = self.period_of(instant)
        while (due_at := self.due_at(period, calendar)) <= instant:
            period = self.following(period)
        return period, due_at


def _call(text: str) -> tuple[str, dict[str, object]]:
    try:
        tree = ast.parse(text[:MOST_CHARS], mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    match tree:
        case ast.Call(func=ast.Name(id=("monthly" | "quarterly") as name), args=[], keywords=keywords):
            given = {keyword.arg or "": _value(keyword.value) for keyword in keywords}
        case _:
            raise Unsafe("请写 monthly(…) 或 quarterly(…)")
    if wrong := given.keys() - _KEYWORDS[name]:
        raise Unsafe(f"{name} 没有参数“{'、'.join(sorted(wrong))}”")
    return name, given


def _value(node: ast.expr) -> object:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
    return None


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
