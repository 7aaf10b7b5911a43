"""Accounts of officers: made, closed, opened and given passwords by an administrator or the command line, never by
themselves. What is done to an account stands in the administrative log (管理记录) with its reason.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access, passwords
from bihuan.domain.access import Machine, Officer
from bihuan.domain.administration import COMMAND_LINE, sound_reason
from bihuan.domain.errors import AlreadyDone, InvalidAnswers, NotAllowed, NotFound, gathered
from bihuan.domain.identity import Identity
from bihuan.domain.ids import AccountId, new_id
from bihuan.store import tables
from bihuan.store.administration import hold, log, repeated
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

ONE_TIME = timedelta(hours=72)
"""How long a password given by an administrator is good: somebody reads it out today, it is typed after the weekend."""
LONGEST_NAME = 40
_LOGIN_WORDS = "登录名只能用字母、数字和下划线，且不以数字开头，不超过 40 个字符。"

_account, _membership = tables.account, tables.membership
_LOGIN = sa.bindparam("login", type_=sa.Text)
BY_LOGIN = compiled(sa.select(_account).where(_account.c.login == _LOGIN))
SET_PASSWORD = compiled(
    sa.update(_account)
    .where(_account.c.login == _LOGIN)
    .values(
        password_hash=sa.bindparam("new_hash"), one_time_until=sa.bindparam("new_until", type_=tables.INSTANT),
        session_version=_account.c.session_version + 1,
    )
)  # fmt: skip
SET_ACTIVE = compiled(
    sa.update(_account)
    .where(_account.c.login == _LOGIN)
    .values(active=sa.bindparam("new_active", type_=sa.Boolean), session_version=_account.c.session_version + 1)
)
END_SESSIONS = compiled(
    sa.update(_account).where(_account.c.login == _LOGIN).values(session_version=_account.c.session_version + 1)
)
STILL = compiled(
    sa.select(_account.c.id)
    .join(_membership, _membership.c.account_id == _account.c.id)
    .where(
        _account.c.id == sa.bindparam("account_id", type_=tables.ID), _account.c.active,
        _membership.c.role == sa.literal_column("'administrator'"),
    )
    .limit(at_most(1))
)  # fmt: skip
"""The actor, while an administrator."""
UNIT = compiled(
    sa.select(tables.unit.c.id).where(
        tables.unit.c.locality == sa.bindparam("locality"),
        tables.unit.c.id == sa.bindparam("unit"),
        ~tables.unit.c.closed,
    )
)


def create_account(
    work: UnitOfWork, locality: str, login: str, name: str, password: str, memberships: Iterable[tuple[str, str]],
    *, email: str | None = None, phone: str | None = None, drawn: bool = False, one_time: bool = False,
    reason: str = "", submission_id: UUID | None = None,
) -> AccountId:  # fmt: skip
    """Make an account with its (unit, role) memberships.

    `drawn`: a machine drew the password at random. `one_time`: it is to be changed at the first log-in. Raises
    InvalidAnswers when name, login, unit or reason do not serve, AlreadyDone when this form was sent before.
    """
    access.require_administrator(work.actor, locality)
    _refuse_repeated(work, submission_id)
    memberships = sorted(set(memberships))
    errors: dict[str, str] = {}
    with gathered(errors):
        require_person(name, email, phone)
    with gathered(errors):
        _require_login(work, login)
    with gathered(errors):
        _require_memberships(work, locality, memberships)
    with gathered(errors):
        reason = reason_of(work, reason)
    if errors:
        raise InvalidAnswers(errors)
    account_id = AccountId(new_id(work.now))
    work.add(
        _account,
        {
            "id": account_id, "locality": locality, "login": login, "name": name,
            "password_hash": passwords.hashed(password, drawn=drawn), "email": email or None, "phone": phone or None,
            "created_at": work.now, "one_time_until": work.now + ONE_TIME if one_time else None,
        },
    )  # fmt: skip
    for unit, role in memberships:
        work.add(_membership, {"account_id": account_id, "unit": unit, "role": role})
    groups = [f"{unit}:{role}" for unit, role in memberships]
    log(
        work, locality, "account_created", f"account:{account_id}", reason=reason, submission_id=submission_id,
        detail={"login": login, "memberships": groups},
    )  # fmt: skip
    return account_id


def set_password(
    work: UnitOfWork, login: str, password: str, *, drawn: bool = False, one_time: bool = False, reason: str = "",
    submission_id: UUID | None = None,
) -> None:  # fmt: skip
    """Give an account a new password; all its sessions end. Raises AlreadyDone when this form was sent before."""
    account = administered(work, login)
    _refuse_repeated(work, submission_id)
    reason = reason_of(work, reason)
    until = work.now + ONE_TIME if one_time else None
    work.do(SET_PASSWORD, login=login, new_hash=passwords.hashed(password, drawn=drawn), new_until=until)
    log_of_account(work, account, "password_reset", reason, submission_id)


def set_active(
    work: UnitOfWork, login: str, active: bool, *, reason: str = "", submission_id: UUID | None = None
) -> None:
    """Close an account, or open it again; all its sessions end. Nothing it did is forgotten.

    Raises NotAllowed for one's own account: so there is always an administrator left.
    """
    account = administered(work, login)
    if repeated(work, submission_id):
        return
    refuse_own(work, account)
    reason = reason_of(work, reason)
    work.do(SET_ACTIVE, login=login, new_active=active)
    log_of_account(work, account, "account_opened" if active else "account_closed", reason, submission_id)


def end_sessions(work: UnitOfWork, login: str, *, reason: str = "", submission_id: UUID | None = None) -> None:
    """Log an account out everywhere: a telephone was lost, a screen left open."""
    account = administered(work, login)
    if not repeated(work, submission_id):
        reason = reason_of(work, reason)
        work.do(END_SESSIONS, login=login)
        log_of_account(work, account, "sessions_ended", reason, submission_id)


def unlock(work: UnitOfWork, login: str, *, reason: str = "", submission_id: UUID | None = None) -> None:
    """Let somebody try again who mistyped the password too often. The tries are counted by the caller, who forgets."""
    account = administered(work, login)
    if not repeated(work, submission_id):
        log_of_account(work, account, "account_unlocked", reason_of(work, reason), submission_id)


def administered(work: UnitOfWork, login: str) -> Row:
    """The account, of a locality that the actor administers. Raises NotFound, NotAllowed.

    Asked anew once nobody else administers it: of two who close each other's account at the same moment, one is left.
    """
    actor = work.actor
    access.require_administrator(actor, actor.locality)
    if isinstance(actor, Officer):
        hold(work, actor.locality)
        if work.one(STILL, account_id=actor.account_id) is None:
            raise NotAllowed(f"Expected {actor.ref} to administer {actor.locality} still, but it does no longer")
    row = work.one(BY_LOGIN, login=login)
    if row is None or (not isinstance(actor, Machine) and row["locality"] != actor.locality):
        raise NotFound(f"Expected an account {login}, but there is none", f"没有账号 {login}。")
    return row


def reason_of(work: UnitOfWork, reason: str) -> str:
    """The reason of a change; the command line may do without. Raises InvalidAnswers."""
    return COMMAND_LINE if isinstance(work.actor, Machine) and not reason.strip() else sound_reason(reason)


def refuse_own(work: UnitOfWork, account: Row) -> None:
    """Raise NotAllowed when an administrator is about to change what they themselves are."""
    if access.account_of(work.actor) == account["id"]:
        words = "不能停用本人账号、调整本人角色，请由其他管理员办理。"
        raise NotAllowed(f"Expected another administrator than {work.actor.ref} to change it", words)


def require_person(name: str, email: str | None, phone: str | None) -> None:
    """Raise InvalidAnswers unless these can be somebody's name, e-mail and telephone (the two may be empty)."""
    errors = {}
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        errors["name"] = f"请填写姓名，不超过 {LONGEST_NAME} 字。"
    try:
        Identity.of({"phone": phone or "", "email": email or ""}, required=False)
    except InvalidAnswers as fault:
        errors |= fault.errors
    if errors:
        raise InvalidAnswers(errors)


def _require_login(work: UnitOfWork, login: str) -> None:
    if not re.fullmatch(r"[A-Za-z_]\w{0,39}", login, re.ASCII):
        raise InvalidAnswers({"login": _LOGIN_WORDS})
    if work.one(BY_LOGIN, login=login):
        raise InvalidAnswers({"login": f"登录名 {login} 已被使用。"})


def _require_memberships(work: UnitOfWork, locality: str, memberships: Collection[tuple[str, str]]) -> None:
    if not memberships:
        raise InvalidAnswers({"memberships": "请至少选择一个单位和角色。"})
    require_units(work, locality, memberships)


def require_units(work: UnitOfWork, locality: str, memberships: Iterable[tuple[str, str]]) -> None:
    """Raise InvalidAnswers when a membership names a unit that the locality has not."""
    if unknown := sorted({unit for unit, _ in memberships if not work.one(UNIT, locality=locality, unit=unit)}):
        raise InvalidAnswers({"unit": f"没有这些单位：{'、'.join(unknown)}。"})


def _refuse_repeated(work: UnitOfWork, submission_id: UUID | None) -> None:
    # A password is shown to whoever sent the form, once: the second answer would show one that was never set.
    if repeated(work, submission_id):
        raise AlreadyDone(f"Expected a form sent once, but {submission_id} was sent before")


def log_of_account(
    work: UnitOfWork, account: Row, kind: str, reason: str, submission_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Enter in the administrative log what was done about an account."""
    log(
        work, account["locality"], kind, f"account:{account['id']}", reason=reason, detail=detail,
        submission_id=submission_id,
    )  # fmt: skip
