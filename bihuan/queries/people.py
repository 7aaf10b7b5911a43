"""Who somebody is: accounts for the log-in, names for the pages."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import passwords
from bihuan.domain.access import TECHNICAL, Officer
from bihuan.domain.ids import AccountId
from bihuan.store import tables
from bihuan.store.orders import STANDS, supervision_order
from bihuan.store.stand_ins import IN_FORCE
from bihuan.store.statement import Statement, compiled
from bihuan.store.unit_of_work import Reader

_account, _membership, _stand_in = tables.account, tables.membership, tables.stand_in
_locality = tables.locality


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the web keeps it in hand during a request."""

    officer: Officer
    login: str
    session_version: int
    deployment: str | None = None
    """What is in force in the officer's locality, by its hash."""
    must_change: bool = False
    """The password was given by an administrator: nothing else may be done before it is changed."""
    calendar_version: int = 0
    """Of the calendar in force there."""
    left_sessions: frozenset[UUID] = frozenset()
    """The sessions that were logged out of."""
    ordered: bool = False
    """There are supervision orders (督办单) to a unit of theirs that are not closed."""


_OF_UNIT = _membership.alias("of_unit")
_ORDERED = sa.exists().where(
    supervision_order.c.locality == _account.c.locality, STANDS,
    supervision_order.c.unit == _OF_UNIT.c.unit, _OF_UNIT.c.account_id == _account.c.id,
    *(_OF_UNIT.c.role != sa.literal_column(f"'{role}'") for role in sorted(TECHNICAL)),
)  # fmt: skip


def _account_where(condition: "sa.ColumnElement[bool]") -> Statement:
    return compiled(
        sa.select(_account, _locality.c.deployment, _locality.c.calendar_version, _ORDERED.label("ordered"),
                  sa.func.array_agg(_membership.c.unit).label("units"),
                  sa.func.array_agg(_membership.c.role).label("roles"))
        .outerjoin(_membership, _membership.c.account_id == _account.c.id)
        .outerjoin(_locality, _locality.c.id == _account.c.locality)
        .where(condition, _account.c.active)
        .group_by(_account.c.id, _locality.c.deployment, _locality.c.calendar_version)
    )  # fmt: skip


BY_LOGIN = _account_where(_account.c.login == sa.bindparam("login", type_=sa.Text))
BY_ID = _account_where(_account.c.id == sa.bindparam("account_id", type_=tables.ID))
NAMES = compiled(
    sa.select(_account.c.id, _account.c.name).where(_account.c.id == sa.any_(sa.bindparam("ids", type_=tables.IDS)))
)
PRINCIPALS = compiled(
    sa.select(_account.c.id.label("account_id"), _account.c.name, sa.func.max(_stand_in.c.until_at).label("until_at"))
    .join(_stand_in, _stand_in.c.for_account == _account.c.id)
    .where(
        _stand_in.c.account_id == sa.bindparam("account_id", type_=tables.ID),
        IN_FORCE,
        _account.c.active,
    )
    .group_by(_account.c.id)
    .order_by(_account.c.name)
)


def log_in(reader: Reader, login: str, password: str) -> Account | None:
    """The account, when login and password are right; None costs the same time whether or not the login exists."""
    row = reader.one(BY_LOGIN, login=login[:100])
    if not passwords.matches(row["password_hash"] if row else None, password) or row is None:
        return None
    if row["one_time_until"] is not None and row["one_time_until"] <= reader.now:
        return None
    return _account_of(row)


def account(reader: Reader, account_id: UUID) -> Account | None:
    """The account as it is now, if it is still active."""
    row = reader.one(BY_ID, account_id=account_id)
    return _account_of(row) if row else None


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody for whom an account may act now (代理)."""

    account_id: UUID
    name: str
    until_at: datetime


def principals_of(reader: Reader, account_id: UUID) -> list[Principal]:
    """For whom this account may act at this instant."""
    return reader.all_as(Principal, PRINCIPALS, account_id=account_id, now=reader.now)


def acting(reader: Reader, own: Account, for_account: UUID) -> Account | None:
    """The account acting for another: its own name and password, the other's groups; None when it may not, now."""
    allowed = any(principal.account_id == for_account for principal in principals_of(reader, own.officer.account_id))
    other = account(reader, for_account) if allowed else None
    if other is None:
        return None
    own_units = frozenset(unit for unit, _ in own.officer.memberships)
    officer = replace(
        own.officer, memberships=other.officer.memberships, acting_for=other.officer.ref, own_units=own_units
    )
    return replace(own, officer=officer, ordered=other.ordered)


def names_of(reader: Reader, account_ids: list[UUID]) -> dict[UUID, str]:
    """Names of officers by account."""
    return {row["id"]: row["name"] for row in reader.all(NAMES, ids=account_ids)} if account_ids else {}


def _account_of(row: dict[str, object]) -> Account:
    units, roles, left = row["units"], row["roles"], row["left_sessions"]
    pairs = zip(units, roles, strict=True) if isinstance(units, list) and isinstance(roles, list) else ()
    memberships = frozenset((unit, role) for unit, role in pairs if unit)
    officer = Officer(AccountId(UUID(str(row["id"]))), str(row["name"]), str(row["locality"]), memberships)
    deployment = str(row["deployment"]) if row["deployment"] else None
    return Account(
        officer, str(row["login"]), int(str(row["session_version"])), deployment, row["one_time_until"] is not None,
        int(str(row["calendar_version"] or 0)), frozenset(left if isinstance(left, list) else ()), bool(row["ordered"]),
    )  # fmt: skip
