"""Days of a month: the first five working days (每月头5个工作日), the 20th, the last; and the names of months and
quarters.

What a month's days are counted from is its own beginning or end, so a receipt runs from the day before its first, or
from the day after its last.
"""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays.calendar import Calendar, Due
from bihuan.domain.workdays.words import CannotCount

Of: TypeAlias = datetime | Due | date | str
"""What a month is named by: an instant, a deadline, a date, or a period as `month` and `quarter` write it."""

MOST_MONTHS = 120
_DAY = timedelta(days=1)
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?|Q([1-4]))", re.ASCII)


def workday_of_month(calendar: Calendar, n: int, *, of: Of, months: int = 0, at: str = "24:00") -> Due:
    """The n-th working day (工作日) of the month that `of` lies in, `months` later; from its end when n is negative.

    A quarter stands for its first month. Raises CannotCount when the month has fewer, or nothing names it.
    """
    first = _month(of, months)
    due = calendar.workdays(n, since=_edge(first, n), at=at)
    _require_inside(due.due_on, first, n)
    due = replace(due, recipe=("workday_of_month", n, at, _recipe(of, first, months)))
    return _counted(due, f"workday_of_month({n}, of={_name(first)}, at={at})", first, n, of)


def day_of_month(calendar: Calendar, n: int, *, of: Of, months: int = 0, at: str = "24:00", roll: bool = True) -> Due:
    """The n-th natural day (日) of that month; -1 is the last.

    When it is not a working day it moves to the next one, counted from the end to the one before, unless `roll` is
    False. Raises CannotCount as `workday_of_month` does.
    """
    first = _month(of, months)
    if isinstance(n, int):
        _require_inside((first if n > 0 else _later(first, 1)) + _DAY * (n - 1 if n > 0 else n), first, n)
    due = calendar.days(n, since=_edge(first, n), at=at, roll=roll)
    due = replace(due, recipe=("day_of_month", n, at, roll, _recipe(of, first, months)))
    rule = f"day_of_month({n}, of={_name(first)}, at={at}{'' if roll else ', roll=False'})"
    return _counted(due, rule, first, n, of)


def month(of: Of, months: int = 0) -> str:
    """The month that `of` lies in, `months` later: "2026-11"."""
    return _name(_month(of, months))


def quarter(of: Of, months: int = 0) -> str:
    """The quarter that the month lies in: "2026Q4"."""
    first = _month(of, months)
    return f"{first.year}Q{(first.month + 2) // 3}"


def _month(of: Of, months: int) -> date:
    """The first day of the month meant."""
    if isinstance(months, bool) or not isinstance(months, int) or abs(months) > MOST_MONTHS:
        raise CannotCount(f"Expected at most {MOST_MONTHS} months to or fro, but it is {months!r}")
    return _later(_day_in(of).replace(day=1), months)


def _day_in(of: Of) -> date:
    match of:
        case Due():
            return of.due_on
        case datetime() if of.tzinfo is not None:
            return of.astimezone(BEIJING).date()
        case date() if not isinstance(of, datetime):
            return of
        case str() if found := _PERIOD.fullmatch(of):
            year, month_, day, quarter_ = found.groups()
            try:
                return date(int(year), int(month_ or int(quarter_ or 1) * 3 - 2), int(day or 1))
            except ValueError:
                pass
    raise CannotCount(
        f"Expected `of` to name a month, as an instant, 2026-11-30, 2026-11 or 2026Q4 does, but it is {of!r}",
        "无法确定是哪个月：所依据的节点尚未发生，或月份写法有误（应如 2026-11、2026Q4）。",
    )


def _later(first: date, months: int) -> date:
    year, place = divmod(first.year * 12 + first.month - 1 + months, 12)
    try:
        return date(year, place + 1, 1)
    except ValueError as error:
        raise CannotCount(f"Expected a month of the calendar, but it is {months} months from {first}") from error


def _edge(first: date, n: int) -> datetime:
    """From where the month's days are counted: the day before its first, or the day after its last."""
    return _midnight(_later(first, 1) if isinstance(n, int) and n < 0 else first - _DAY)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


def _require_inside(day: date, first: date, n: int) -> None:
    if (day.year, day.month) != (first.year, first.month):
        raise CannotCount(
            f"Expected {_name(first)} to have day {n}, but it has fewer",
            f"{_name(first)} 没有第 {abs(n)} 个这样的日子。",
        )


def _counted(due: Due, rule: str, first: date, n: int, of: Of) -> Due:
    begins = _midnight(_later(first, 1) if n < 0 else first)
    provisional = due.provisional or (isinstance(of, Due) and of.provisional)
    return replace(due, rule=rule, anchor_at=begins, provisional=provisional)


def _recipe(of: Of, first: date, months: int) -> object:
    """The month by its name; one that another deadline lies in may move with that."""
    return of.recipe if isinstance(of, Due) and months == 0 else _name(first)


def _name(first: date) -> str:
    return f"{first.year:04}-{first.month:02}"
