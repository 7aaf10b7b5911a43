"""A process says that it is alive, for `/readyz` and the doctor."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

_seen = insert(tables.heartbeat).values(name=sa.bindparam("who"), at=sa.func.clock_timestamp())
BEAT = compiled(_seen.on_conflict_do_update(index_elements=["name"], set_={"at": _seen.excluded.at}))


def beat(work: UnitOfWork, name: str) -> None:
    """`name` was at work just now: by the database's clock, since a demonstration's own may stand or leap."""
    work.do(BEAT, who=name)
