"""The queues, and how the bell puts ids into them: batches, each with an id of its own, so that none waits twice."""

import hashlib
from collections.abc import Iterator, Sequence
from uuid import UUID

from redis import Redis
from rq.exceptions import DuplicateJobError

from bihuan.commands.leases import LEASE
from bihuan.commands.take_due import DueWork
from workers.rung import queue_of

SHORT = "short"
"""Timers, handlers, notices and timed starts: many, each a few milliseconds; counts, which do not hold a worker up;
limits counted again, by slices of a second or two."""

BATCH = 50
"""Ids a job: a job of RQ costs ten times what a timer does."""

_SECONDS = int(LEASE.total_seconds())
_PATIENCE = _SECONDS * 5 // 6
"""A job that takes longer is broken off while its lease still holds."""


def ring(redis: Redis, due: DueWork) -> None:
    """Put all that is due into the queue. Ringing again for the same lease puts nothing a second time.

    The id of a job names the lease: a job that was started keeps its id in Redis for as long as RQ takes to find out
    that its worker was killed, and must not stand in the way of the next lease. A handler gets a job of its own: one
    that hangs holds up nobody else's lease.
    """
    queue = queue_of(SHORT, redis, default_timeout=_PATIENCE)
    for function, ids, size in (
        ("fire_timers", due.cases, BATCH), ("run_jobs", due.jobs, 1), ("send_notices", due.notices, BATCH),
        ("open_timed", due.starts, BATCH), ("count_reports", due.reports, 1),
        ("recount_limits", due.recounts, 1),
    ):  # fmt: skip
        for batch in _batches(ids, size):
            named = b"".join([due.until.isoformat().encode(), *(one.bytes for one in batch)])
            try:
                queue.enqueue_call(
                    f"workers.jobs.{function}", ([str(one) for one in batch],), unique=True, result_ttl=0,
                    job_id=f"{function}-{hashlib.sha256(named).hexdigest()[:32]}", failure_ttl=_SECONDS, ttl=_SECONDS,
                )  # fmt: skip
            except DuplicateJobError:
                continue


def _batches(ids: Sequence[UUID], size: int) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
