"""Jobs: what the handlers of service tasks answered, and what a person decides when a job could not be done (异常)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from bihuan.commands import step
from bihuan.commands.leases import LEASE
from bihuan.domain import access
from bihuan.domain.control import Control
from bihuan.domain.errors import InvalidAnswers, NotFound, TaskNotOpen
from bihuan.domain.ids import CaseId, Key, new_id
from bihuan.engine import JobDone, JobFailed
from bihuan.store import cases, tables
from bihuan.store.cases import LockedCase
from bihuan.store.messages import CARRY, LOOK, keep_delivery, next_message
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""Waits between attempts; after the last, a person is asked."""

MOST_ATTEMPTS = len(BACK_OFF) + 1

_job, _incident, _case = tables.job, tables.incident, tables.case_file
_JOB_ID = sa.bindparam("job_id", type_=tables.ID)
READ = compiled(sa.select(_job).where(_job.c.id == _JOB_ID))
START = compiled(
    sa.update(_job)
    .where(_job.c.id == _JOB_ID, _job.c.state == sa.literal_column("'waiting'"), _job.c.case_id == _case.c.id)
    .values(attempts=_job.c.attempts + 1, taken_until=sa.bindparam("until", type_=tables.INSTANT))
    .returning(_job.c.id.label("job_id"), _case.c.case_no, _job.c.topic, _job.c.attempts)
)
AGAIN = compiled(
    sa.update(_job)
    .where(_job.c.id == _JOB_ID)
    .values(
        state=sa.bindparam("new_state"), attempts=sa.bindparam("new_attempts", type_=sa.Integer),
        due_at=sa.bindparam("new_due", type_=tables.INSTANT), last_error=sa.bindparam("error"), taken_until=None,
    )
)  # fmt: skip
READ_INCIDENT = compiled(
    sa.select(_incident).where(_incident.c.id == sa.bindparam("incident_id", type_=tables.ID)).with_for_update()
)
RESOLVE = compiled(
    sa.update(_incident)
    .where(_incident.c.id == sa.bindparam("incident_id", type_=tables.ID))
    .values(
        state=sa.bindparam("new_state"), resolved_by=sa.bindparam("by", type_=tables.ID),
        resolved_at=sa.bindparam("now", type_=tables.INSTANT), resolution=sa.bindparam("reason"),
    )
)  # fmt: skip
OPEN_ALREADY = compiled(
    sa.select(_incident.c.id).where(
        _incident.c.case_id == sa.bindparam("case_id", type_=tables.ID),
        _incident.c.state == "open",
        _incident.c.reason == sa.bindparam("reason"),
    )
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a job: which it is, counted from 1."""

    job_id: UUID
    case_no: str
    topic: str
    attempts: int


def start_job(work: UnitOfWork, job_id: UUID) -> Attempt | None:
    """Count an attempt before its handler is called; None when nothing is to be called.

    Counted first, because a handler that takes its worker down with it never answers: the attempt after the last one
    that is allowed opens an incident instead of killing one worker more, every two minutes, for ever.
    """
    attempt = work.one_as(Attempt, START, job_id=job_id, until=work.now + LEASE)
    if attempt is not None and attempt.attempts > MOST_ATTEMPTS:
        fail_job(work, job_id, "each attempt ended without an answer")
        return None
    return attempt


def complete_job(work: UnitOfWork, job_id: UUID, result: Control) -> None:
    """The handler succeeded: the case goes on. A job that is no longer waiting is left alone."""
    case, job = _lock(work, job_id)
    if job["state"] == "waiting":
        step.advance_case(work, case, JobDone(Key.parse(job["key"]), result))


def fail_job(work: UnitOfWork, job_id: UUID, error: str) -> None:
    """The attempt failed: try again later, and after the last time open an incident. `error` names no person."""
    case, job = _lock(work, job_id)
    if job["state"] != "waiting":
        return
    attempts = max(job["attempts"], 1)
    last = attempts >= MOST_ATTEMPTS
    due_at = work.now if last else work.now + BACK_OFF[attempts - 1]
    work.do(
        AGAIN, job_id=job_id, new_state="failed" if last else "waiting", new_attempts=attempts, new_due=due_at,
        error=error[:500],
    )  # fmt: skip
    if last:
        _open(work, case, job_id=job_id, key=job["key"], reason=error[:500])
    cases.record(work, case, "job_attempt_failed", {"attempt": attempts, "last": last}, key=job["key"])
    cases.write(work, case)


def fail_job_with_code(work: UnitOfWork, job_id: UUID, code: str, control: Control) -> None:
    """The handler answered with an error that the diagram catches (BPMN error)."""
    case, job = _lock(work, job_id)
    if job["state"] == "waiting":
        step.advance_case(work, case, JobFailed(Key.parse(job["key"]), code, control))


def open_incident(work: UnitOfWork, case_id: UUID, reason: str, job_id: UUID | None = None) -> None:
    """Tell people that a case cannot go on. The same fault of the same case is told once.

    `job_id` is the job that the case could not take: it stands until a person retries it or gives it up.
    """
    case = cases.lock(work, CaseId(case_id))
    job = work.one(READ, job_id=job_id) if job_id else None
    if job:
        stopped = {"new_state": "failed", "new_attempts": job["attempts"], "new_due": work.now, "error": reason[:500]}
        work.do(AGAIN, job_id=job_id, **stopped)
    if work.one(OPEN_ALREADY, case_id=case_id, reason=reason[:500]):
        return
    _open(work, case, job_id=job_id, key=job["key"] if job else None, reason=reason[:500])
    cases.write(work, case)


def retry_incident(work: UnitOfWork, incident_id: UUID, reason: str) -> None:
    """Try once more, from the first attempt on."""
    incident, case = _settle(work, incident_id, "retried", reason)
    if incident["job_id"]:
        work.do(AGAIN, job_id=incident["job_id"], new_state="waiting", new_attempts=0, new_due=work.now, error=None)
        work.wake_bell()
    cases.write(work, case)


def cancel_incident(work: UnitOfWork, incident_id: UUID, reason: str) -> None:
    """Give the step up with a reason: the case goes on as if it had been done, and history says by whose word.

    A message that the case could not take never comes to it again; it waits for the next one.
    """
    incident, case = _settle(work, incident_id, "cancelled", reason)
    job = work.one(READ, job_id=incident["job_id"]) if incident["job_id"] else None
    if job is not None and job["topic"] == LOOK:
        _pass_over(work, case, job)
    elif job is not None and job["topic"] == CARRY:
        work.do(AGAIN, job_id=job["id"], new_state="cancelled", new_attempts=0, new_due=work.now, error=None)
    elif job is not None:
        step.advance_case(work, case, JobDone(Key.parse(job["key"])))
    cases.write(work, case)


def _pass_over(work: UnitOfWork, case: LockedCase, job: Row) -> None:
    message = next_message(work, case.id, job["key"])
    if message is not None:
        keep_delivery(work, message, case.id, job["key"], passed_over=True)
        cases.record(work, case, "message_passed_over", message.origin, key=job["key"])
    work.do(AGAIN, job_id=job["id"], new_state="waiting", new_attempts=0, new_due=work.now, error=None)
    work.wake_bell()


def _lock(work: UnitOfWork, job_id: UUID) -> tuple[LockedCase, Row]:
    case, job = work.lock_then(LockedCase, cases.LOCK_OF_JOB, READ, job_id=job_id)
    if case is None or job is None:
        raise NotFound(f"Expected a job {job_id}, but there is none")
    return case, job


def _open(work: UnitOfWork, case: LockedCase, *, job_id: UUID | None, key: str | None, reason: str) -> None:
    incident_id = new_id(work.now)
    work.add(
        _incident,
        {
            "id": incident_id, "case_id": case.id, "locality": case.locality, "job_id": job_id, "key": key,
            "reason": reason, "opened_at": work.now,
        },
    )  # fmt: skip
    cases.record(work, case, "incident_opened", {"incident": str(incident_id)}, key=key)


def _settle(work: UnitOfWork, incident_id: UUID, state: str, reason: str) -> tuple[Row, LockedCase]:
    incident = work.one(READ_INCIDENT, incident_id=incident_id)
    if incident is None:
        raise NotFound(f"Expected an incident {incident_id}, but there is none")
    actor = work.actor
    access.require_administrator(actor, incident["locality"])
    if incident["state"] != "open":
        raise TaskNotOpen(f"incident {incident_id}")
    if not reason.strip():
        raise InvalidAnswers({"reason": "请写明处理理由。"})
    case = cases.lock(work, incident["case_id"])
    work.do(
        RESOLVE, incident_id=incident_id, new_state=state, by=access.account_of(actor), now=work.now,
        reason=reason.strip()[:500],
    )  # fmt: skip
    cases.record(work, case, "incident_resolved", {"incident": str(incident_id), "how": state}, key=incident["key"])
    return incident, case
