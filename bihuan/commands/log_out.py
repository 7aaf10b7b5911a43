"""Log out (退出): from then on a copy of this session's cookie is no log-in, wherever it came from."""

from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

REMEMBERED = 50
"""More often nobody logs out within the time for which a cookie is good."""
_account = tables.account
LEAVE = compiled(
    sa.update(_account)
    .where(_account.c.id == sa.bindparam("account_id", type_=tables.ID))
    .values(
        left_sessions=sa.func.array_prepend(
            sa.bindparam("session_id", type_=tables.ID), _account.c.left_sessions, type_=tables.IDS
        )[1:REMEMBERED]
    )
)


def log_out(work: UnitOfWork, session_id: UUID) -> None:
    """End one session of the officer's own account; the others go on, and so do calendar feeds."""
    work.do(LEAVE, account_id=access.account_of(work.actor), session_id=session_id)
