"""Stand-ins (代理) as their people see them: who may act for one, for whom one may, from when until when, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from bihuan.store import tables
from bihuan.store.stand_ins import IN_FORCE
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Reader, Row

LATEST = 20
State = Literal["coming", "running", "revoked", "over"]
_stand_in, _account = tables.stand_in, tables.account
_absent = _account.alias("absent")
_ME = sa.bindparam("me", type_=tables.ID)

OF_BOTH = compiled(
    sa.select(
        _stand_in.c.id, _stand_in.c.account_id, _stand_in.c.for_account, _account.c.name.label("name"),
        _absent.c.name.label("absent"), _stand_in.c.from_at, _stand_in.c.until_at, _stand_in.c.revoked_at,
        _stand_in.c.reason,
    )
    .join(_account, _account.c.id == _stand_in.c.account_id)
    .join(_absent, _absent.c.id == _stand_in.c.for_account)
    .where(sa.or_(_stand_in.c.account_id == _ME, _stand_in.c.for_account == _ME))
    .order_by(_stand_in.c.from_at.desc(), _stand_in.c.id.desc())
    .limit(at_most(2 * LATEST))
)  # fmt: skip


LENT = compiled(
    sa.select(_stand_in.c.for_account, _absent.c.name.label("absent"), _stand_in.c.until_at)
    .join_from(_stand_in, _absent, _absent.c.id == _stand_in.c.for_account)
    .where(_stand_in.c.account_id == _ME, IN_FORCE, _absent.c.active)
    .order_by(_stand_in.c.until_at)
)
"""For whom one may act just now."""


class Lent(NamedTuple):
    """Somebody absent in whose name one may act until then."""

    for_account: UUID
    absent: str
    until_at: datetime


@dataclass(frozen=True, slots=True)
class StandIn:
    """One appointment."""

    id: UUID
    name: str
    absent: str
    for_account: UUID
    from_at: datetime
    until_at: datetime
    revoked_at: datetime | None
    reason: str
    state: State


@dataclass(frozen=True, slots=True)
class StandIns:
    """Those for whom this account may act, and those who may act for it; the latest first."""

    for_others: tuple[StandIn, ...]
    for_me: tuple[StandIn, ...]


def stand_ins(reader: Reader, account_id: UUID) -> StandIns:
    """The latest appointments that an account is part of."""
    rows = reader.all(OF_BOTH, me=account_id)
    for_others = [_shown(row, reader.now) for row in rows if row["account_id"] == account_id]
    for_me = [_shown(row, reader.now) for row in rows if row["for_account"] == account_id]
    return StandIns(tuple(for_others[:LATEST]), tuple(for_me[:LATEST]))


def _shown(row: Row, now: datetime) -> StandIn:
    state: State = "running"
    if row["revoked_at"] is not None:
        state = "revoked"
    elif row["until_at"] <= now:
        state = "over"
    elif row["from_at"] > now:
        state = "coming"
    return StandIn(
        row["id"], row["name"], row["absent"], row["for_account"], row["from_at"], row["until_at"], row["revoked_at"],
        row["reason"], state,
    )  # fmt: skip
