"""A report that somebody chose, and its count: at once where a locality has few cases, else as a worker counted it.

Counting 100,000 cases takes seconds, for which no page waits: it shows what was counted last with its moment, or that
it is being counted (docs/decisions/0090). Whoever may not read a report never comes as far as this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.workdays import Calendar
from bihuan.domain.workdays.periods import Period
from bihuan.locality.deployments import Deployment
from bihuan.locality.reports import Report
from bihuan.queries.counted import Counted
from bihuan.queries.counted_facts import FIRST_MONTH, PREVIOUS, THIS
from bihuan.queries.counting import Counting
from bihuan.store import tables
from bihuan.store.counted import COUNTS, PARTS, READ
from bihuan.store.statement import Statement, at_most, compiled
from bihuan.store.unit_of_work import Reader, Row

FEW = 1_000
"""So many cases are counted while a page is made."""
KEPT_FOR = timedelta(minutes=10)
"""For so long a report is shown as it was counted; what is older is counted again meanwhile."""
LED_FOR = timedelta(hours=1)
"""For so long whoever follows a figure comes from the page that shows this count of it."""

_case = tables.case_file
MANY = compiled(
    sa.select(
        sa.exists(
            sa.select(_case.c.id)
            .where(_case.c.locality == sa.bindparam("locality"))
            .offset(sa.bindparam("few", type_=sa.Integer))
            .limit(at_most(1))
        ).label("many")
    )
)


class CountMade(NamedTuple):
    """A count whose cases were kept, of when it is, and the number that the period has in it."""

    report_id: UUID
    as_of: datetime
    no: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was asked for, with all that counting needs."""

    deployment: Deployment
    report: Report
    period: Period
    counting: Counting
    trend: Counting
    """Of the figures that are told over time."""
    values: Mapping[str, Any]
    calendar: Calendar
    key: Mapping[str, Any]
    """Under which it is kept once it is counted."""
    shown: CountMade | None = None
    """The count that is shown, whose cases are the figures'; without one they are found anew."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A count that is to be made, or is under way (正在统计)."""

    chosen: Chosen
    asked_for: bool
    """Whether a worker knows of it."""
    failed: bool
    parts_done: int

    @property
    def parts(self) -> int:
        """Of how many parts."""
        return PARTS


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of a count: of which figures, by group or not, over which periods."""

    counting: Counting
    statement: Statement
    spans: Mapping[int, Period]


def parts_of(chosen: Chosen, trend: Sequence[Period]) -> tuple[Part, ...]:
    """All figures of the period, by group, with the one before; and those told over time, of the trend's periods.

    Two statements: most cases of a period were open in the one before and are read once, but a case of a year ago is
    read for the trend's few figures alone.
    """
    spans = {THIS: chosen.period, PREVIOUS: chosen.period.previous}
    found = [Part(chosen.counting, chosen.counting.grouped, spans)]
    if trend:
        found.append(Part(chosen.trend, chosen.trend.plain, dict(enumerate(trend, FIRST_MONTH))))
    return tuple(found)


def add_part(reader: Reader, chosen: Chosen, part: Part, counted: Counted) -> None:
    """Count one part; of the period, where `counted` has a `report_id`, its cases are kept, which takes a deed."""
    begins, ends = zip(*((span.begins_at, span.ends_at) for span in part.spans.values()), strict=True)
    values = {
        **chosen.values, "mine": None, "nos": list(part.spans), "begins": list(begins), "ends": list(ends),
        "since": min(begins), "until": max(ends), "report_id": counted.report_id,
    }  # fmt: skip
    keeps = counted.report_id is not None and THIS in part.spans
    counted.add(part.counting, reader.all(part.counting.keeping if keeps else part.statement, **values))


def count(reader: Reader, chosen: Chosen, trend: Sequence[Period]) -> Counted:
    """The whole of it, now."""
    counted = Counted(reader.now)
    for part in parts_of(chosen, trend):
        add_part(reader, chosen, part, counted)
    return counted


def lately(
    reader: Reader, chosen: Chosen, trend: Sequence[Period], *, anew: bool = False, shared_by: int = 1
) -> tuple[Counted | None, Waiting | None]:
    """What a page shows of it, and what it waits for: few cases are counted now, of many what was counted is shown.

    `anew`: it waits for another count, however fresh the one there is. `shared_by`: so many counts stand on the page.
    """
    (place,), kept = reader.each(MANY, READ, **chosen.key, few=FEW // shared_by)
    if not place["many"]:
        return count(reader, chosen, trend), None
    row = kept[0] if kept else None
    waiting, counted = _waiting(chosen, row), _kept(reader, row)
    if counted is not None and not waiting.asked_for and not anew and counted.as_of > reader.now - KEPT_FOR:
        return counted, None
    return counted, waiting


def as_shown(reader: Reader, chosen: Chosen) -> tuple[Chosen | None, Waiting | None]:
    """With the count that the page shows by now from which somebody follows a figure, or what is waited for.

    The count of the period after it does as well: its page shows this one beside. Of few cases there is none: they are
    found while the page is made.
    """
    periods = [str(chosen.period), str(chosen.period.following)]
    (place,), rows = reader.each(MANY, COUNTS, **chosen.key, periods=periods, few=FEW)
    if not place["many"]:
        return chosen, None
    made = {row["period"]: row for row in rows}
    for no, period in enumerate(periods):
        row = made.get(period)
        if row and row["as_of"] and reader.now - LED_FOR < row["as_of"] <= reader.now:
            return replace(chosen, shown=CountMade(row["id"], row["as_of"], no)), None
    return None, _waiting(chosen, made.get(periods[0]))


def _waiting(chosen: Chosen, row: Row | None) -> Waiting:
    state, parts_done = (row["state"], row["parts_done"]) if row else ("", 0)
    return Waiting(chosen, state == "waiting", state == "failed", parts_done)


def _kept(reader: Reader, row: Row | None) -> Counted | None:
    """What is kept, unless it is of an hour that is yet to come: a demonstration's clock may be put back."""
    if row is None or row["sums"] is None or row["as_of"] > reader.now:
        return None
    return Counted.kept(row["as_of"], row["id"], row["sums"])
