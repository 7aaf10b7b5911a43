"""What the benches share: a database of their own on a server that really writes, interleaved runs, medians, one line.

A bench takes its servers from the environment (`BIHUAN_OWNER_DATABASE_URL`, `BIHUAN_DATABASE_URL`, `BIHUAN_REDIS_URL`)
and refuses a server that does not wait for its disk: a figure without durable commits would say nothing.
"""

import argparse
import atexit
import gc
import json
import os
import platform
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from redis import Redis

from bihuan.play.scratch import drop_database
from bihuan.settings import Settings
from bihuan.store.migrations import migrate

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
Seconds = float
Run = Callable[[], Iterable[Seconds]]


@contextmanager
def scratch_settings(*, durable: bool = True) -> Iterator[Settings]:
    """Settings on a migrated, empty database that is dropped at the end; production's durability, real clock.

    Not `durable`: whoever measures nothing does without the first.
    """
    owner, role = os.environ["BIHUAN_OWNER_DATABASE_URL"], os.environ["BIHUAN_DATABASE_URL"]
    name = f"bihuan_bench_{secrets.token_hex(6)}"
    with psycopg.connect(owner, autocommit=True) as server:
        if durable:
            _require_durable(server)
        copied = sql.SQL("create database {} template {}")
        server.execute(copied.format(sql.Identifier(name), sql.Identifier(_migrated(owner))))
        try:
            with tempfile.TemporaryDirectory() as files:
                yield Settings(
                    database_url=_beside(role, name),
                    owner_database_url=_beside(owner, name),
                    redis_url=_unused_redis(os.environ["BIHUAN_REDIS_URL"]),
                    secret_key=secrets.token_hex(32),
                    data_keys=(secrets.token_bytes(32),),
                    lookup_key=secrets.token_bytes(32),
                    base_url="http://localhost",
                    files=Path(files),
                )
        finally:
            drop_database(server, name)


@cache
def _migrated(owner: str) -> str:
    """The name of a migrated, empty database that each bench's is a copy of; dropped when the process ends."""
    name = f"bihuan_bench_{secrets.token_hex(6)}"
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    atexit.register(_drop, owner, name)
    migrate(_beside(owner, name))
    return name


def _drop(owner: str, name: str) -> None:
    with psycopg.connect(owner, autocommit=True) as server:
        drop_database(server, name)


def _require_durable(server: "psycopg.Connection[Any]") -> None:
    for setting in DURABLE:
        row = server.execute("select current_setting(%s)", [setting]).fetchone()
        if row != ("on",):
            raise SystemExit(
                f"this PostgreSQL has {setting} {row[0] if row else '?'}: nothing measured on it is durable"
            )


def _beside(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _unused_redis(url: str) -> str:
    """A database of that Redis which nobody uses: a running product's queue is left alone."""
    for number in range(1, 16):
        beside = _beside(url, str(number))
        with Redis.from_url(beside) as redis:
            if not redis.dbsize():
                return beside
    raise SystemExit("every database of this Redis is in use")


def interleaved(runs: Mapping[str, Run], *, rounds: int) -> dict[str, list[Seconds]]:
    """Every run once a round, in turn, so that the machine's moods fall on all alike; the first round warms up."""
    times: dict[str, list[Seconds]] = {name: [] for name in runs}
    gc.collect()
    gc.freeze()  # what is there before is not looked through again before each run
    for number in range(rounds + 1):
        for name, run in runs.items():
            gc.collect()
            measured = list(run())
            if number:
                times[name] += measured
    return times


def timed(deed: Callable[[], object]) -> Seconds:
    """How long it takes."""
    begun = time.perf_counter()
    deed()
    return time.perf_counter() - begun


def milliseconds(times: Sequence[Seconds]) -> float:
    """The median, in milliseconds."""
    return round(statistics.median(times) * 1000, 4)


def percentile(times: Sequence[Seconds], share: float) -> float:
    """As the median, but the value that `share` of all stay under (0.95)."""
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 4)


def ratio(times: Sequence[Seconds], unit: Sequence[Seconds]) -> float:
    """How many times the unit's median."""
    return round(statistics.median(times) / statistics.median(unit), 3)


Result = dict[str, Any]
"""What a bench found: ratios and counts by name, and under `figures` the milliseconds they came from."""


def main(bench: str, measure: Callable[[bool], Result], description: str | None) -> None:
    """Run one bench by itself and print its line. `--quick`: fewer repetitions, smaller tables, for a first look."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, smaller tables")
    report(bench, measure(parser.parse_args().quick))


def machine() -> dict[str, Any]:
    """What the figures came from."""
    return {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}


def report(bench: str, found: Result) -> None:
    """Print the one line of a bench."""
    json.dump({"bench": bench, **found, "machine": machine()}, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    sys.stdout.flush()
