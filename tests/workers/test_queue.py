"""What somebody who can write to Redis makes a worker do: nothing but look again at what PostgreSQL says is due."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from bihuan.commands.take_due import DueWork
from bihuan.settings import Settings
from tests.conftest import START
from workers import jobs
from workers.queues import SHORT, ring
from workers.rung import OURS
from workers.worker import worker_of


@pytest.fixture
def redis(settings_of_processes: Settings) -> Iterator[Redis]:
    found = Redis.from_url(settings_of_processes.redis_url)
    found.flushdb()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield found
    for number, handler in handlers.items():  # a worker sets its own
        signal.signal(number, handler)
    found.flushdb()


class Evil:
    """Loaded as RQ loads its jobs, it runs a command."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.path}",)


def test_nothing_that_lies_in_redis_is_run(redis: Redis, tmp_path: Path) -> None:
    """Neither as an object that is loaded, nor as a function by its name, nor as what is called afterwards."""
    there, touch = tmp_path / "there", f"touch {tmp_path / 'there'}"
    Queue(SHORT, connection=redis).enqueue_call("workers.jobs.fire_timers", ([Evil(there)],))
    said = Queue(SHORT, connection=redis, serializer=JSONSerializer)
    said.enqueue_call("os.system", (touch,))
    said.enqueue_call("workers.jobs.run_jobs", ([],), kwargs={"job_ids": []})
    job = Job.create("workers.jobs.run_jobs", ([],), connection=redis, serializer=JSONSerializer, origin=SHORT)
    job._success_callback_name = job._failure_callback_name = "tests.workers.test_queue.called"
    said.enqueue_job(job)
    worker_of([SHORT], redis).work(burst=True, logging_level="CRITICAL")
    assert not there.exists()
    assert not redis.llen(f"rq:queue:{SHORT}"), "and nobody is held up by it"
    assert CALLED == []


CALLED: list[object] = []


def called(*given: object, **_: object) -> None:
    CALLED.append(given)


def test_what_the_bell_rings_for_is_done(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    done, one = list[str](), uuid4()
    monkeypatch.setattr(jobs, "run_jobs", done.extend)
    ring(redis, DueWork(START, (), (one,), ()))
    worker_of([SHORT], redis).work(burst=True, logging_level="CRITICAL")
    assert done == [str(one)]


def test_what_the_bell_may_ring_for_is_there() -> None:
    assert all(callable(getattr(jobs, name)) for name in OURS)
