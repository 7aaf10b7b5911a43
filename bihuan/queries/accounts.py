"""The accounts of a locality, for those who administer them."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.access import Actor, Machine, Officer
from bihuan.domain.errors import NotAllowed
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

_account, _membership = tables.account, tables.membership
ACCOUNTS = compiled(
    sa.select(
        _account.c.id, _account.c.login, _account.c.name, _account.c.active,
        sa.func.array_agg(_membership.c.unit + ":" + _membership.c.role)
        .filter(_membership.c.unit.is_not(None)).label("memberships"),
    )
    .outerjoin(_membership, _membership.c.account_id == _account.c.id)
    .where(_account.c.locality == sa.bindparam("locality"))
    .group_by(_account.c.id)
    .order_by(_account.c.login)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with its `unit:role` memberships."""

    id: UUID
    login: str
    name: str
    active: bool
    memberships: tuple[str, ...]


def accounts(reader: Reader, actor: Actor, locality: str) -> list[AccountRow]:
    """All accounts of a locality, closed ones too. Raises NotAllowed for anyone but its administrators."""
    allowed = isinstance(actor, Machine) or (
        isinstance(actor, Officer) and actor.locality == locality and actor.has_role("administrator")
    )
    if not allowed:
        raise NotAllowed(f"Expected an administrator of {locality}, but {actor.ref} is none")
    rows = reader.all(ACCOUNTS, locality=locality)
    return [AccountRow(**{**row, "memberships": tuple(sorted(row["memberships"] or ()))}) for row in rows]
