"""Colleagues: to whom a task of one's desk may be assigned (指派), or who may stand in; and who is absent just now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.access import OFFICER, Officer
from bihuan.store import tables
from bihuan.store.stand_ins import IN_FORCE
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

_account, _membership, _stand_in = tables.account, tables.membership, tables.stand_in
_actor = _account.alias("actor")
_GROUP = sa.case(
    (_membership.c.role == OFFICER, _membership.c.unit), else_=_membership.c.unit.concat(":").concat(_membership.c.role)
)

READ = compiled(
    sa.select(
        _account.c.id, _account.c.login, _account.c.name, sa.func.array_agg(_GROUP).label("groups"),
        sa.func.min(_stand_in.c.until_at).label("absent_until"), sa.func.min(_actor.c.name).label("stand_in"),
    )
    .join(_membership, _membership.c.account_id == _account.c.id)
    .outerjoin(_stand_in, sa.and_(_stand_in.c.for_account == _account.c.id, IN_FORCE))
    .outerjoin(_actor, _actor.c.id == _stand_in.c.account_id)
    .where(
        _account.c.locality == sa.bindparam("locality"), _account.c.active,
        _membership.c.unit == sa.any_(sa.bindparam("units", type_=sa.ARRAY(sa.Text))),
    )
    .group_by(_account.c.id)
    .order_by(_account.c.name, _account.c.login)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of one of the officer's own units."""

    id: UUID
    login: str
    name: str
    groups: frozenset[str]
    absent_until: datetime | None
    """Somebody stands in for this colleague until then (代理): better assigned to the stand-in."""
    stand_in: str | None


def colleagues(reader: Reader, actor: Officer, groups: Iterable[str] = ()) -> tuple[Colleague, ...]:
    """Whoever is of all these groups, or of any of the officer's units; never the officer."""
    wanted = frozenset(groups)
    units = sorted({group.partition(":")[0] for group in wanted} or actor.units)
    found = (
        Colleague(row["id"], row["login"], row["name"], frozenset(row["groups"]), row["absent_until"], row["stand_in"])
        for row in reader.all(READ, locality=actor.locality, units=units, now=reader.now)
    )
    return tuple(one for one in found if one.id != actor.account_id and wanted <= one.groups)
