"""日历: a locality's year, day by day, and who declared what when and why; for its administrators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.administration import COMMAND_LINE
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotFound
from bihuan.domain.workdays import FIRST_YEAR, LAST_YEAR, Calendar, days_of_year
from bihuan.locality.deployments import ANNOUNCED, current
from bihuan.locality.holiday_notice import DECLARED_AS, KINDS, as_in_force, is_already, works_as, written
from bihuan.queries.people import names_of
from bihuan.store import tables
from bihuan.store.deployments import declared_days
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row

_deadline = tables.deadline
ACROSS = compiled(
    sa.select(sa.func.count().label("number")).where(
        _deadline.c.state == sa.literal_column("'running'"),
        _deadline.c.locality == sa.bindparam("locality", type_=sa.Text),
        _deadline.c.due_at > sa.bindparam("begins", type_=tables.INSTANT),
        sa.func.least(_deadline.c.anchor_at, _deadline.c.set_at) < sa.bindparam("begins", type_=tables.INSTANT),
    )
)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month: what it is called, whether it is worked, and whether the locality declared it."""

    on: date
    name: str
    works: bool
    half: str
    declared: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday; None where a week reaches beyond it."""

    number: int
    weeks: tuple[tuple[Day | None, ...], ...]
    workdays: int


@dataclass(frozen=True, slots=True)
class DeclaredDay:
    """One declaration (登记): which day is what, why, by which notice, by whom, when."""

    on: date
    kind: str
    reason: str
    source: str
    by: str
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """A year of the calendar in force."""

    year: int
    announced: bool
    version: int
    months: tuple[Month, ...]
    declared: tuple[DeclaredDay, ...]
    workdays: int
    last_announced_year: int
    today: date


@dataclass(frozen=True, slots=True)
class Declaring:
    """What declaring a day would mean, before it is declared."""

    changes: bool
    """The calendar has it otherwise."""
    moves: bool
    """Limits are counted otherwise by it; half a day counts as a whole."""
    across: int
    """How many running limits reach over the day: what counting them again would look at."""


def calendar_page(reader: Reader, actor: Officer, year: int) -> CalendarPage:
    """The year of the officer's locality. Raises NotAllowed for all but administrators, NotFound for no such year."""
    access.require_administrator(actor, actor.locality)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound(f"Expected a year of the calendar of {actor.locality}, but it is {year}")
    here = current(reader, actor.locality)
    calendar = here.calendar
    rows = [row for row in declared_days(reader, actor.locality) if row["day"].year == year]
    days = {row["day"] for row in rows if row["kind"] != ANNOUNCED}
    months = tuple(_month(calendar, year, number, days) for number in range(1, 13))
    return CalendarPage(
        year, year <= calendar.last_announced_year, here.calendar_version, months, _declared(reader, rows),
        sum(month.workdays for month in months), calendar.last_announced_year, reader.now.astimezone(BEIJING).date(),
    )  # fmt: skip


def declaring(reader: Reader, actor: Officer, day: date, kind: str) -> Declaring | None:
    """What declaring the day to be this would mean in the officer's locality; None of what cannot be declared.

    Raises NotAllowed for all but administrators.
    """
    access.require_administrator(actor, actor.locality)
    if not FIRST_YEAR <= day.year <= LAST_YEAR or kind not in KINDS:
        return None
    calendar, begins = current(reader, actor.locality).calendar, datetime.combine(day, time(), BEIJING)
    (row,) = reader.all(ACROSS, locality=actor.locality, begins=begins)
    moves = calendar.is_workday(day) != works_as(kind, day)
    return Declaring(not is_already(calendar, day, kind), moves, int(row["number"]))


def notice_in_force(reader: Reader, actor: Officer, year: int) -> str:
    """The year of the officer's locality as the file of a notice: an example of how one is written.

    Raises NotAllowed for all but administrators, NotFound for no such year.
    """
    access.require_administrator(actor, actor.locality)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound(f"Expected a year of the calendar of {actor.locality}, but it is {year}")
    return written(as_in_force(current(reader, actor.locality).calendar, year))


def _month(calendar: Calendar, year: int, number: int, declared: set[date]) -> Month:
    dates = [day for day in days_of_year(year) if day.month == number]
    days: list[Day | None] = [None] * dates[0].weekday()
    for day in dates:
        kind = calendar.kind(day)
        days.append(Day(day, kind.name, kind.works, calendar.half(day), day in declared))
    days += [None] * (-len(days) % 7)
    weeks = tuple(tuple(days[place : place + 7]) for place in range(0, len(days), 7))
    return Month(number, weeks, sum(calendar.is_workday(day) for day in dates))


def _declared(reader: Reader, rows: list[Row]) -> tuple[DeclaredDay, ...]:
    accounts = {
        row["entered_by"]: UUID(row["entered_by"].partition(":")[2]) for row in rows if ":" in row["entered_by"]
    }
    names: Mapping[UUID, str] = names_of(reader, sorted(set(accounts.values())))
    return tuple(
        DeclaredDay(
            row["day"], DECLARED_AS[row["kind"]], row["reason"], row["source"],
            names.get(accounts[row["entered_by"]], "") if row["entered_by"] in accounts else COMMAND_LINE,
            row["entered_at"], row["version"],
        )
        for row in rows
    )  # fmt: skip
