"""The calendar of a locality and the deadlines it counts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate

from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays import national, words
from bihuan.domain.workdays.receipt import Receipt
from bihuan.domain.workdays.words import HALVES, CannotCount, DayKind, Override

_DAY = timedelta(days=1)
MOST_DAYS = 1000
"""More than this in one limit is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline (到期): `due_at` is the instant from which it is late; strictly before it is on time.

    `due_on` is the day it ends with, `anchor_at` the instant it was counted from, `rule` how: `workdays(15, at=12:00)`.
    """

    due_at: datetime
    due_on: date
    provisional: bool
    rule: str
    anchor_at: datetime
    receipt: Receipt
    recipe: tuple[object, ...] = ()
    """How to count it again by another calendar (`recipes.recount`)."""


class Calendar:
    """National working days plus overrides: immutable; equal and hashed by its version.

    `version` names the overrides; the calendar's own `version` adds the holidays package's and the last year whose
    notice is known: the package's, `last_announced_year`, or the years after it that overrides declare announced.
    """

    __slots__ = ("_days", "_numbers", "_overrides", "last_announced_year", "version")

    def __init__(
        self,
        overrides: Mapping[date, Override] | None = None,
        *,
        version: str | int = 0,
        last_announced_year: int | None = None,
        announced_years: frozenset[int] = frozenset(),
    ) -> None:
        given = dict(overrides or {})
        declared = announced_years | {day.year for day, override in given.items() if override.kind == "announced"}
        announced = last_announced_year or national.last_announced_year()
        while announced + 1 in declared:
            announced += 1
        self._overrides = {day: override for day, override in given.items() if override.kind != "announced"}
        self._days: dict[int, str] = {}
        self._numbers: dict[int, int] = {}
        """Of each day how many working days its year has up to it."""
        self.last_announced_year = announced
        self.version = f"holidays-{national.PACKAGE_VERSION}/{self.last_announced_year}/{version}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.version == other.version and self._overrides == other._overrides

    def __hash__(self) -> int:
        return hash(self.version)

    def __repr__(self) -> str:
        return f"Calendar({self.version})"

    def kind(self, day: date) -> DayKind:
        """What the day is, with its Chinese name. Raises CannotCount outside 2007-2100."""
        return words.day_kind(self._letter(day.toordinal()), self._note(day))

    def is_workday(self, day: date) -> bool:
        """Whether the day counts as a working day (make-up workdays do)."""
        return self._letter(day.toordinal()).isupper()

    def count_workdays(self, after: date, before: date) -> int:
        """How many working days lie between two days, both left out. Raises CannotCount outside 2007-2100."""
        first, last = after + _DAY, before - _DAY
        return sum(self._within(first, last, year) for year in range(first.year, last.year + 1)) if first <= last else 0

    def is_declared(self, day: date) -> bool:
        """Whether the locality declared the day, so that it is not what the State Council's notice makes of it."""
        return day in self._overrides

    def half(self, day: date) -> str:
        """`morning` or `afternoon` where only that half of a working day is worked; else empty."""
        override = self._overrides.get(day)
        return override.kind if override is not None and override.kind in HALVES else ""

    def halves_between(self, after: date, before: date) -> tuple[date, ...]:
        """The half days between two days, both left out."""
        return tuple(day for day, one in self._overrides.items() if one.kind in HALVES and after < day < before)

    def is_announced(self, day: date) -> bool:
        """Whether the State Council's notice for the day's year is known."""
        return day.year <= self.last_announced_year

    def workdays(self, n: int, *, since: datetime | Due, at: str = "24:00") -> Due:
        """The n-th working day (工作日) after `since`'s Beijing date, ending at `at`; before it when n is negative.

        A `Due` as `since` counts from the day it ends with, so that a limit that follows a limit loses no day.
        Raises CannotCount when n is zero or absurd, `since` missing or naive, `at` no time of day.
        """
        start, anchor_at = _anchor(since)
        step = _direction(n)
        minutes = _minutes(at)
        days = self._days
        ordinal, left, letters = start.toordinal(), abs(n), [words.START]
        while left:
            ordinal += step
            letter = days.get(ordinal) or self._letter(ordinal)
            letters.append(letter)
            if letter < "a":  # capitals count
                left -= 1
        receipt = self._receipt(start, "".join(letters), step)
        due = self._due(date.fromordinal(ordinal), minutes, f"workdays({n}, at={at})", anchor_at, receipt, since)
        return replace(due, recipe=("workdays", n, at, _recipe(since)))

    def days(self, n: int, *, since: datetime | Due, at: str = "24:00", roll: bool = True) -> Due:
        """The n-th natural day (日) after `since`'s Beijing date, ending at `at`; before it when n is negative.

        When it is not a working day it moves to the next one (Civil Code art. 203), counting back to the one before,
        unless `roll` is False. Raises CannotCount as `workdays` does.
        """
        start, anchor_at = _anchor(since)
        step = _direction(n)
        minutes = _minutes(at)
        ordinal = start.toordinal() + n
        tail = words.NATURAL
        if roll and not self._letter(ordinal).isupper():
            tail = ""
            while not (letter := self._letter(ordinal)).isupper():
                tail += letter
                ordinal += step
            tail += words.ROLLED_TO
        receipt = self._receipt(start, words.START + words.NATURAL * (abs(n) - 1) + tail, step)
        rule = f"days({n}, at={at})" if roll else f"days({n}, at={at}, roll=False)"
        due = self._due(date.fromordinal(ordinal), minutes, rule, anchor_at, receipt, since)
        return replace(due, recipe=("days", n, at, roll, _recipe(since)))

    def on(self, day: date | str, *, at: str = "24:00") -> Due:
        """A date somebody gave ("2026-11-30"), ending at `at`; counted from its own beginning. Raises CannotCount."""
        on = _day(day)
        if not date.min.year < on.year < date.max.year:
            raise CannotCount(f"Expected a day with others before and after it, but it is {on}")
        receipt = self._receipt(on, words.GIVEN, 1)
        begins = _instant(on, 0)
        due = self._due(on, _minutes(at), f"on({on}, at={at})", begins, receipt, begins)
        return replace(due, recipe=("on", on.isoformat(), at))

    def _letter(self, ordinal: int) -> str:
        letter = self._days.get(ordinal)
        if letter is None:
            self._load(ordinal)
            letter = self._days[ordinal]
        return letter

    def _within(self, first: date, last: date, year: int) -> int:
        """The working days of a year from one day to another."""
        begin, end = max(first, date(year, 1, 1)).toordinal(), min(last, date(year, 12, 31)).toordinal()
        counts = self._letter(begin).isupper()
        return self._numbers[end] - self._numbers[begin] + counts

    def _load(self, ordinal: int) -> None:
        year = date.fromordinal(ordinal).year if 0 < ordinal <= date.max.toordinal() else 0
        if not national.FIRST_YEAR <= year <= national.LAST_YEAR:
            raise CannotCount(
                f"Expected a day between {national.FIRST_YEAR} and {national.LAST_YEAR}, but it is in {year}",
                f"只能计算{national.FIRST_YEAR}年至{national.LAST_YEAR}年之间的期限，请检查起算时间。",
            )
        first = date(year, 1, 1).toordinal()
        letters = dict(enumerate(national.national_year(year).letters, first))
        for day, override in self._overrides.items():
            if day.year == year:
                letters[day.toordinal()] = words.DECLARED[override.kind]
        self._numbers.update(zip(letters, accumulate(letter.isupper() for letter in letters.values()), strict=True))
        self._days.update(letters)  # last: whoever finds a day here finds its number

    def _note(self, day: date) -> str:
        override = self._overrides.get(day)
        return override.reason if override else national.national_year(day.year).notes.get(day, "")

    def _receipt(self, first: date, letters: str, step: int) -> Receipt:
        notes: tuple[tuple[date, str], ...] = ()
        if not words.NOTED.isdisjoint(letters):
            dated = ((first + timedelta(days=step * place), letter) for place, letter in enumerate(letters))
            notes = tuple((day, self._note(day)) for day, letter in dated if letter in words.NOTED)
        return Receipt(self.version, self.last_announced_year, first, letters, step < 0, notes)

    def _due(
        self, on: date, minutes: int, rule: str, anchor_at: datetime, receipt: Receipt, since: datetime | Due
    ) -> Due:
        # Counting runs through every year between: the latest day touched decides, and what was provisional before.
        latest = receipt.first - _DAY if receipt.backwards else on
        counted = receipt.days != words.GIVEN and latest.year > self.last_announced_year
        provisional = counted or (isinstance(since, Due) and since.provisional)
        return Due(_instant(on, minutes), on, provisional, rule, anchor_at, receipt)


def _instant(day: date, minutes: int) -> datetime:
    return (datetime.combine(day, time(), BEIJING) + timedelta(minutes=minutes)).astimezone(UTC)


def _anchor(since: datetime | Due) -> tuple[date, datetime]:
    if isinstance(since, Due):
        return since.due_on, since.due_at
    if not isinstance(since, datetime):
        raise CannotCount(
            f"Expected `since` to be an instant, but it is {since!r}", "期限缺少起算时间：所依据的节点尚未发生。"
        )
    if since.tzinfo is None:
        raise CannotCount(f"Expected `since` to carry a time zone, but {since} is naive")
    try:
        return since.astimezone(BEIJING).date(), since.astimezone(UTC)
    except OverflowError as error:
        raise CannotCount(f"Expected `since` within the calendar, but it is {since}") from error


def _recipe(since: datetime | Due) -> object:
    return since.recipe if isinstance(since, Due) else since.astimezone(UTC).isoformat()


def _direction(n: int) -> int:
    if isinstance(n, bool) or not isinstance(n, int) or n == 0 or abs(n) > MOST_DAYS:
        raise CannotCount(
            f"Expected between 1 and {MOST_DAYS} days, forwards or back, but it is {n!r}",
            f"期限天数应为1至{MOST_DAYS}之间的整数（倒推为负），现为 {n!r}。",
        )
    return 1 if n > 0 else -1


@cache
def _minutes(at: str) -> int:
    if at == "24:00":
        return 24 * 60
    if not isinstance(at, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at, re.ASCII):
        raise CannotCount(
            f"Expected `at` to be a time of day from 00:00 to 24:00, but it is {at!r}",
            f"截止时刻应写作 00:00 至 24:00，如 12:00、09:30，现为 {at!r}。",
        )
    return int(at[:2]) * 60 + int(at[3:])


def _day(day: date | str) -> date:
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    try:
        if isinstance(day, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", day, re.ASCII):
            return date.fromisoformat(day)
    except ValueError:
        pass
    raise CannotCount(f"Expected a date like 2026-11-30, but it is {day!r}", f"日期应写作 2026-11-30，现为 {day!r}。")
