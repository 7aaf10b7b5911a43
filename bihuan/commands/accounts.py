"""Accounts of officers: made by an administrator or the command line, never by themselves."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access, passwords
from bihuan.domain.access import Machine
from bihuan.domain.errors import InvalidAnswers, NotFound
from bihuan.domain.ids import AccountId, new_id
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

_account, _membership = tables.account, tables.membership
_LOGIN = sa.bindparam("login", type_=sa.Text)
BY_LOGIN = compiled(sa.select(_account).where(_account.c.login == _LOGIN))
SET_PASSWORD = compiled(
    sa.update(_account)
    .where(_account.c.login == _LOGIN)
    .values(password_hash=sa.bindparam("new_hash"), session_version=_account.c.session_version + 1)
)
SET_ACTIVE = compiled(
    sa.update(_account)
    .where(_account.c.login == _LOGIN)
    .values(active=sa.bindparam("new_active", type_=sa.Boolean), session_version=_account.c.session_version + 1)
)
UNIT = compiled(
    sa.select(tables.unit.c.id).where(
        tables.unit.c.locality == sa.bindparam("locality"), tables.unit.c.id == sa.bindparam("unit")
    )
)


def create_account(
    work: UnitOfWork, locality: str, login: str, name: str, password: str, memberships: Iterable[tuple[str, str]],
    *, email: str | None = None, phone: str | None = None, drawn: bool = False,
) -> AccountId:  # fmt: skip
    """Make an account with its (unit, role) memberships; `drawn`: a machine drew the password at random.

    Raises InvalidAnswers when login or unit do not serve.
    """
    _require_right(work)
    memberships = sorted(set(memberships))
    if not login.isidentifier() or len(login) > 40:
        raise InvalidAnswers({"login": "登录名只能用字母、数字和下划线，且不以数字开头，不超过 40 个字符。"})
    if work.one(BY_LOGIN, login=login):
        raise InvalidAnswers({"login": f"登录名 {login} 已被使用。"})
    if unknown := sorted({unit for unit, _ in memberships if not work.one(UNIT, locality=locality, unit=unit)}):
        raise InvalidAnswers({"unit": f"没有这些单位：{'、'.join(unknown)}。"})
    account_id = AccountId(new_id(work.now))
    work.add(
        _account,
        {
            "id": account_id, "locality": locality, "login": login, "name": name,
            "password_hash": passwords.hashed(password, drawn=drawn), "email": email, "phone": phone,
            "created_at": work.now,
        },
    )  # fmt: skip
    for unit, role in memberships:
        work.add(_membership, {"account_id": account_id, "unit": unit, "role": role})
    return account_id


def set_password(work: UnitOfWork, login: str, password: str, *, drawn: bool = False) -> None:
    """Give an account a new password; all its sessions end."""
    _require_right(work)
    _require_account(work, login)
    work.do(SET_PASSWORD, login=login, new_hash=passwords.hashed(password, drawn=drawn))


def set_active(work: UnitOfWork, login: str, active: bool) -> None:
    """Close an account, or open it again; all its sessions end. Nothing it did is forgotten."""
    _require_right(work)
    _require_account(work, login)
    work.do(SET_ACTIVE, login=login, new_active=active)


def _require_right(work: UnitOfWork) -> None:
    if not isinstance(work.actor, Machine):
        access.require_role(work.actor, "administrator")


def _require_account(work: UnitOfWork, login: str) -> UUID:
    row = work.one(BY_LOGIN, login=login)
    if row is None:
        raise NotFound(f"Expected an account {login}, but there is none", f"没有账号 {login}。")
    found: UUID = row["id"]
    return found
