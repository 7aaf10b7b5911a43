"""Real bell and worker processes on the test's database and Redis."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from redis import Redis

from bihuan.bootstrap import App
from bihuan.settings import Settings
from tests.conftest import OF_PROCESSES, environment_of, own_redis_url
from tests.people import PROCESSES, Town, settle_in

PATIENCE = 30.0


@dataclass
class Processes:
    """Processes of the product, started and killed by a test."""

    settings: Settings
    redis: Redis
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, module: str, *arguments: str) -> "subprocess.Popen[bytes]":
        """`python -m module` with the test's settings."""
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=PROCESSES.parent,
            env={**os.environ, **environment_of(self.settings)},
        )
        self.running.append(process)
        return process

    def stop(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()


@pytest.fixture
def settings_of_processes(settings: Settings, worker_id: str) -> Settings:
    """The same, with a Redis database of this test process alone."""
    return replace(settings, redis_url=own_redis_url(worker_id, OF_PROCESSES))


@pytest.fixture
def processes(settings_of_processes: Settings) -> Iterator[Processes]:
    redis = Redis.from_url(settings_of_processes.redis_url)
    redis.flushdb()
    found = Processes(settings_of_processes, redis)
    try:
        yield found
    finally:
        found.stop()
        redis.flushdb()


@pytest.fixture
def live_town(app: App, settings_of_processes: Settings) -> Iterator[Town]:
    """淄博 on the shared clock of a demonstration. `app` has emptied the database."""
    with App(settings_of_processes) as running:
        yield settle_in(running, app.clock)  # type: ignore[arg-type]


def eventually(true: Callable[[], bool]) -> None:
    """Wait until it is so; fail when it is not within PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)
