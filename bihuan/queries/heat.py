"""Units × steps (热力表): how many open steps lie with whom, how many of them late, and on which rung of the ladder.

One read by index alone: every figure of the supervision page that counts open tasks by their limit comes from it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import sqlalchemy as sa

from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays import Calendar
from bihuan.locality.folder import Locality
from bihuan.queries.nearest_first import OPEN_HERE
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row

Rung = Literal["soon", "late_day", "late_week", "late_long"]
RUNGS: Final[tuple[Rung, ...]] = ("soon", "late_day", "late_week", "late_long")
"""The ladder: about to breach; late by less than a working day, by less than five, by more."""
DAY, WEEK = 1, 5
_HOT: Final = (0.0, 0.1, 0.25, 0.5)
"""Shares of late steps from which a cell is of the next heat."""

_task = tables.task
_NOW, _SOON, _DAY, _WEEK = (
    sa.bindparam(name, type_=tables.INSTANT) for name in ("now", "soon", "a_day_ago", "a_week_ago")
)
ON_RUNG: Mapping[str, sa.ColumnElement[bool]] = {
    "soon": sa.and_(_task.c.due_at > _NOW, _task.c.due_at <= _SOON),
    "late_day": sa.and_(_task.c.due_at <= _NOW, _task.c.due_at > _DAY),
    "late_week": sa.and_(_task.c.due_at <= _DAY, _task.c.due_at > _WEEK),
    "late_long": _task.c.due_at <= _WEEK,
}
COUNTED = compiled(
    sa.select(
        _task.c.group_key, _task.c.name, sa.func.count().label("open"),
        *(sa.func.count().filter(condition).label(rung) for rung, condition in ON_RUNG.items()),
    )
    .where(OPEN_HERE)
    .group_by(_task.c.group_key, _task.c.name)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Load:
    """Open steps, by rung of the ladder."""

    open: int = 0
    soon: int = 0
    late_day: int = 0
    late_week: int = 0
    late_long: int = 0

    @property
    def late(self) -> int:
        return self.late_day + self.late_week + self.late_long

    @property
    def share(self) -> int:
        """Per cent of the open steps that are late."""
        return round(100 * self.late / self.open) if self.open else 0

    @property
    def heat(self) -> int:
        """0: nothing late; up to 4: half of it and more."""
        if not self.late:
            return 0
        return sum(self.late >= share * self.open for share in _HOT)


NOTHING: Final = Load()


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One unit: what lies with it, in all and at each step, in the steps' order."""

    id: str
    name: str
    load: Load
    cells: tuple[Load, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """The whole strip: the most late unit first, the busiest step first."""

    steps: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    totals: tuple[Load, ...]
    load: Load


@dataclass(frozen=True, slots=True)
class Ladder:
    """The instants between the rungs, as of now."""

    now: datetime
    soon: datetime
    a_day_ago: datetime
    a_week_ago: datetime

    @classmethod
    def of(cls, calendar: Calendar, now: datetime, soon: datetime) -> "Ladder":
        """By a locality's working days, at this time of day."""
        local = now.astimezone(BEIJING)
        at = f"{local:%H:%M}"
        return cls(
            now,
            soon,
            calendar.workdays(-DAY, since=now, at=at).due_at,
            calendar.workdays(-WEEK, since=now, at=at).due_at,
        )

    @property
    def values(self) -> dict[str, datetime]:
        """As the statements take them."""
        return {"now": self.now, "soon": self.soon, "a_day_ago": self.a_day_ago, "a_week_ago": self.a_week_ago}


def heat_of(rows: Iterable[Row], locality: Locality) -> Heat:
    """The strip that COUNTED gives."""
    cells: dict[tuple[str, str], list[int]] = defaultdict(_none)
    of_unit: dict[str, list[int]] = defaultdict(_none)
    of_step: dict[str, list[int]] = defaultdict(_none)
    whole = _none()
    for row in rows:
        unit, step = row["group_key"].partition(":")[0], row["name"]
        counts = [row["open"], *(row[rung] for rung in RUNGS)]
        for sums in (cells[unit, step], of_unit[unit], of_step[step], whole):
            for place, count in enumerate(counts):
                sums[place] += count
    units, steps = ({name: Load(*sums) for name, sums in of.items()} for of in (of_unit, of_step))
    columns = sorted(steps, key=lambda step: (-steps[step].open, step))
    loads = {place: Load(*sums) for place, sums in cells.items()}
    found = tuple(
        HeatRow(
            unit, locality.unit_name(unit), units[unit], tuple(loads.get((unit, step), NOTHING) for step in columns)
        )
        for unit in sorted(units, key=lambda unit: (-units[unit].late, -units[unit].soon, -units[unit].open, unit))
    )
    return Heat(tuple(columns), found, tuple(steps[step] for step in columns), Load(*whole))


def _none() -> list[int]:
    return [0] * (1 + len(RUNGS))
