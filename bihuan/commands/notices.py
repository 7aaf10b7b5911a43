"""Notices (通知) on their way out: whom a notice goes to, and what became of it.

Sending itself happens between two transactions, never inside one: `prepare`, then a Sender, then `mark_sent` or
`mark_failed`. A process killed in between sends again: at least once, marked once.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from bihuan.commands.leases import LEASE
from bihuan.domain.access import COMPLAINANT, OFFICER
from bihuan.domain.letters import Letter
from bihuan.store import tables
from bihuan.store.identities import open_identity
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

BACK_OFF = (timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
MOST_ATTEMPTS = len(BACK_OFF) + 1

_notice, _account, _membership = tables.notice, tables.account, tables.membership
_ID = sa.bindparam("notice_id", type_=tables.ID)
_NOW = sa.bindparam("now", type_=tables.INSTANT)
ADDRESSES = compiled(
    sa.select(_account.c.email, _account.c.phone)
    .distinct()
    .join(_membership, _membership.c.account_id == _account.c.id)
    .where(
        _account.c.locality == sa.bindparam("locality"),
        _account.c.active,
        _membership.c.unit == sa.bindparam("unit"),
        _membership.c.role == sa.bindparam("role"),
    )
)
ON_DUTY = compiled(
    sa.select(tables.unit.c.email, tables.unit.c.phone).where(
        tables.unit.c.locality == sa.bindparam("locality"), tables.unit.c.id == sa.bindparam("unit")
    )
)
MARK_FAILED = compiled(
    sa.update(_notice)
    .where(_notice.c.id == _ID, _notice.c.state == "waiting")
    .values(
        state=sa.bindparam("new_state"), due_at=sa.bindparam("new_due", type_=tables.INSTANT),
        last_error=sa.bindparam("error"), taken_until=None,
    )
)  # fmt: skip
MARK_SENT = compiled(
    sa.update(_notice)
    .where(_notice.c.id == sa.any_(sa.bindparam("ids", type_=tables.IDS)), _notice.c.state == "waiting")
    .values(state="sent", sent_at=_NOW, due_at=_NOW, last_error=None, taken_until=None)
)
START = compiled(
    sa.update(_notice)
    .where(_notice.c.id == _ID, _notice.c.state == sa.literal_column("'waiting'"))
    .values(attempts=_notice.c.attempts + 1, taken_until=sa.bindparam("until", type_=tables.INSTANT))
    .returning(_notice)
)


def prepare(work: UnitOfWork, notice_id: UUID) -> Letter | None:
    """The letter with its addresses as they are now, its attempt counted; None when it is not to be sent.

    Counted before it is sent: a letter that takes its worker down with it is given up after the last attempt, too.
    """
    notice = work.one(START, notice_id=notice_id, until=work.now + LEASE)
    if notice is None:
        return None
    if notice["recipient"] == COMPLAINANT:
        identity = open_identity(work, notice["case_id"]) or {}
        emails, phones = [identity.get("email")], [identity.get("phone")]
    else:
        unit, _, role = notice["recipient"].partition(":")
        rows = work.all(ADDRESSES, locality=notice["locality"], unit=unit, role=role or OFFICER)
        # What goes to the unit as a whole goes to whom it has on duty, too; what is for its head does not.
        rows += [] if role else work.all(ON_DUTY, locality=notice["locality"], unit=unit)
        emails, phones = [row["email"] for row in rows], [row["phone"] for row in rows]
    letter = Letter(
        notice_id, notice["subject"], notice["body"],
        emails=tuple(sorted({email for email in emails if email})),
        phones=tuple(sorted({phone for phone in phones if phone})),
        attempts=notice["attempts"],
    )  # fmt: skip
    if letter.attempts > MOST_ATTEMPTS:
        mark_failed(work, letter, "each attempt ended without an answer")
        return None
    return letter


def mark_sent(work: UnitOfWork, notice_ids: Sequence[UUID]) -> None:
    """They went out, or there is nobody to send them to but the in-app inbox, where they lie already."""
    work.do(MARK_SENT, ids=list(notice_ids), now=work.now)


def mark_failed(work: UnitOfWork, letter: Letter, error: str) -> None:
    """It could not be sent: again later, and after the last attempt it stays, marked failed, for the doctor to find."""
    last = letter.attempts >= MOST_ATTEMPTS
    work.do(
        MARK_FAILED, notice_id=letter.notice_id, new_state="failed" if last else "waiting",
        new_due=work.now if last else work.now + BACK_OFF[letter.attempts - 1], error=error[:500],
    )  # fmt: skip
