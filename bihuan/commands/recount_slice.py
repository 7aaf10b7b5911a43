"""A worker counts limits again slice by slice (重算): taken up, got on with, ended or given up.

Each case is a deed of its own (`recount_case`); this is only how far it has come. Whoever dies in the middle of a slice
has it done again: what is counted again twice does not move twice.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from bihuan.commands.leases import LEASE
from bihuan.store import recounts
from bihuan.store.administration import log
from bihuan.store.counted import RING
from bihuan.store.deployments import locality_row
from bihuan.store.unit_of_work import Row, UnitOfWork

PAUSE = timedelta(seconds=10)
"""After an attempt that failed."""


def start_slice(work: UnitOfWork, recount_id: UUID) -> Row | None:
    """Count an attempt before it is made; what is to be counted, if anything. After the last one it is given up."""
    row = work.one(recounts.START, recount_id=recount_id, until=work.now + LEASE)
    if row is not None and row["attempts"] > recounts.MOST_ATTEMPTS:
        work.do(recounts.END, recount_id=recount_id, new_state="failed", ended=work.now)
        return None
    return row


def keep_changes(work: UnitOfWork, recount_id: UUID, changes: Iterable[dict[str, Any]]) -> None:
    """For whoever looks: what counting again moved, or would move."""
    for one in changes:
        work.do(recounts.KEEP, recount_id=recount_id, **one)


def end_slice(work: UnitOfWork, run: Row, *, to: str, done: int, cases: int, hold: bool) -> None:
    """So many more cases are counted, up to this number; whoever waits sees it, and the next slice is due at once.

    `hold`: whoever counted this one counts that, too.
    """
    work.do(
        recounts.ADVANCE, recount_id=run["id"], come_to=run["last_case_no"], new_case_no=to, more=done,
        of_cases=cases, until=work.now + LEASE if hold else None,
    )  # fmt: skip
    if not hold:
        work.do(RING)


def end_recount(work: UnitOfWork, run: Row) -> bool:
    """All cases are counted. When the calendar has changed since it began, it begins again; else the log says the sums.

    What was tried is not logged: nothing has changed by it. Whether it goes on.
    """
    now = work.one(recounts.LOCK, recount_id=run["id"])
    if now is None:
        return False  # another worker has said so already
    place = locality_row(work, run["locality"])
    if place is None or run["trial"]:
        work.do(recounts.END, recount_id=run["id"], new_state="done", ended=work.now)
    elif place["calendar_version"] != run["calendar_version"]:
        work.do(recounts.AGAIN, recount_id=run["id"], new_version=place["calendar_version"], until=None)
        work.do(RING)
        return True
    else:
        work.do(recounts.END, recount_id=run["id"], new_state="done", ended=work.now)
        sums = {row["what"]: row["number"] for row in work.all(recounts.SUMS, recount_id=run["id"])}
        log(
            work, run["locality"], "limits_recounted", f"calendar:{run['calendar_version']}", reason=run["reason"],
            detail={"cases": now["cases_done"], "recounted": sums},
        )  # fmt: skip
    return False


def put_slice_off(work: UnitOfWork, recount_id: UUID) -> None:
    """The attempt failed: once more, in a moment."""
    work.do(recounts.PUT_OFF, recount_id=recount_id, until=work.now + PAUSE)
