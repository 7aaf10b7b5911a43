"""Timed starts (定时开始) as rows: the next period of each procedure that the calendar opens, and those before."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bihuan.domain.ids import new_id
from bihuan.store import columns, tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, UnitOfWork

timed_start = sa.Table(
    "timed_start",
    columns.metadata,
    sa.Column("id", columns.ID, primary_key=True),
    sa.Column("locality", sa.Text, sa.ForeignKey("locality.id"), nullable=False),
    columns.text("process", "id of the procedure"),
    columns.text("period", "2026-11 or 2026Q4"),
    columns.text("rule", "monthly(workday=-1, at=09:00) as it was planned by"),
    columns.instant("due_at", "when the case begins, also when it is opened later", null=False),
    columns.state("waiting, opened, dropped", "waiting"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    columns.instant("taken_until", "a worker has it until then, or it is not tried again before"),
    columns.text("last_error", null=True),
    sa.Column("case_id", columns.ID, sa.ForeignKey("case_file.id"), nullable=True, comment="the case it opened"),
    columns.instant("ended_at"),
    sa.UniqueConstraint("locality", "process", "period"),
    comment="The calendar opens a case of a procedure, once a period",
)
sa.Index(
    "timed_start_waiting", timed_start.c.due_at, postgresql_where=timed_start.c.state == sa.literal_column("'waiting'")
)

_origin = tables.case_file.c.origin
OF_A_DESK = sa.or_(_origin == sa.literal_column("'officer'"), _origin == sa.literal_column("'calendar'"))
"""The case is of a procedure that the calendar or a desk opened: few, beside the requests."""
sa.Index(
    "case_file_procedures", tables.case_file.c.locality, tables.case_file.c.process, tables.case_file.c.id,
    postgresql_where=OF_A_DESK,
)  # fmt: skip

_START_ID = sa.bindparam("start_id", type_=columns.ID)
_NOW = sa.bindparam("now", type_=columns.INSTANT)
_WAITING = timed_start.c.state == sa.literal_column("'waiting'")
_LOCALITY = sa.bindparam("of_locality", type_=sa.Text)
_FRESH = insert(timed_start)

LOCK = compiled(
    sa.select(
        timed_start.c.id, timed_start.c.locality, timed_start.c.process, timed_start.c.period, timed_start.c.rule,
        timed_start.c.due_at, timed_start.c.state, timed_start.c.attempts,
    )
    .where(timed_start.c.id == _START_ID)
    .with_for_update()
)  # fmt: skip
PLANNED = compiled(
    sa.select(
        timed_start.c.id, timed_start.c.locality, timed_start.c.process, timed_start.c.period, timed_start.c.rule,
        timed_start.c.due_at, timed_start.c.state, timed_start.c.attempts,
    )
    .where(timed_start.c.locality == _LOCALITY)
    .order_by(timed_start.c.due_at)
    .with_for_update()
)  # fmt: skip
PLAN = compiled(
    _FRESH.on_conflict_do_update(
        index_elements=["locality", "process", "period"],
        set_={
            "rule": _FRESH.excluded.rule, "due_at": _FRESH.excluded.due_at, "state": "waiting", "attempts": 0,
            "taken_until": None, "last_error": None, "ended_at": None,
        },
        where=timed_start.c.state != sa.literal_column("'opened'"),
    ),
    ("id", "locality", "process", "period", "rule", "due_at"),
)  # fmt: skip
DROP = compiled(
    sa.update(timed_start).where(timed_start.c.id == _START_ID, _WAITING).values(state="dropped", ended_at=_NOW)
)
ATTEMPT = compiled(
    sa.update(timed_start)
    .where(timed_start.c.id == _START_ID, _WAITING)
    .values(attempts=timed_start.c.attempts + 1, taken_until=sa.bindparam("until", type_=columns.INSTANT))
)
FAILED = compiled(
    sa.update(timed_start)
    .where(timed_start.c.id == _START_ID, _WAITING)
    .values(taken_until=sa.bindparam("until", type_=columns.INSTANT), last_error=sa.bindparam("error", type_=sa.Text))
)
OPENED = compiled(
    sa.update(timed_start)
    .where(timed_start.c.id == _START_ID)
    .values(
        state="opened", case_id=sa.bindparam("new_case", type_=columns.ID), ended_at=_NOW, taken_until=None,
        last_error=None,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimedStart:
    """A period of a procedure: planned, opened, or dropped since the procedure changed."""

    id: UUID
    locality: str
    process: str
    period: str
    rule: str
    due_at: datetime
    state: str
    attempts: int


def lock_start(work: UnitOfWork, start_id: UUID) -> TimedStart | None:
    """The row, locked until the deed ends."""
    return work.one_as(TimedStart, LOCK, start_id=start_id)


def starts_of(work: Reader, locality: str) -> list[TimedStart]:
    """Every period there ever was, the earliest first; locked."""
    return work.all_as(TimedStart, PLANNED, of_locality=locality)


def plan_start(
    work: UnitOfWork, locality: str, process: str, period: str, rule: str, due_at: datetime
) -> None:  # fmt: skip
    """Plan a period, again when it was dropped; one that was opened stays as it is."""
    work.do(PLAN, id=new_id(work.now), locality=locality, process=process, period=period, rule=rule, due_at=due_at)
    if due_at <= work.now:
        work.wake_bell()
