"""Processes of the product, started by a bench on its own database and Redis, and ended with it."""

import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from bihuan.settings import Settings

PATIENCE = 120.0
Process = subprocess.Popen[bytes]


def environment(settings: Settings) -> dict[str, str]:
    """The settings as a process is told them; the clock can be moved in a demonstration alone."""
    ours = {
        "BIHUAN_DATABASE_URL": settings.database_url,
        "BIHUAN_OWNER_DATABASE_URL": settings.owner_database_url or "",
        "BIHUAN_REDIS_URL": settings.redis_url,
        "BIHUAN_SECRET_KEY": settings.secret_key,
        "BIHUAN_DATA_KEY": base64.b64encode(settings.data_keys[0]).decode(),
        "BIHUAN_LOOKUP_KEY": base64.b64encode(settings.lookup_key).decode(),
        "BIHUAN_BASE_URL": settings.base_url,
        "BIHUAN_FILES": str(settings.files),
        **({"BIHUAN_DEMONSTRATION": "1"} if settings.demonstration else {}),
        **({"BIHUAN_ASSETS": str(settings.assets)} if settings.assets else {}),
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("BIHUAN_")} | ours


@contextmanager
def running(settings: Settings, *commands: list[str]) -> Iterator[list[Process]]:
    """`python -m …` for each command, ended with the block."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=Path(__file__).parents[1],
            env=environment(settings),
            stderr=None if os.environ.get("BENCH_VERBOSE") else subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        yield started
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def own_redis(settings: Settings) -> Iterator[Redis]:
    """The bench's Redis database: empty before, and afterwards."""
    redis = Redis.from_url(settings.redis_url)
    try:
        yield redis
    finally:
        redis.flushdb()


def resident_megabytes(process: Process) -> float:
    """What a process keeps in memory; of a server and those it started, the largest."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in [process.pid, *_children(process.pid)]]
    return max(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def until(true: Callable[[], bool], *, every: float = 0.02, patience: float = PATIENCE) -> None:
    """Wait until it is so; give up when it is not within so many seconds."""
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("it did not come to be")
        time.sleep(every)
