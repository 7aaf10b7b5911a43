"""When something is due next, and who was seen at work: what the bell and the readiness page ask."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader


def _first(table: sa.Table, state: str) -> "sa.ScalarSelect[datetime]":
    waiting = table.c.state == sa.literal_column(f"'{state}'")
    now = sa.bindparam("now", type_=tables.INSTANT)
    free = sa.func.greatest(table.c.due_at, sa.func.coalesce(table.c.taken_until, now))
    return sa.select(free).where(waiting).order_by(table.c.due_at).limit(1).scalar_subquery()


NEXT = compiled(
    sa.select(
        sa.func.least(
            _first(tables.deadline, "running"), _first(tables.job, "waiting"), _first(tables.notice, "waiting")
        ).label("at")
    )
)
SEEN = compiled(
    sa.select((sa.func.clock_timestamp() - tables.heartbeat.c.at).label("ago")).where(
        tables.heartbeat.c.name == sa.bindparam("who")
    )
)


def next_due_at(reader: Reader) -> datetime | None:
    """The next instant at which the bell has to look; None when nothing waits at all."""
    row = reader.one(NEXT, now=reader.now)
    return row["at"] if row else None


def last_seen(reader: Reader, name: str) -> timedelta | None:
    """How long ago a process was seen at work; None: never."""
    row = reader.one(SEEN, who=name)
    return row["ago"] if row else None
