"""What leaves a transaction: running a job's handler, sending a notice, firing one case after the other.

Shared by the RQ workers and by the player of virtual time. Each row is still a transaction of its own; whatever fails
here fails alone.
"""

import logging
from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from bihuan.bootstrap import App
from bihuan.commands import jobs, notices
from bihuan.commands.fire_timer import fire_timer
from bihuan.domain.access import Machine
from bihuan.domain.errors import BihuanError
from bihuan.domain.ids import CaseId
from bihuan.domain.letters import NotSent
from bihuan.handlers import Errand, HandlerFailed, HandlerRefused, handle
from bihuan.senders import Sender
from bihuan.store import tables
from bihuan.store.statement import compiled

log = logging.getLogger(__name__)

CLOCK, HANDLER, POST = Machine("clock"), Machine("handler"), Machine("post")

_job, _case = tables.job, tables.case_file
ERRAND = compiled(
    sa.select(_job.c.id.label("job_id"), _case.c.case_no, _job.c.topic)
    .join(_case, _case.c.id == _job.c.case_id)
    .where(_job.c.id == sa.bindparam("job_id", type_=tables.ID), _job.c.state == sa.literal_column("'waiting'"))
)


def fire_timers(app: App, case_ids: Iterable[CaseId]) -> None:
    """Let time act on each of these cases. A case that faults leaves an incident; the others go on."""
    for case_id in case_ids:
        try:
            with app.begin(CLOCK) as work:
                fire_timer(work, case_id)
        except BihuanError as fault:
            log.error("timer of case %s: %s", case_id, fault)


def run_job(app: App, job_id: UUID) -> None:
    """Call the job's handler outside any transaction, then write down what it said. Repeatable."""
    with app.read() as reader:
        errand = reader.one_as(Errand, ERRAND, job_id=job_id)
    if errand is None:
        return
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
        with app.begin(HANDLER) as work:
            jobs.complete_job(work, job_id, result)


def send_notice(app: App, senders: Iterable[Sender], notice_id: UUID) -> None:
    """Send a notice by every channel that is configured, then mark it once. At least once, never lost."""
    with app.begin(POST) as work:
        letter = notices.prepare(work, notice_id)
    if letter is None:
        return
    try:
        for sender in senders:
            sender.send(letter)
    except NotSent as failure:
        log.warning("notice %s: %s", notice_id, failure)
        with app.begin(POST) as work:
            notices.mark_failed(work, letter, str(failure))
    else:
        with app.begin(POST) as work:
            notices.mark_sent(work, notice_id)


def _fail(app: App, job_id: UUID, error: str) -> None:
    with app.begin(HANDLER) as work:
        jobs.fail_job(work, job_id, error)
