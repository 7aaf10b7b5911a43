"""What lies in a queue, read with care: one of our own functions and a list of ids, said as JSON, and nothing else.

RQ would load whatever Python object lies in Redis and call any function by its name: whoever could write there would
be inside the workers, which have the keys of people's data. Here Redis can ring the bell, and that is all.
"""

from collections.abc import Callable
from typing import Any, Final

from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

OURS: Final = ("fire_timers", "run_jobs", "send_notices", "open_timed", "count_reports", "recount_limits")
"""The functions of `workers.jobs` that the bell rings for. It names them and never loads them, nor the engine."""


class NotOurs(Exception):
    """Somebody put into the queue what the bell never does."""


class Rung(Job):
    """A job of the bell's."""

    @property
    def func(self) -> Callable[..., Any]:
        """The function of ours that it names. Raises NotOurs."""
        module, _, name = (self.func_name or "").rpartition(".")
        if module != "workers.jobs" or name not in OURS or self.instance or self.kwargs:
            raise NotOurs("Expected a job of the bell's, but it names another function")
        from workers import jobs

        function: Callable[..., Any] = getattr(jobs, name)
        return function

    @property
    def success_callback(self) -> None:
        """Nobody is called besides."""
        return None

    failure_callback = stopped_callback = success_callback


def queue_of(name: str, redis: Redis, **options: Any) -> Queue:
    """The queue of this name, its jobs read so."""
    return Queue(name, connection=redis, job_class=Rung, serializer=JSONSerializer, **options)
