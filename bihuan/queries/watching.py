"""Whether an officer keeps an eye on a case (关注)."""

import sqlalchemy as sa

from bihuan.domain.access import Officer
from bihuan.domain.ids import CaseId
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

_watch = tables.watch
READ = compiled(
    sa.select(_watch.c.since_at).where(
        _watch.c.account_id == sa.bindparam("me", type_=tables.ID),
        _watch.c.case_id == sa.bindparam("case_id", type_=tables.ID),
    )
)


def watches(reader: Reader, actor: Officer, case_id: CaseId) -> bool:
    """Whether the case is marked in the officer's own inbox."""
    return reader.one(READ, me=actor.account_id, case_id=case_id) is not None
