"""The calendar opens a case of a procedure, once a period, at its own instant, also after an outage."""

from datetime import timedelta
from uuid import UUID

from bihuan.commands.leases import LEASE
from bihuan.commands.open_procedure import open_by_calendar
from bihuan.commands.planning import plan_following
from bihuan.locality.deployments import current
from bihuan.locality.procedures import procedure_of
from bihuan.store.starts import ATTEMPT, FAILED, OPENED, lock_start
from bihuan.store.unit_of_work import UnitOfWork

BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""Waits between attempts; after the last, once an hour: nobody but the process owner can put it right."""


def start_attempt(work: UnitOfWork, start_id: UUID) -> bool:
    """Count an attempt before it is made, as with a job; whether there is anything to open."""
    start = lock_start(work, start_id)
    if start is None or start.state != "waiting":
        return False
    work.do(ATTEMPT, start_id=start_id, until=work.now + LEASE)
    return True


def open_timed(work: UnitOfWork, start_id: UUID) -> None:
    """Open the period's case, as of its due instant, and plan the next period. Repeatable: opened once.

    Raises NotFound when the locality has no such procedure any more, CaseFaulted when its diagram cannot begin.
    """
    start = lock_start(work, start_id)
    if start is None or start.state != "waiting":
        return
    here = current(work, start.locality)
    subject = procedure_of(here.deployment, start.process).subject_of(start.period)
    opened = open_by_calendar(work, start.locality, start.process, start.period, subject, start.due_at)
    work.do(OPENED, start_id=start_id, new_case=opened.case_id, now=work.now)
    plan_following(work, start, here.deployment.definition, here.calendar)


def fail_start(work: UnitOfWork, start_id: UUID, error: str) -> None:
    """The attempt failed: try again later. `error` names no person; the doctor tells it."""
    start = lock_start(work, start_id)
    if start is not None and start.state == "waiting":
        wait = BACK_OFF[min(start.attempts, len(BACK_OFF)) - 1]
        work.do(FAILED, start_id=start_id, until=work.now + wait, error=error[:500])
