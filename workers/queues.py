"""The queues, and how the bell puts ids into them: batches, each with an id of its own, so that none waits twice."""

import hashlib
from collections.abc import Iterator, Sequence
from uuid import UUID

from redis import Redis
from rq import Queue
from rq.exceptions import DuplicateJobError

from bihuan.commands.take_due import LEASE, DueWork

SHORT = "short"
"""Timers, handlers and notices: many, each a few milliseconds."""

BATCH = 50
"""Ids a job: a job of RQ costs ten times what a timer does."""

_PATIENCE = int(LEASE.total_seconds())


def ring(redis: Redis, due: DueWork) -> None:
    """Put all that is due into the queue. What is waiting there already is not put a second time."""
    queue = Queue(SHORT, connection=redis, default_timeout=_PATIENCE)
    for function, ids in (("fire_timers", due.cases), ("run_jobs", due.jobs), ("send_notices", due.notices)):
        for batch in _batches(ids):
            name = f"{function}-{hashlib.sha256(b''.join(one.bytes for one in batch)).hexdigest()[:32]}"
            try:
                queue.enqueue_call(
                    f"workers.jobs.{function}", ([str(one) for one in batch],), job_id=name, unique=True, result_ttl=0,
                    failure_ttl=_PATIENCE, ttl=_PATIENCE,
                )  # fmt: skip
            except DuplicateJobError:
                continue


def _batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
