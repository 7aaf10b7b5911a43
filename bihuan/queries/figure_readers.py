"""Who of other localities sees this one's headline figures (数据查看授权), for those who administer it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.locality.deployments import current
from bihuan.store import tables
from bihuan.store.figure_readers import figure_reader
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

_account, _membership = tables.account, tables.membership
READERS = compiled(
    sa.select(
        _account.c.id, _account.c.login, _account.c.name, _account.c.locality, _account.c.active,
        figure_reader.c.since_at,
        sa.func.array_agg(sa.distinct(_membership.c.unit)).filter(_membership.c.unit.is_not(None)).label("units"),
    )
    .join(figure_reader, figure_reader.c.account_id == _account.c.id)
    .outerjoin(_membership, _membership.c.account_id == _account.c.id)
    .where(figure_reader.c.locality == sa.bindparam("of_locality", type_=sa.Text))
    .group_by(_account.c.id, figure_reader.c.since_at)
    .order_by(figure_reader.c.since_at, _account.c.login)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FigureReader:
    """Somebody of another locality, with the units they are of there, in words."""

    account_id: UUID
    login: str
    name: str
    active: bool
    locality: str
    units: tuple[str, ...]
    since_at: datetime


def figure_readers(reader: Reader, actor: Officer) -> tuple[FigureReader, ...]:
    """Who sees the figures of the administrator's locality, the longest first. Raises NotAllowed."""
    access.require_administrator(actor, actor.locality)
    found = []
    for row in reader.all(READERS, of_locality=actor.locality):
        home = current(reader, row["locality"]).deployment.locality
        units = tuple(home.unit_name(unit) for unit in row["units"] or ())
        found.append(
            FigureReader(row["id"], row["login"], row["name"], row["active"], home.name, units, row["since_at"])
        )
    return tuple(found)
