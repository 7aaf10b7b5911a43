"""Change who a person is here: name and how to reach them, or in which units they are what (单位和角色)."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from bihuan.commands.accounts import administered, log_of_account, reason_of, refuse_own, require_person, require_units
from bihuan.domain.errors import InvalidAnswers
from bihuan.store import tables
from bihuan.store.administration import repeated
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

_account, _membership = tables.account, tables.membership
_ID = sa.bindparam("of_account", type_=tables.ID)
SET_DETAILS = compiled(
    sa.update(_account)
    .where(_account.c.id == _ID)
    .values({name: sa.bindparam(f"new_{name}") for name in ("name", "email", "phone")})
)
MEMBERSHIPS = compiled(sa.select(_membership.c.unit, _membership.c.role).where(_membership.c.account_id == _ID))
LEAVE = compiled(
    sa.delete(_membership).where(
        _membership.c.account_id == _ID,
        _membership.c.unit == sa.bindparam("of_unit"),
        _membership.c.role == sa.bindparam("of_role"),
    )
)


def change_details(
    work: UnitOfWork, login: str, *, name: str, email: str, phone: str, reason: str, submission_id: UUID | None = None
) -> None:
    """Name, e-mail and telephone of a person. The log keeps which of them changed, and the names; not the numbers."""
    account = administered(work, login)
    if repeated(work, submission_id):
        return
    name, email, phone = name.strip(), email.strip(), phone.strip()
    require_person(name, email, phone)
    new = {"name": name, "email": email or None, "phone": phone or None}
    changed = [key for key, value in new.items() if account[key] != value]
    if not changed:
        raise InvalidAnswers({"name": "内容没有变化。"})
    reason = reason_of(work, reason)
    work.do(SET_DETAILS, of_account=account["id"], **{f"new_{key}": value for key, value in new.items()})
    detail = {"changed": changed} | ({"before": account["name"], "after": name} if "name" in changed else {})
    log_of_account(work, account, "account_changed", reason, submission_id, detail)


def change_memberships(
    work: UnitOfWork, login: str, memberships: Collection[tuple[str, str]], *, reason: str,
    submission_id: UUID | None = None,
) -> None:  # fmt: skip
    """In which units somebody is what from now on, at once. Raises NotAllowed for one's own account."""
    account = administered(work, login)
    if repeated(work, submission_id):
        return
    refuse_own(work, account)
    wanted = set(memberships)
    before = {(row["unit"], row["role"]) for row in work.all(MEMBERSHIPS, of_account=account["id"])}
    require_units(work, account["locality"], wanted - before)
    if not wanted or wanted == before:
        words = "内容没有变化。" if wanted else "至少保留一个单位和角色；不再需要该账号的，请停用账号。"
        raise InvalidAnswers({"memberships": words})
    reason = reason_of(work, reason)
    for unit, role in sorted(wanted - before):
        work.add(_membership, {"account_id": account["id"], "unit": unit, "role": role})
    for unit, role in sorted(before - wanted):
        work.do(LEAVE, of_account=account["id"], of_unit=unit, of_role=role)
    detail = {"before": _written(before), "after": _written(wanted)}
    log_of_account(work, account, "memberships_changed", reason, submission_id, detail)


def _written(memberships: Collection[tuple[str, str]]) -> list[str]:
    return sorted(f"{unit}:{role}" for unit, role in memberships)
