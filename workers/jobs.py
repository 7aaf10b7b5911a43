"""What RQ calls: thin functions from ids in texts to errands. A job's arguments are ids alone, never anybody's data."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from uuid import UUID

import psycopg

from bihuan import errands
from bihuan.bootstrap import App
from bihuan.commands.take_due import DueWork, release
from bihuan.domain.access import Machine
from bihuan.domain.errors import BihuanError
from bihuan.domain.ids import CaseId
from bihuan.recounting import recount_next
from bihuan.senders import Sender, senders_of
from bihuan.settings import Settings

log = logging.getLogger("bihuan.worker")

WORKER = Machine("worker")
stopping = threading.Event()
"""Set by SIGTERM: finish the one in hand, give the others back."""
_counting = threading.Lock()
_to_count: set[str] = set()
"""Reports that this worker is to count, or is counting."""


@lru_cache(maxsize=1)
def process() -> tuple[App, tuple[Sender, ...]]:
    """This worker's application and channels, opened at its first job and kept for its life."""
    settings = Settings.from_environment()
    return App(settings).__enter__(), senders_of(settings)


def fire_timers(case_ids: list[str]) -> None:
    """Fire what is due in each of these cases, one transaction a case; tell the bell once of what came of them all."""
    app, _ = process()
    left = _each(case_ids, lambda case_id: errands.let_time_act(app, CaseId(case_id)))
    app.wake_bell()
    _give_back(app, cases=left)


def run_jobs(job_ids: list[str]) -> None:
    """Run the handlers of these service tasks."""
    app, _ = process()
    _give_back(app, jobs=_each(job_ids, lambda job_id: errands.run_job(app, job_id)))


def send_notices(notice_ids: list[str]) -> None:
    """Send these notices, each by itself; without a channel they have arrived already."""
    app, senders = process()
    if senders:
        left = _each(notice_ids, lambda notice_id: errands.send_notice(app, senders, notice_id))
        _give_back(app, notices=left)
    else:
        errands.leave_in_inbox(app, [UUID(text) for text in notice_ids])


def open_timed(start_ids: list[str]) -> None:
    """Open the cases of these periods."""
    app, _ = process()
    _give_back(app, starts=_each(start_ids, lambda start_id: errands.open_timed(app, start_id)))


def count_reports(report_ids: list[str]) -> None:
    """Count these reports beside everything else: PostgreSQL is at work for seconds, and no timer waits for that.

    One at a time in each worker. One that is killed takes nothing with it: the lease ends, and the bell rings again.
    """
    _to_count.update(report_ids)
    threading.Thread(target=_count, args=(report_ids,), name="counting", daemon=True).start()


def recount_limits(recount_ids: list[str]) -> None:
    """Count the next cases of these again: a slice, so that no timer waits for all. The bell rings for the rest."""
    app, _ = process()
    _give_back(app, recounts=_each(recount_ids, lambda recount_id: recount_next(app, recount_id)))


def leave_counts() -> None:
    """This worker ends: let another one have what it has not counted."""
    app, _ = process()
    with suppress(psycopg.Error):  # the database is away: the leases end
        _give_back(app, reports=[UUID(one) for one in list(_to_count)])


def _count(report_ids: list[str]) -> None:
    app, _ = process()
    with _counting:
        _each(report_ids, lambda report_id: errands.count_report(app, report_id))
    _to_count.difference_update(report_ids)


def _each(texts: list[str], errand: Callable[[UUID], object]) -> list[UUID]:
    """Do the errand for each id, whatever another one met; the ids that are left when this worker is to stop."""
    ids = [UUID(text) for text in texts]
    for place, one in enumerate(ids):
        if stopping.is_set():
            return ids[place:]
        try:
            _twice(errand, one)
        except BihuanError as fault:
            log.error("%s: %s", one, fault)
        except psycopg.errors.LockNotAvailable:
            log.warning("%s: somebody holds its case; it is rung for again", one)
        except psycopg.OperationalError as fault:
            log.warning("database away: %s; what is left of this job is rung for again", type(fault).__name__)
            break
    return []


def _twice(errand: Callable[[UUID], object], one: UUID) -> None:
    """An errand is repeatable: when the database went away under it, it is done again on another connection."""
    try:
        errand(one)
    except psycopg.OperationalError:
        errand(one)


def _give_back(app: App, *, cases: list[UUID] | None = None, jobs: list[UUID] | None = None,
               notices: list[UUID] | None = None, starts: list[UUID] | None = None,
               reports: list[UUID] | None = None, recounts: list[UUID] | None = None) -> None:  # fmt: skip
    """Let another worker have these now, not when their leases end."""
    if not (cases or jobs or notices or starts or reports or recounts):
        return
    with app.begin(WORKER) as work:
        given = DueWork(
            work.now, tuple(map(CaseId, cases or ())), tuple(jobs or ()), tuple(notices or ()), tuple(starts or ()),
            tuple(reports or ()), tuple(recounts or ()),
        )  # fmt: skip
        release(work, given)
        work.wake_bell()
