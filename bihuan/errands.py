"""What leaves a transaction: running a job's handler, carrying a message, sending a notice, firing one case after the
other.

Shared by the RQ workers and by the player of virtual time. Each row is still a transaction of its own; whatever fails
here fails alone.
"""

import logging
from collections.abc import Iterable, Sequence
from uuid import UUID

import psycopg

from bihuan.bootstrap import App
from bihuan.commands import count_report as counts
from bihuan.commands import jobs, notices
from bihuan.commands import open_timed as timed
from bihuan.commands.carry_message import carry_message, look_for_message
from bihuan.commands.fire_timer import fire_timer
from bihuan.domain.access import Machine
from bihuan.domain.errors import BihuanError, CaseFaulted
from bihuan.domain.ids import CaseId
from bihuan.domain.letters import Letter, NotSent
from bihuan.handlers import Errand, HandlerFailed, HandlerRefused, handle
from bihuan.queries.counted import Counted
from bihuan.queries.leading import report_to_count
from bihuan.queries.report_counts import add_part, parts_of
from bihuan.senders import Sender
from bihuan.store.messages import CARRY, LOOK

log = logging.getLogger(__name__)

CLOCK, HANDLER, POST, CARRIER = Machine("clock"), Machine("handler"), Machine("post"), Machine("carrier")
COUNTER = Machine("counter")


def let_time_act(app: App, case_id: CaseId) -> None:
    """Fire what is due in this case. A case that faults leaves an incident. The bell is for the caller to wake.

    Raises psycopg.OperationalError when the database is away, and TimeoutError when the worker is broken off.
    """
    try:
        with app.begin(CLOCK, wake=False) as work:
            fire_timer(work, case_id)
    except BihuanError as fault:  # the incident is open already
        log.error("timer of case %s: %s", case_id, fault)
    except (psycopg.OperationalError, TimeoutError):
        raise  # the database is away, or the worker's time is over: nothing is wrong with the case
    except Exception as exc:
        # A bug of ours must not stop the cases behind it, nor leave this one standing with nobody told.
        log.exception("timer of case %s", case_id)
        app.report(case_id, f"its timer could not be fired: {type(exc).__name__}")


def run_job(app: App, job_id: UUID) -> None:
    """Do a job: carry a message between cases, or call a service task's handler.

    The handler is called outside any transaction; then what it said is written down. Repeatable. Whatever it raises is
    an attempt that failed, also a case that cannot take the answer: tried again a few times, then an incident. A
    worker that is killed meanwhile has had its attempt counted before.
    """
    with app.begin(HANDLER) as work:
        attempt = jobs.start_job(work, job_id)
    if attempt is None:
        return
    if attempt.topic in (CARRY, LOOK):
        _carry(app, job_id, attempt.topic)
        return
    errand = Errand(attempt.job_id, attempt.case_no, attempt.topic)
    try:
        result = handle(errand)
    except HandlerRefused as refusal:
        with app.begin(HANDLER) as work:
            jobs.fail_job_with_code(work, job_id, refusal.code, {})
    except HandlerFailed as failure:
        _fail(app, job_id, str(failure))
    except Exception as exc:
        # A handler's own bug: its text may hold people's data, its kind does not.
        log.error("handler of %s failed: %s", errand.topic, type(exc).__name__)
        _fail(app, job_id, type(exc).__name__)
    else:
        try:
            with app.begin(HANDLER) as work:
                jobs.complete_job(work, job_id, result)
        except BihuanError as fault:
            _fail(app, job_id, fault.code)


def carry(app: App, job_id: UUID, topic: str) -> None:
    """Bring a message between cases on its way: wake those who wait for it, or look for one.

    Raises CaseFaulted when the case cannot take it; its incident is open then, and holds the job.
    """
    with app.begin(CARRIER, job_id=job_id) as work:
        (carry_message if topic == CARRY else look_for_message)(work, job_id)


def _carry(app: App, job_id: UUID, topic: str) -> None:
    try:
        carry(app, job_id, topic)
    except CaseFaulted:
        return  # the incident is open already
    except BihuanError as fault:
        _fail(app, job_id, fault.code)


def leave_in_inbox(app: App, notice_ids: Sequence[UUID]) -> None:
    """Without a channel notices have arrived once they lie in the in-app inbox: all of them at once. Repeatable."""
    with app.begin(POST) as work:
        notices.mark_sent(work, notice_ids)


def open_timed(app: App, start_id: UUID) -> None:
    """Open the case that the calendar owes this period. What it raises is an attempt that failed: tried again, told by
    the doctor, and no later period is opened before.
    """
    with app.begin(CLOCK) as work:
        if not timed.start_attempt(work, start_id):
            return
    try:
        with app.begin(CLOCK) as work:
            timed.open_timed(work, start_id)
    except BihuanError as fault:
        log.error("timed start %s: %s", start_id, fault)
        _not_opened(app, start_id, str(fault))
    except (psycopg.OperationalError, TimeoutError):
        raise  # the database is away, or the worker's time is over: nothing is wrong with the procedure
    except Exception as exc:
        log.exception("timed start %s", start_id)
        _not_opened(app, start_id, type(exc).__name__)


def count_report(app: App, report_id: UUID) -> None:
    """Count a report that somebody waits for. What it raises is an attempt that failed; after a few it is given up."""
    with app.begin(COUNTER) as work:
        if not counts.start_count(work, report_id):
            return
    try:
        _count(app, report_id)
    except (psycopg.OperationalError, TimeoutError):
        raise  # the database is away: the lease ends
    except Exception:
        log.exception("count of report %s", report_id)
        with app.begin(COUNTER) as work:
            counts.put_count_off(work, report_id)


def _count(app: App, report_id: UUID) -> None:
    """Part by part, saying how far it has come; the period comes last, and is kept in one deed with its cases."""
    with app.read() as reader:
        found = report_to_count(reader, report_id)
        counted = Counted(reader.now, report_id)
    if found is None:  # another deployment is in force by now
        with app.begin(COUNTER) as work:
            counts.give_up_count(work, report_id)
        return
    chosen, trend = found
    of_period, *over_time = parts_of(chosen, trend)
    for done, part in enumerate(over_time, 1):
        with app.read() as reader:
            add_part(reader, chosen, part, counted)
        with app.begin(COUNTER) as work:
            counts.advance_count(work, report_id, done)
    with app.begin(COUNTER) as work:
        counts.forget_cases(work, report_id)
        add_part(work, chosen, of_period, counted)
        counts.keep_count(work, report_id, as_of=counted.as_of, sums=counted.to_keep())


def _not_opened(app: App, start_id: UUID, error: str) -> None:
    with app.begin(CLOCK) as work:
        timed.fail_start(work, start_id, error)


def send_notice(app: App, senders: Iterable[Sender], notice_id: UUID) -> None:
    """Send a notice by every channel there is, then mark it once. At least once, never lost."""
    with app.begin(POST) as work:
        letter = notices.prepare(work, notice_id)
    if letter is None:
        return
    try:
        for sender in senders:
            sender.send(letter)
    except NotSent as failure:
        log.warning("notice %s: %s", notice_id, failure)
        _not_sent(app, letter, str(failure))
    except Exception as exc:
        # A sender's own bug: its text may hold an address, its kind does not.
        log.error("notice %s: %s", notice_id, type(exc).__name__)
        _not_sent(app, letter, type(exc).__name__)
    else:
        with app.begin(POST) as work:
            notices.mark_sent(work, [notice_id])


def _not_sent(app: App, letter: Letter, error: str) -> None:
    with app.begin(POST) as work:
        notices.mark_failed(work, letter, error)


def _fail(app: App, job_id: UUID, error: str) -> None:
    with app.begin(HANDLER) as work:
        jobs.fail_job(work, job_id, error)
