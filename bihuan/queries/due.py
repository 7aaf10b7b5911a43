"""When something is due next, and who was seen at work: what the bell and the readiness page ask."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from bihuan.store import tables
from bihuan.store.starts import timed_start
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Reader


def _firsts(table: sa.Table, state: str) -> "Iterator[sa.ScalarSelect[datetime]]":
    """The first due time that nobody has a lease on, and the first end of a lease on what is due.

    Two, so that work which is leased and does not come to its end never hides what falls due after it. Both read the
    partial index from its beginning: only what is due and leased lies there before the row they want.
    """
    waiting = table.c.state == sa.literal_column(f"'{state}'")
    now = sa.bindparam("now", type_=tables.INSTANT)
    free = sa.or_(table.c.taken_until.is_(None), table.c.taken_until <= now)
    yield sa.select(table.c.due_at).where(waiting, free).order_by(table.c.due_at).limit(at_most(1)).scalar_subquery()
    leased = sa.select(sa.func.min(table.c.taken_until)).where(
        waiting, table.c.due_at <= now, table.c.taken_until > now
    )
    yield leased.scalar_subquery()


NEXT = compiled(
    sa.select(
        sa.func.least(
            *_firsts(tables.deadline, "running"),
            *_firsts(tables.job, "waiting"),
            *_firsts(tables.notice, "waiting"),
            *_firsts(timed_start, "waiting"),
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
