"""A report is counted by a worker (统计): asked for, taken up, got on with, kept or given up. No case is touched."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bihuan.domain import access
from bihuan.domain.errors import NotAllowed
from bihuan.domain.ids import new_id
from bihuan.store import tables
from bihuan.store.counted import (
    ADVANCE,
    FAIL,
    FORGET_CASES,
    FORGET_OLD,
    KEEP,
    KEEP_NOW,
    MOST_ATTEMPTS,
    RING,
    START,
    WANT,
)
from bihuan.store.figure_readers import SHOWN
from bihuan.store.unit_of_work import UnitOfWork

LONGEST = timedelta(minutes=5)
"""A worker that has not counted a part until then is held to be gone."""
PAUSE = timedelta(seconds=10)
"""After an attempt that failed."""
FORGOTTEN_AFTER = timedelta(hours=24)
"""A count that nobody has asked for since is deleted."""


def want_report(work: UnitOfWork, key: Mapping[str, Any], *, readers: tuple[str, ...]) -> None:
    """Have this report counted; once, however many ask. Raises NotAllowed for who is no reader of it, and to whom the
    locality has not shown its figures.
    """
    actor, locality = work.actor, key["locality"]
    if not access.may_read_report(actor, readers, locality=locality) and not _shown(work, locality):
        raise NotAllowed(f"Expected {actor.ref} to be a reader of report {key['report']}, but it is not")
    work.do(WANT, **key, id=new_id(work.now), due_at=work.now)
    work.do(RING)


def _shown(work: UnitOfWork, locality: str) -> bool:
    account = access.account_of(work.actor)
    shown_to = account is not None and work.one(SHOWN, of_locality=locality, account_id=account) is not None
    return access.may_compare(work.actor, locality=locality, shown_to=shown_to)


def start_count(work: UnitOfWork, report_id: UUID) -> bool:
    """Count an attempt before it is made; whether there is anything to count. After the last one it is given up."""
    row = work.one(START, report_id=report_id, until=work.now + LONGEST)
    if row is not None and row["attempts"] > MOST_ATTEMPTS:
        work.do(FAIL, report_id=report_id)
        return False
    return row is not None


def advance_count(work: UnitOfWork, report_id: UUID, done: int) -> None:
    """So many parts of it are done; whoever waits sees it."""
    work.do(ADVANCE, report_id=report_id, done=done, until=work.now + LONGEST)


def put_count_off(work: UnitOfWork, report_id: UUID) -> None:
    """The attempt failed: from the beginning, in a moment."""
    work.do(ADVANCE, report_id=report_id, done=0, until=work.now + PAUSE)


def forget_cases(work: UnitOfWork, report_id: UUID) -> None:
    """Make room for the cases of the count that is kept with this deed; others read the old ones until then."""
    work.do_at_once(FORGET_CASES, report_id=report_id)


def keep_count(work: UnitOfWork, report_id: UUID, *, as_of: datetime, sums: Any) -> None:
    """Keep what was counted until it is counted again. What nobody has asked for in 24 hours is deleted."""
    work.do(KEEP, report_id=report_id, as_of_now=as_of, new_sums=tables.as_json(sums))
    work.do(FORGET_OLD, before=work.now - FORGOTTEN_AFTER)


def give_up_count(work: UnitOfWork, report_id: UUID) -> None:
    """It cannot be counted: what was asked for is no longer in force."""
    work.do(FAIL, report_id=report_id)


def keep_load(work: UnitOfWork, key: Mapping[str, Any], *, as_of: datetime, sums: Any) -> None:
    """Keep what supervision counted of the open steps, for a minute. Raises NotAllowed for who does not supervise."""
    access.require_supervisor(work.actor, locality=key["locality"])
    work.do(KEEP_NOW, **key, id=new_id(work.now), due_at=as_of, as_of=as_of, sums=tables.as_json(sums), state="counted")
