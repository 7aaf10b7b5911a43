"""督办: what is late or about to be, where the supervision office stepped in, and applications for more time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.access import PLATFORM, SUPERVISION, Officer
from bihuan.domain.errors import NotAllowed
from bihuan.locality.deployments import calendar_of, deployment_of
from bihuan.queries.nearness import Gauge, Nearness
from bihuan.queries.veil import veils_of
from bihuan.store import tables
from bihuan.store.deployments import locality_row
from bihuan.store.statement import Statement, compiled
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

List = Literal["late", "soon", "taken_over", "extensions"]
PAGE = 100

_task, _case, _request = tables.task, tables.case_file, tables.request
_NOW, _SOON = (sa.bindparam(name, type_=tables.INSTANT) for name in ("now", "soon"))
_OPEN_HERE = sa.and_(_task.c.locality == sa.bindparam("locality"), _task.c.state == sa.literal_column("'open'"))
_TAKEN_OVER = sa.select(_case.c.id).where(
    _case.c.locality == sa.bindparam("locality"), _case.c.exit.is_(None), tables.SUPERVISED
)
_LISTS: dict[str, sa.ColumnElement[bool]] = {
    "late": _task.c.due_at <= _NOW,
    "soon": sa.and_(_task.c.due_at > _NOW, _task.c.due_at <= _SOON),
    "taken_over": _task.c.case_id.in_(_TAKEN_OVER),
    "extensions": tables.EXTENDS,
}
_UNIT = sa.func.split_part(_task.c.group_key, ":", 1)
_FROM = sa.select(
    _task.c.id, _task.c.case_id, _task.c.name, _task.c.group_key, _task.c.clause, _task.c.due_at,
    _task.c.opened_at, _case.c.case_no, _case.c.process, _case.c.handling_unit, _case.c.dispatched_at,
    _case.c.complained_of,
    _request.c.subject, _request.c.struck_subject,
).join(_case, _case.c.id == _task.c.case_id).join(_request, _request.c.case_id == _task.c.case_id)  # fmt: skip


def _list(condition: sa.ColumnElement[bool]) -> Statement:
    unit = sa.bindparam("unit", type_=sa.Text)
    chosen = sa.or_(unit == "", unit == _UNIT, _case.c.handling_unit == unit)
    return compiled(_FROM.where(_OPEN_HERE, condition, chosen).order_by(_task.c.due_at, _task.c.id).limit(PAGE + 1))


LISTS = {name: _list(condition) for name, condition in _LISTS.items()}
COUNTS = compiled(
    sa.select(
        *(
            sa.select(sa.func.count()).where(_OPEN_HERE, _LISTS[name]).scalar_subquery().label(name)
            for name in ("taken_over", "extensions")
        )
    )
)
"""The late and those about to be are counted by unit."""
UNITS = compiled(
    sa.select(
        _UNIT.label("unit"),
        sa.func.count().filter(_LISTS["late"]).label("late"),
        sa.func.count().filter(_LISTS["soon"]).label("soon"),
    )
    .where(_OPEN_HERE, _task.c.due_at <= _SOON)
    .group_by(_UNIT)
    .order_by(sa.desc("late"), sa.desc("soon"), "unit")
)


@dataclass(frozen=True, slots=True)
class SupervisedTask:
    """One open step on a supervision list."""

    id: UUID
    case_no: str
    procedure: str
    """Its name, when it is not the main one."""
    subject: str
    step: str
    group: str
    handling_unit: str | None
    clause: str
    dispatched_at: datetime | None
    nearness: Nearness


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """How many open steps of a unit are late, and about to be."""

    id: str
    name: str
    late: int
    soon: int


@dataclass(frozen=True, slots=True)
class Supervision:
    """One list, the size of each, and the units behind them."""

    which: List
    unit: str
    rows: tuple[SupervisedTask, ...]
    counts: dict[str, int]
    units: tuple[UnitLoad, ...]
    cut: bool
    """More than PAGE tasks: narrow it down by unit."""


def supervision(reader: Reader, vault: Vault, actor: Officer, which: List = "late", unit: str = "") -> Supervision:
    """A supervision list of the officer's locality. Raises NotAllowed for all but supervision office and platform."""
    if not actor.units & {PLATFORM, SUPERVISION}:
        raise NotAllowed(f"Expected {actor.ref} to supervise, but it is of {sorted(actor.units)}")
    locality = locality_row(reader, actor.locality)
    if locality is None:
        return Supervision(which, unit, (), dict.fromkeys(_LISTS, 0), (), False)
    deployment = deployment_of(reader, locality["deployment"])
    calendar = calendar_of(reader, actor.locality, locality["calendar_version"])
    gauge = Gauge.of(calendar, deployment.locality.settings, reader.now)
    limits = {"locality": actor.locality, "now": reader.now, "soon": gauge.thresholds.amber_until}
    rows, (counted,), units = reader.each(LISTS[which], COUNTS, UNITS, **limits, unit=unit)
    counts = {name: sum(row[name] for row in units) for name in ("late", "soon")} | counted
    veils = veils_of(reader, vault, actor, ((row["case_id"], row["complained_of"]) for row in rows[:PAGE]))
    name = deployment.locality

    def shown(row: Row) -> SupervisedTask:
        return SupervisedTask(
            row["id"], row["case_no"], deployment.procedure_name(row["process"]),
            veils[row["case_id"]].over_request(row["subject"], row["struck_subject"]), row["name"],
            name.group_name(row["group_key"]), name.unit_name(row["handling_unit"]) if row["handling_unit"] else None,
            row["clause"] or "", row["dispatched_at"], gauge.nearness(row["due_at"]),
        )  # fmt: skip

    return Supervision(
        which,
        unit,
        tuple(shown(row) for row in rows[:PAGE]),
        counts,
        tuple(UnitLoad(row["unit"], name.unit_name(row["unit"]), row["late"], row["soon"]) for row in units),
        len(rows) > PAGE,
    )
