"""How a deadline was counted, kept with it, so that another calendar can count it again (日历调整).

A recipe is lists of JSON scalars, so that it lies in a case's state: what was counted, and from which instant, or from
which other deadline.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bihuan.domain.workdays.calendar import Calendar, Due
from bihuan.domain.workdays.months import day_of_month, workday_of_month
from bihuan.domain.workdays.words import CannotCount

Recipe = Sequence[Any]


def recount(calendar: Calendar, recipe: Recipe) -> Due:
    """The same limit by this calendar: same rule, same beginning. Raises CannotCount."""
    match recipe:
        case ["workdays", n, at, since]:
            return calendar.workdays(n, since=_since(calendar, since), at=at)
        case ["days", n, at, roll, since]:
            return calendar.days(n, since=_since(calendar, since), at=at, roll=roll)
        case ["on", day, at]:
            return calendar.on(day, at=at)
        case ["workday_of_month", n, at, of]:
            return workday_of_month(calendar, n, of=_of(calendar, of), at=at)
        case ["day_of_month", n, at, roll, of]:
            return day_of_month(calendar, n, of=_of(calendar, of), at=at, roll=roll)
    raise CannotCount(f"Expected a recipe of a deadline, but it is {recipe!r}")


def _since(calendar: Calendar, since: str | Recipe) -> datetime | Due:
    return datetime.fromisoformat(since) if isinstance(since, str) else recount(calendar, since)


def _of(calendar: Calendar, of: str | Recipe) -> str | Due:
    return of if isinstance(of, str) else recount(calendar, of)
