"""Appoint a stand-in (代理): a colleague acts for somebody absent, for a time, by a name and password of their own."""

from datetime import datetime

from bihuan.commands.accounts import BY_LOGIN
from bihuan.domain.access import Machine, Officer
from bihuan.domain.errors import InvalidAnswers, NotAllowed
from bihuan.domain.ids import new_id
from bihuan.store import tables
from bihuan.store.unit_of_work import Row, UnitOfWork


def appoint_stand_in(work: UnitOfWork, login: str, *, stands_for: str, until: datetime, reason: str) -> None:
    """Let the account `login` act for `stands_for` from now until `until` (exclusive).

    By the absent person, an administrator of the same locality, or the command line. Whatever the stand-in does is
    recorded with both names. Raises InvalidAnswers, NotAllowed.
    """
    who, principal = work.one(BY_LOGIN, login=login), work.one(BY_LOGIN, login=stands_for)
    if who is None or principal is None or who["id"] == principal["id"] or who["locality"] != principal["locality"]:
        raise InvalidAnswers({"login": "请填写同一辖区内两个不同的有效账号。"})
    _require_right(work, principal)
    if until <= work.now or not reason.strip():
        raise InvalidAnswers({"until": "请填写晚于现在的截止时间，并写明代理事由。"})
    work.add(
        tables.stand_in,
        {
            "id": new_id(work.now), "account_id": who["id"], "for_account": principal["id"], "from_at": work.now,
            "until_at": until, "reason": reason.strip()[:200], "appointed_by": work.actor.ref,
        },
    )  # fmt: skip


def _require_right(work: UnitOfWork, principal: Row) -> None:
    actor = work.actor
    if isinstance(actor, Machine):
        return
    if not isinstance(actor, Officer) or actor.acting_for is not None or actor.locality != principal["locality"]:
        raise NotAllowed(f"Expected {actor.ref} to act in its own name in {principal['locality']}")
    if actor.account_id != principal["id"] and not actor.has_role("administrator"):
        raise NotAllowed(f"Expected {actor.ref} to be {principal['login']} or an administrator")
