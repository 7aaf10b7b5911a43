"""How near a deadline is: the lamp beside a task, and the working time left or over, as an official reads it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays.calendar import Calendar
from bihuan.domain.workdays.words import CannotCount

HALF_DAY = {"morning": (0, 12 * 60), "afternoon": (13 * 60 + 30, 24 * 60)}
"""The hours of a half day (上午上班, 下午上班), in minutes after midnight: it ends at 12:00, or begins at 13:30."""

Lamp = Literal["green", "amber", "red"]


@dataclass(frozen=True, slots=True)
class LampThresholds:
    """At one moment: everything due up to `amber_until` is amber. A list of tasks works them out once."""

    amber_until: datetime

    @classmethod
    def at(cls, calendar: Calendar, now: datetime, *, amber_workdays: int) -> Self:
        """Amber is what ends with the `amber_workdays`-th working day after today, or sooner.

        A half day is half a day's warning: so much earlier it turns amber.
        """
        due = calendar.workdays(amber_workdays, since=now)
        today = now.astimezone(BEIJING).date()
        while lost := len(calendar.halves_between(today, due.due_on + timedelta(days=1))):
            wider = calendar.workdays(amber_workdays + (lost + 1) // 2, since=now)
            if wider.due_on <= due.due_on:
                break
            due = wider
        return cls(due.due_at)


def lamp(due_at: datetime, now: datetime, thresholds: LampThresholds) -> Lamp:
    """Red from the due instant on, amber shortly before, else green."""
    if now >= due_at:
        return "red"
    return "amber" if due_at <= thresholds.amber_until else "green"


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The hours in which a locality works, as (from, to) in minutes after midnight, in order."""

    spans: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """Hours written as ["09:00-12:00", "13:00-17:00"]. Raises CannotCount unless they follow each other."""
        spans = tuple(_span(text) for text in texts)
        edges = [edge for span in spans for edge in span]
        if not edges or edges != sorted(set(edges)):
            raise CannotCount(
                f"Expected office hours in order and apart, but they are {spans}",
                "办公时间应按先后分段填写，如 09:00-12:00、13:00-17:00，各段不得重叠。",
            )
        return cls(spans)

    @property
    def minutes(self) -> int:
        """The length of one working day."""
        return sum(end - begin for begin, end in self.spans)

    def between(self, begin: int, end: int, half: str = "") -> int:
        """Working minutes of one day between two of its minutes; `half`: only that half of it is worked."""
        opening, closing = HALF_DAY.get(half, (0, 24 * 60))
        begin, end = max(begin, opening), min(end, closing)
        return sum(max(0, min(end, closes) - max(begin, opens)) for opens, closes in self.spans)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Working time left until a deadline, or gone since it."""

    minutes: int
    day_minutes: int
    late: bool

    @property
    def workdays(self) -> float:
        return self.minutes / self.day_minutes

    def __str__(self) -> str:
        """As pages print it: 剩1个工作日3小时, 剩25分钟, 超期21个工作日, on the first day 超期0.5个工作日."""
        if self.late:
            days, tenths = self.minutes // self.day_minutes, -(-self.minutes * 10 // self.day_minutes)
            return f"超期{days or tenths / 10:g}个工作日" if tenths else "已超期"
        days, rest = divmod(self.minutes, self.day_minutes)
        hours, minutes = divmod(rest, 60)
        if days or hours:
            return "剩" + (f"{days}个工作日" if days else "") + (f"{hours}小时" if hours else "")
        return f"剩{minutes}分钟" if minutes else "即将到期"


def remaining(calendar: Calendar, now: datetime, due_at: datetime, hours: OfficeHours) -> WorkingTime:
    """The working time between `now` and `due_at`, in office hours of working days."""
    late = now >= due_at
    begin, end = sorted((now.astimezone(BEIJING), due_at.astimezone(BEIJING)))
    first, last = begin.date(), end.date()
    begin_minute, end_minute = begin.hour * 60 + begin.minute, end.hour * 60 + end.minute
    if first == last:
        spent = hours.between(begin_minute, end_minute, calendar.half(first)) if calendar.is_workday(first) else 0
        return WorkingTime(spent, hours.minutes, late)
    spent = hours.between(begin_minute, 24 * 60, calendar.half(first)) if calendar.is_workday(first) else 0
    spent += hours.between(0, end_minute, calendar.half(last)) if calendar.is_workday(last) else 0
    spent += hours.minutes * calendar.count_workdays(first, last)
    for day in calendar.halves_between(first, last):
        spent -= hours.minutes - hours.between(0, 24 * 60, calendar.half(day))
    return WorkingTime(spent, hours.minutes, late)


def _span(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", text, re.ASCII)
    if not found:
        raise CannotCount(
            f"Expected office hours like 09:00-12:00, but they are {text!r}",
            f"办公时间应写作 09:00-12:00，现为 {text!r}。",
        )
    hour, minute, to_hour, to_minute = map(int, found.groups())
    return hour * 60 + minute, to_hour * 60 + to_minute
