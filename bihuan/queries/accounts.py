"""The accounts of a locality, for those who administer them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Actor, Officer
from bihuan.domain.errors import NotFound
from bihuan.domain.ids import TaskId
from bihuan.locality.deployments import current
from bihuan.locality.organisation import Organisation
from bihuan.store import tables
from bihuan.store.stand_ins import NOT_OVER
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row

_account, _membership, _stand_in = tables.account, tables.membership, tables.stand_in
_task, _other = tables.task, _account.alias("other")
_LOCALITY = sa.bindparam("locality", type_=sa.Text)
_READ = (
    sa.select(
        _account.c.id, _account.c.login, _account.c.name, _account.c.active,
        sa.func.array_agg(_membership.c.unit + ":" + _membership.c.role)
        .filter(_membership.c.unit.is_not(None)).label("memberships"),
        _account.c.email, _account.c.phone, _account.c.created_at, _account.c.one_time_until,
    )
    .outerjoin(_membership, _membership.c.account_id == _account.c.id)
    .where(_account.c.locality == _LOCALITY)
    .group_by(_account.c.id)
    .order_by(_account.c.login)
)  # fmt: skip
ACCOUNTS = compiled(_READ)
ACCOUNT = compiled(_READ.where(_account.c.login == sa.bindparam("login", type_=sa.Text)))


ABSENCES = compiled(
    sa.select(
        _stand_in.c.id, _account.c.login, _account.c.name, _other.c.login.label("by_login"),
        _other.c.name.label("by_name"), _stand_in.c.from_at, _stand_in.c.until_at, _stand_in.c.reason,
    )
    .join(_account, _account.c.id == _stand_in.c.for_account)
    .join(_other, _other.c.id == _stand_in.c.account_id)
    .where(_account.c.locality == _LOCALITY, NOT_OVER)
    .order_by(_stand_in.c.from_at)
)  # fmt: skip


CLAIMED = compiled(
    sa.select(_task.c.id, _task.c.locality)
    .join(_account, _account.c.id == _task.c.assignee)
    .where(_account.c.login == sa.bindparam("login", type_=sa.Text), tables.OPEN)
    .order_by(_task.c.id)
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with its `unit:role` memberships."""

    id: UUID
    login: str
    name: str
    active: bool
    memberships: tuple[str, ...]
    email: str | None
    phone: str | None
    created_at: datetime
    one_time_until: datetime | None
    """Until when a password that an administrator gave may be used; None once the person has one of their own."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is absent, or will be, and a colleague acts for them (代理)."""

    id: UUID
    login: str
    name: str
    by_login: str
    by_name: str
    from_at: datetime
    until_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """人员: everybody of a locality, or of one unit; who is absent."""

    organisation: Organisation
    unit: str
    people: tuple[AccountRow, ...]
    absences: tuple[Absence, ...]

    def absent(self, login: str) -> Absence | None:
        """Who acts for this person now or soon, if somebody does."""
        return next((one for one in self.absences if one.login == login), None)


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person's account, and what it may be given."""

    organisation: Organisation
    person: AccountRow
    absences: tuple[Absence, ...]
    own: bool
    """It is the administrator's own: what they are, another administrator decides."""


def accounts(reader: Reader, actor: Actor, locality: str) -> list[AccountRow]:
    """All accounts of a locality, closed ones too. Raises NotAllowed for anyone but its administrators."""
    access.require_administrator(actor, locality)
    return [_row(row) for row in reader.all(ACCOUNTS, locality=locality)]


def people_page(reader: Reader, actor: Officer, *, unit: str = "", words: str = "") -> PeoplePage:
    """The people of the administrator's own locality: of one unit, or whose name or login holds these words."""
    found = accounts(reader, actor, actor.locality)
    if unit:
        found = [one for one in found if any(group.partition(":")[0] == unit for group in one.memberships)]
    if words := words.strip().lower():
        found = [one for one in found if words in one.name.lower() or words in one.login.lower()]
    return PeoplePage(_organisation(reader, actor.locality), unit, tuple(found), absences(reader, actor.locality))


def person_page(reader: Reader, actor: Officer, login: str) -> PersonPage:
    """One of them. Raises NotAllowed, NotFound."""
    access.require_administrator(actor, actor.locality)
    row = reader.one(ACCOUNT, locality=actor.locality, login=login)
    if row is None:
        raise NotFound(f"Expected an account {login} of {actor.locality}, but there is none")
    person = _row(row)
    about = tuple(one for one in absences(reader, actor.locality) if login in (one.login, one.by_login))
    return PersonPage(_organisation(reader, actor.locality), person, about, person.id == actor.account_id)


def claimed(reader: Reader, actor: Actor, login: str) -> list[TaskId]:
    """The open tasks that an account has claimed. Raises NotAllowed for all but those who administer it."""
    rows = reader.all(CLAIMED, login=login)
    for locality in {row["locality"] for row in rows}:
        access.require_administrator(actor, locality)
    return [TaskId(row["id"]) for row in rows]


def organisation_page(reader: Reader, actor: Officer) -> Organisation:
    """The units and roles that an account may be given. Raises NotAllowed."""
    access.require_administrator(actor, actor.locality)
    return _organisation(reader, actor.locality)


def absences(reader: Reader, locality: str) -> tuple[Absence, ...]:
    """Who of a locality is absent now or will be, the first first."""
    return tuple(reader.all_as(Absence, ABSENCES, locality=locality, now=reader.now))


def _row(row: Row) -> AccountRow:
    return AccountRow(**{**row, "memberships": tuple(sorted(row["memberships"] or ()))})


def _organisation(reader: Reader, locality: str) -> Organisation:
    return current(reader, locality).deployment.locality.organisation
