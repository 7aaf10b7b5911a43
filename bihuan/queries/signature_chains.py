"""Who has signed an application for more time and whose turn it is; and the units a case went through, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID

import sqlalchemy as sa

from bihuan.locality.folder import Locality
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.supervised import EXTENDS
from bihuan.store.unit_of_work import Reader, Row

_task, _press, _account = tables.task, tables.press, tables.account
_IDS = sa.bindparam("ids", type_=tables.IDS)
UNIT = "handling_unit"
"""The control field by which a case goes to a unit."""
CHAINS = compiled(
    sa.select(
        _task.c.case_id, _task.c.name, _task.c.group_key, _task.c.state, _task.c.opened_at, _task.c.ended_at,
        _task.c.signature,
        _task.c.control["approved"].astext.label("approved"), _account.c.name.label("by"),
    )
    .outerjoin(_account, _account.c.id == _task.c.completed_by)
    .where(_task.c.case_id == sa.any_(_IDS), EXTENDS, _task.c.state != "cancelled")
    .order_by(_task.c.case_id, _task.c.opened_at, _task.c.key)
)  # fmt: skip
UNITS = compiled(
    sa.union_all(
        sa.select(_task.c.case_id, _task.c.control[UNIT].astext.label("unit"), _task.c.ended_at.label("at")).where(
            _task.c.case_id == sa.any_(_IDS), _task.c.control.has_key(UNIT)
        ),
        sa.select(_press.c.case_id, _press.c.control[UNIT].astext, _press.c.pressed_at).where(
            _press.c.case_id == sa.any_(_IDS), _press.c.control.has_key(UNIT)
        ),
    ).order_by("case_id", "at")
)


@dataclass(frozen=True, slots=True)
class Link:
    """One signature of a chain. `at`: when it was given; None while it is awaited."""

    step: str
    group: str
    by: str
    at: datetime | None
    approved: bool | None
    signed: bool


def chains_of(reader: Reader, cases: Sequence[UUID], locality: Locality) -> Mapping[UUID, tuple[Link, ...]]:
    """The chain of the application that is under way in each of these cases."""
    rows = reader.all(CHAINS, ids=list(cases)) if cases else []
    return {
        case_id: tuple(_link(row, locality) for row in _under_way(list(of_case)))
        for case_id, of_case in groupby(rows, key=itemgetter("case_id"))
    }


def _under_way(rows: list[Row]) -> list[Row]:
    """The steps of the latest application: each follows at the very moment at which one before it was done."""
    first = 0
    for place in range(1, len(rows)):
        if all(row["ended_at"] is not None and row["ended_at"] < rows[place]["opened_at"] for row in rows[:place]):
            first = place
    return rows[first:]


def _link(row: Row, locality: Locality) -> Link:
    done = row["state"] == "completed"
    approved = row["approved"] == "true" if done and row["approved"] is not None else None
    return Link(
        row["name"], locality.group_name(row["group_key"]), row["by"] or "", row["ended_at"] if done else None,
        approved, row["signature"],
    )  # fmt: skip


def units_of(reader: Reader, cases: Sequence[UUID], locality: Locality) -> Mapping[UUID, tuple[str, ...]]:
    """The handling units of each of these cases by name, from the first to the one it is with now."""
    rows = reader.all(UNITS, ids=list(cases)) if cases else []
    found = {}
    for case_id, of_case in groupby(rows, key=itemgetter("case_id")):
        units = [unit for unit, _ in groupby(row["unit"] for row in of_case if row["unit"])]
        found[case_id] = tuple(locality.unit_name(unit) for unit in units)
    return found
