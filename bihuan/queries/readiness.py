"""Whether this installation can do its work, for `/readyz`: tables as this version needs them, and a living bell."""

import sqlalchemy as sa

from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

BELL_SECONDS = 30
_beat = tables.heartbeat
BELL = compiled(
    sa.select(sa.func.extract("epoch", sa.func.clock_timestamp() - _beat.c.at).label("age")).where(
        _beat.c.name == "bell"
    )
)


def bell_is_alive(reader: Reader) -> bool:
    """Whether a bell was seen at work within BELL_SECONDS, by the database's own clock."""
    row = reader.one(BELL)
    return row is not None and row["age"] <= BELL_SECONDS
