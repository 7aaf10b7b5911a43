"""The bell: wakes by NOTIFY and by the clock, leases what is due in PostgreSQL, and rings for a worker.

`python -m workers.bell`. Any number may run. It keeps nothing: killed at any moment, another look finds the same.
"""

import logging
import signal
import threading
import time
from datetime import timedelta
from types import FrameType
from typing import Any

import psycopg
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from bihuan.bootstrap import App
from bihuan.commands.heartbeat import beat
from bihuan.commands.take_due import release, take_due
from bihuan.domain.access import Machine
from bihuan.queries.due import next_due_at
from bihuan.settings import Settings
from bihuan.store.counted import COUNT
from workers.queues import ring

log = logging.getLogger("bihuan.bell")

BELL = Machine("bell")
LONGEST_SLEEP = timedelta(seconds=5)
PAUSE_AFTER_FAULT = 1.0
GATHER = 0.05
"""Seconds between two looks: what one brought about is rung for together, not in jobs of one id each."""
NAP = 0.5
"""Seconds: how long a bell that is asleep may not notice that it is to stop."""
BETWEEN_BEATS = 2.0
"""Seconds between two signs of life, which are a commit each."""


class Bell:
    """One bell process."""

    def __init__(self, app: App, redis: Redis) -> None:
        self._app, self._redis = app, redis
        self._stop = threading.Event()
        self._beaten_at: float | None = None
        self._asked_to_count = False
        """Whether somebody waits for a report; else they are looked for with every sign of life."""

    def stop(self, *_: int | FrameType | None) -> None:
        """Finish the look in hand, then leave."""
        self._stop.set()

    def run(self) -> None:
        """Look, ring, sleep until something is due or somebody notifies; for ever, through faults of either server."""
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._app.settings.database_url, autocommit=True, connect_timeout=5) as ears:
                    ears.execute("listen bell")
                    self._listen(ears)
            except (psycopg.Error, RedisError) as fault:
                log.warning("bell: %s; looking again", type(fault).__name__)
                self._stop.wait(PAUSE_AFTER_FAULT)

    def look(self) -> bool:
        """Lease what is due and ring for it; whether there was anything. Redis away: the leases are given back."""
        with self._app.begin(BELL) as work:
            due = take_due(work, reports=self._asked_to_count)
        self._asked_to_count = False
        if not due:
            return False
        try:
            ring(self._redis, due)
        except RedisError:
            with self._app.begin(BELL) as work:
                release(work, due)
            raise
        return True

    def _listen(self, ears: "psycopg.Connection[Any]") -> None:
        while not self._stop.is_set():
            self._beat()
            if self.look():
                self._stop.wait(GATHER)
            else:
                self._doze(ears)

    def _beat(self) -> None:
        """Say that we are alive, also while there is so much to do that we never sleep."""
        if self._beaten_at is None or time.monotonic() - self._beaten_at >= BETWEEN_BEATS:
            with self._app.begin(BELL) as work:
                beat(work, "bell")
            self._beaten_at, self._asked_to_count = time.monotonic(), True

    def _doze(self, ears: "psycopg.Connection[Any]") -> None:
        """Sleep until somebody notifies, something is due, or we are to stop."""
        end = time.monotonic() + self._sleep().total_seconds()
        while not self._stop.is_set() and (left := end - time.monotonic()) > 0:
            if heard := list(ears.notifies(timeout=min(left, NAP), stop_after=1)):
                self._asked_to_count |= any(one.payload == COUNT for one in heard)
                return

    def _sleep(self) -> timedelta:
        with self._app.read() as reader:
            upcoming, now = next_due_at(reader), reader.now
        return _between(upcoming - now, timedelta(0), LONGEST_SLEEP) if upcoming else LONGEST_SLEEP


def _between(value: timedelta, least: timedelta, most: timedelta) -> timedelta:
    return max(least, min(value, most))


def main() -> None:
    """Run a bell with the environment's settings until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    settings = Settings.from_environment()
    with App(settings, most_connections=2) as app:
        # Away is away: the leases are given back and the next look comes in a second; nothing is to be tried again.
        redis = Redis.from_url(
            settings.redis_url, socket_timeout=3, socket_connect_timeout=3, retry=Retry(NoBackoff(), 0)
        )
        bell = Bell(app, redis)
        signal.signal(signal.SIGTERM, bell.stop)
        signal.signal(signal.SIGINT, bell.stop)
        bell.run()


if __name__ == "__main__":
    main()
