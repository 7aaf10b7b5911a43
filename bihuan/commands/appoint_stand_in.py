"""Appoint a stand-in (代理): a colleague acts for somebody absent, for a time, by a name and password of their own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.commands.accounts import BY_LOGIN
from bihuan.domain import access
from bihuan.domain.errors import InvalidAnswers, NotAllowed
from bihuan.domain.ids import new_id
from bihuan.store import tables
from bihuan.store.administration import log, repeated
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

LONGEST_REASON = 200
_membership, _account, _stand_in = tables.membership, tables.account, tables.stand_in
_theirs = _membership.alias("theirs")
_WHO, _FOR = sa.bindparam("who", type_=tables.ID), sa.bindparam("principal", type_=tables.ID)
COLLEAGUES = compiled(
    sa.select(_membership.c.unit)
    .join_from(_membership, _theirs, _theirs.c.unit == _membership.c.unit)
    .where(_membership.c.account_id == _WHO, _theirs.c.account_id == _FOR)
    .limit(at_most(1))
)
OTHERS = compiled(
    sa.select(_account.c.name)
    .join_from(_stand_in, _account, _account.c.id == _stand_in.c.account_id)
    .where(
        _stand_in.c.for_account == _FOR, _stand_in.c.account_id != _WHO, _stand_in.c.revoked_at.is_(None),
        _stand_in.c.from_at < sa.bindparam("until", type_=tables.INSTANT),
        _stand_in.c.until_at > sa.bindparam("since", type_=tables.INSTANT),
    )
    .order_by(_account.c.name)
)  # fmt: skip
ONESELF = "不能委托本人代理他人，请由被代理人本人或其他管理员委托。"


@dataclass(frozen=True, slots=True)
class Appointed:
    """What whoever appointed should look at again: it may be meant, and may be a slip."""

    colleague: bool = True
    """The two are of one unit."""
    others: tuple[str, ...] = ()
    """Who stands in for the same person in that time, too."""


def appoint_stand_in(
    work: UnitOfWork, login: str, *, stands_for: str, until: datetime, reason: str, since: datetime | None = None,
    submission_id: UUID | None = None,
) -> Appointed:  # fmt: skip
    """Let the account `login` act for `stands_for` from now, or from `since`, until `until` (exclusive).

    By the absent person, an administrator of the same locality, or the command line, but by nobody for themselves: so a
    right over casework takes a second person. It stands in the administrative log. Whatever the stand-in does is
    recorded with both names. The same form again changes nothing. Raises InvalidAnswers, NotAllowed.
    """
    who, principal = work.one(BY_LOGIN, login=login), work.one(BY_LOGIN, login=stands_for)
    if principal is None or who is None or who["id"] == principal["id"] or who["locality"] != principal["locality"]:
        raise InvalidAnswers({"login": "请填写同一辖区内两个不同的有效账号。"})
    access.require_own_or_administrator(work.actor, principal["locality"], (principal["id"],))
    if access.account_of(work.actor) == who["id"]:
        raise NotAllowed(f"Expected somebody else than {work.actor.ref} to stand in", ONESELF)
    if repeated(work, submission_id):
        return Appointed()
    since = max(since or work.now, work.now)
    _require_sense(who, until, reason, since)
    both = {"who": who["id"], "principal": principal["id"]}
    colleague = work.one(COLLEAGUES, **both) is not None
    others = tuple(dict.fromkeys(row["name"] for row in work.all(OTHERS, **both, since=since, until=until)))
    work.add(
        tables.stand_in,
        {
            "id": new_id(work.now), "account_id": who["id"], "for_account": principal["id"], "from_at": since,
            "until_at": until, "reason": reason.strip(), "appointed_by": work.actor.ref,
        },
    )  # fmt: skip
    log(
        work, principal["locality"], "stand_in_appointed", f"account:{principal['id']}", reason=reason.strip(),
        detail={"stand_in": f"officer:{who['id']}", "from": since.isoformat(), "until": until.isoformat()},
        submission_id=submission_id,
    )  # fmt: skip
    return Appointed(colleague, others)


def _require_sense(who: Row, until: datetime, reason: str, since: datetime) -> None:
    errors = {}
    if not who["active"]:
        errors["login"] = "该账号已停用，不能担任代理人。"
    if until <= since:
        errors["until"] = "截止日期应不早于开始日期，且晚于现在。"
    if not 1 < len(reason.strip()) <= LONGEST_REASON:
        errors["reason"] = f"请写明代理事由，2至{LONGEST_REASON}字。"
    if errors:
        raise InvalidAnswers(errors)
