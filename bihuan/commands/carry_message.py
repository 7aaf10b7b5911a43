"""Carry messages between cases: after the deed that threw one, and after the deed that began to wait for one.

Neither deed need see the other: whichever is committed last has a job of its own that sees both. A message wakes the
waits it is meant for, and each wait looks for itself, in one transaction with what its case does about it. So each
case is one lock, one attempt, one incident; and a kill between any two of these loses and doubles nothing.
"""

from uuid import UUID

import sqlalchemy as sa

from bihuan.commands import step
from bihuan.domain.ids import Key
from bihuan.engine import Deliver, waits
from bihuan.locality.deployments import deployment_of
from bihuan.store import cases, tables
from bihuan.store.cases import LockedCase
from bihuan.store.messages import keep_delivery, next_message, wake_receivers
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

_job = tables.job
_JOB_ID = sa.bindparam("job_id", type_=tables.ID)

# The row is locked before anything is read: a message that wakes this very job waits until we have looked, and wakes
# it again.
LOCK = compiled(sa.select(_job).where(_job.c.id == _JOB_ID).with_for_update())
DONE = compiled(
    sa.update(_job)
    .where(_job.c.id == _JOB_ID)
    .values(state="done", ended_at=sa.bindparam("now", type_=tables.INSTANT), taken_until=None)
)


def carry_message(work: UnitOfWork, job_id: UUID) -> None:
    """Wake every case that waits for this message. Repeatable; whoever begins to wait later looks for itself."""
    job = work.one(LOCK, job_id=job_id)
    if job is None or job["state"] != "waiting":
        return
    wake_receivers(work, job["case_id"], job["key"])
    work.do(DONE, job_id=job_id, now=work.now)


def look_for_message(work: UnitOfWork, job_id: UUID) -> None:
    """Deliver the first message that this wait has not had, if there is one and the case still waits.

    Raises CaseFaulted when the case cannot take it; nothing is kept then.
    """
    case, job = work.lock_then(LockedCase, cases.LOCK_OF_JOB, LOCK, job_id=job_id)
    if case is None or job is None or job["state"] != "waiting":
        return
    work.do(DONE, job_id=job_id, now=work.now)
    step.settle(work, case)
    key = Key.parse(job["key"])
    if not _waits(work, case, key):
        return
    message = next_message(work, case.id, job["key"])
    if message is not None:
        keep_delivery(work, message, case.id, job["key"])
        cases.record(work, case, "message_delivered", message.origin, key=job["key"])
        step.advance_case(work, case, Deliver(key, message.payload))


def _waits(work: UnitOfWork, case: LockedCase, key: Key) -> bool:
    open_now = waits(deployment_of(work, case.deployment).definition, case.state)
    return any(one.key == key for one in open_now.messages)
