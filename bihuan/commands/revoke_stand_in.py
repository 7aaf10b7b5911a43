"""Revoke a stand-in (撤销代理) before its time is over: from that instant on nobody acts for the absent by it."""

from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.administration import sound_reason
from bihuan.domain.errors import NotFound
from bihuan.store import tables
from bihuan.store.administration import log
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

OWN = "撤销代理"
_stand_in, _account = tables.stand_in, tables.account
_ID = sa.bindparam("stand_in_id", type_=tables.ID)

LOCK = compiled(
    sa.select(_stand_in, _account.c.locality)
    .join(_account, _account.c.id == _stand_in.c.for_account)
    .where(_stand_in.c.id == _ID)
    .with_for_update(of=_stand_in)
)
REVOKE = compiled(
    sa.update(_stand_in).where(_stand_in.c.id == _ID).values(revoked_at=sa.bindparam("now", type_=tables.INSTANT))
)


def revoke_stand_in(work: UnitOfWork, stand_in_id: UUID, *, reason: str = "") -> None:
    """End it now, by either of the two, an administrator of theirs or the command line. Again changes nothing.

    It stands in the administrative log; an administrator, whose own it is not, says why. Raises NotFound, NotAllowed,
    InvalidAnswers.
    """
    row = work.one(LOCK, stand_in_id=stand_in_id)
    if row is None:
        raise NotFound(f"Expected a stand-in {stand_in_id}, but there is none")
    people = (row["for_account"], row["account_id"])
    access.require_own_or_administrator(work.actor, row["locality"], people)
    if row["revoked_at"] is not None or row["until_at"] <= work.now:
        return
    others = isinstance(work.actor, Officer) and access.account_of(work.actor) not in people
    reason = sound_reason(reason) if others else OWN
    work.do(REVOKE, stand_in_id=stand_in_id, now=work.now)
    log(
        work, row["locality"], "stand_in_revoked", f"account:{row['for_account']}", reason=reason,
        detail={"stand_in": f"officer:{row['account_id']}", "until": row["until_at"].isoformat()},
    )  # fmt: skip
