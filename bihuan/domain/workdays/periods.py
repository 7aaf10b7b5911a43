"""Periods of reports (周期): weeks, half-months, months, quarters and years, as people name them, in Beijing time."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal

from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotFound
from bihuan.domain.workdays.calendar import Calendar

PeriodKind = Literal["week", "half-month", "month", "quarter", "year"]
PERIOD_KINDS: Final[tuple[PeriodKind, ...]] = ("week", "half-month", "month", "quarter", "year")
_SHAPES: Final = {
    "week": r"(\d{4})-W(\d{2})",
    "half-month": r"(\d{4})-(\d{2})-([AB])",
    "month": r"(\d{4})-(\d{2})",
    "quarter": r"(\d{4})Q([1-4])",
    "year": r"(\d{4})",
}
FIRST_YEAR: Final = 2010
LAST_YEAR: Final = 2098
"""Years whose working days, and those of the years before and after, can be counted."""
_MID_MONTH: Final = 16
_QUARTERS: Final = "一二三四"


@dataclass(frozen=True, slots=True)
class Period:
    """A period: from the first day's midnight up to, and without, the midnight after the last day."""

    kind: PeriodKind
    first_on: date
    last_on: date

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> "Period":
        """The period of this kind that the day lies in."""
        match kind:
            case "week":
                first = day - timedelta(days=day.weekday())
                return cls(kind, first, first + timedelta(days=6))
            case "half-month" if day.day < _MID_MONTH:
                return cls(kind, day.replace(day=1), day.replace(day=_MID_MONTH - 1))
            case "half-month":
                return cls(kind, day.replace(day=_MID_MONTH), _last_of(day.year, day.month))
            case "month":
                return cls(kind, day.replace(day=1), _last_of(day.year, day.month))
            case "quarter":
                month = day.month - (day.month - 1) % 3
                return cls(kind, date(day.year, month, 1), _last_of(day.year, month + 2))
            case "year":
                return cls(kind, date(day.year, 1, 1), date(day.year, 12, 31))

    @classmethod
    def at(cls, kind: PeriodKind, moment: datetime) -> "Period":
        """The period of this kind that the moment lies in."""
        return cls.of(kind, moment.astimezone(BEIJING).date())

    @classmethod
    def parse(cls, kind: PeriodKind, text: str) -> "Period":
        """The period of this kind with this name, such as 2026-11 or 2026Q4. Raises NotFound."""
        found = re.fullmatch(_SHAPES[kind], text, re.ASCII)
        try:
            if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
                return cls.of(kind, _day_in(kind, found))
        except ValueError:
            pass
        raise NotFound(f"Expected a {kind}, but {text!r} is none", f"没有这样的期间：{text[:20]}。")

    @property
    def begins_at(self) -> datetime:
        """Aware; the first instant that counts."""
        return datetime.combine(self.first_on, time(), BEIJING)

    @property
    def ends_at(self) -> datetime:
        """Aware; the first instant that does not count any more."""
        return datetime.combine(self.last_on + timedelta(days=1), time(), BEIJING)

    @property
    def previous(self) -> "Period":
        return self.of(self.kind, self.first_on - timedelta(days=1))

    @property
    def following(self) -> "Period":
        return self.of(self.kind, self.last_on + timedelta(days=1))

    def months(self) -> tuple["Period", ...]:
        """The months of a quarter or year; for shorter periods those of the year so far, up to its own."""
        month = self.of("month", self.first_on if self.kind in ("quarter", "year") else date(self.first_on.year, 1, 1))
        found = []
        while month.first_on <= self.last_on:
            found.append(month)
            month = month.following
        return tuple(found)

    def __str__(self) -> str:
        day = self.first_on
        match self.kind:
            case "week":
                year, week, _ = day.isocalendar()
                return f"{year}-W{week:02}"
            case "half-month":
                return f"{day:%Y-%m}-{'A' if day.day < _MID_MONTH else 'B'}"
            case "month":
                return f"{day:%Y-%m}"
            case "quarter":
                return f"{day.year}Q{(day.month + 2) // 3}"
            case "year":
                return str(day.year)

    @property
    def words(self) -> str:
        """In Chinese, as a bulletin's heading has it: 2026年11月, 2026年第四季度."""
        day = self.first_on
        match self.kind:
            case "week":
                year, week, _ = day.isocalendar()
                return f"{year}年第{week}周（{_short(day)}—{_short(self.last_on)}）"
            case "half-month":
                return f"{day.year}年{day.month}月{'上' if day.day < _MID_MONTH else '下'}半月"
            case "month":
                return f"{day.year}年{day.month}月"
            case "quarter":
                return f"{day.year}年第{_QUARTERS[(day.month - 1) // 3]}季度"
            case "year":
                return f"{day.year}年"


def _day_in(kind: PeriodKind, found: "re.Match[str]") -> date:
    """A day of the period that was matched. Raises ValueError."""
    year = int(found[1])
    match kind:
        case "week":
            return date.fromisocalendar(year, int(found[2]), 1)
        case "half-month":
            return date(year, int(found[2]), 1 if found[3] == "A" else _MID_MONTH)
        case "month":
            return date(year, int(found[2]), 1)
        case "quarter":
            return date(year, 3 * int(found[2]), 1)
        case "year":
            return date(year, 1, 1)


def _last_of(year: int, month: int) -> date:
    following = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return following - timedelta(days=1)


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


@lru_cache(maxsize=32)
def numbered_workdays(calendar: Calendar, first_year: int, last_year: int) -> tuple[date, list[int]]:
    """The first of these years' days, and for it and each that follows how many working days there are up to it."""
    first = day = date(first_year, 1, 1)
    counted, found = 0, []
    while day.year <= last_year:
        counted += calendar.is_workday(day)
        found.append(counted)
        day += timedelta(days=1)
    return first, found
