"""A worker: does what the bell rang for. `python -m workers.worker short`.

Short jobs run in the worker's own process (a fork costs seven times as much). A worker that is killed loses nothing:
its leases end and the bell rings again.
"""

import argparse
import logging
import signal
from types import FrameType

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException, UnixSignalDeathPenalty

from bihuan.settings import Settings
from workers import jobs
from workers.queues import SHORT
from workers.rung import Rung, queue_of

log = logging.getLogger("bihuan.worker")

GRACE = 6
"""Seconds after SIGTERM within which the job in hand ends, or is broken off: it is rung for again."""
PAUSE_AFTER_FAULT = 1.0


class BrokenOff(JobTimeoutException, TimeoutError):
    """A job took too long. A TimeoutError, so that the core, which does not know RQ, can tell it from a bug."""


class Alarm(UnixSignalDeathPenalty):
    """RQ's limit on a job, raising BrokenOff."""

    def handle_death_penalty(self, signum: int, frame: FrameType | None) -> None:
        """What SIGALRM does."""
        if self._exception is JobTimeoutException:
            raise BrokenOff
        super().handle_death_penalty(signum, frame)  # type: ignore[no-untyped-call]


class Worker(SimpleWorker):
    """RQ's worker, which stops in time also when a handler hangs or Redis is away."""

    death_penalty_class = Alarm

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Finish the job in hand and leave; after GRACE seconds RQ's own alarm breaks the job off."""
        stop()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def set_shutdown_requested_date(self) -> None:
        """RQ notes it in Redis, for its dashboard; the signal must not wait for a Redis that is away."""


def stop(*_: int | FrameType | None) -> None:
    """To be called on SIGTERM: no further job is begun, and the one in hand has GRACE seconds."""
    jobs.stopping.set()
    if callable(signal.getsignal(signal.SIGALRM)):  # a job is in hand, with RQ's limit on it
        signal.alarm(GRACE)


def work(names: list[str], redis: Redis) -> None:
    """Work until SIGTERM. Whatever Redis does meanwhile ends RQ's worker at most: another one takes its place."""
    while not jobs.stopping.is_set():
        try:
            worker_of(names, redis).work(logging_level="WARNING")
        except RedisError as fault:
            log.warning("Redis away: %s; working again", type(fault).__name__)
        finally:
            _listen_to_signals()
        jobs.stopping.wait(PAUSE_AFTER_FAULT)


def worker_of(names: list[str], redis: Redis) -> Worker:
    """RQ's worker for these queues, which does what the bell rings for and nothing that somebody else put there."""
    worker = Worker(
        [queue_of(name, redis) for name in names], connection=redis, worker_ttl=60, job_class=Rung,
        serializer=JSONSerializer,
    )  # fmt: skip
    worker.log_job_description = False
    return worker


def main() -> None:
    """Work on the named queues until SIGTERM; the job in hand is finished first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queues", nargs="+", choices=[SHORT], help="which queues to watch")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    names = parser.parse_args().queues
    _listen_to_signals()
    redis = Redis.from_url(
        Settings.from_environment().redis_url, retry=Retry(ExponentialBackoff(cap=0.5, base=0.1), 3),
        retry_on_error=[Unreachable],
    )  # fmt: skip
    jobs.process()  # open the database before saying that one is ready
    work(names, redis)
    jobs.leave_counts()


def _listen_to_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


if __name__ == "__main__":
    main()
