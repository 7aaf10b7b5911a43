"""What befalls the house: one fault after the other, at moments and in an order that the seed decides."""

import random
import threading
from collections import Counter
from collections.abc import Callable

from redis.exceptions import RedisError

from tests.faults.fleet import Fleet, Servers

LONGEST_AWAY = 1.5
"""Seconds that a killed server stays away, and a disk full, at most."""


class Mischief:
    """A thread that does harm until told to stop. `done` counts what befell; each kind comes before any again."""

    def __init__(self, seed: int, servers: Servers, fleet: Fleet, *, pause: float, most: int | None = None) -> None:
        self.done: Counter[str] = Counter()
        self.fault: BaseException | None = None
        self._chance, self._pause, self._most = random.Random(seed), pause, most
        self._servers, self._fleet = servers, fleet
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._kinds: dict[str, Callable[[], None]] = {
            "kill a worker": lambda: self._kill("worker"),
            "kill a bell": lambda: self._kill("bell"),
            "kill the web": lambda: self._kill("web"),
            "empty Redis": self._empty_redis,
            "kill Redis": self._kill_redis,
            "kill PostgreSQL": self._kill_postgres,
            "cut a line after COMMIT": servers.proxy.cut_after_commit,
            "cut a line before COMMIT": servers.proxy.cut_before_commit,
            "cut every line": servers.proxy.cut_all,
        }
        if servers.disk.is_real:
            self._kinds["fill the disk"] = self._fill_disk

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Stop; what was killed is up again."""
        self._stopping.set()
        self._thread.join()
        if self.fault is not None:
            raise self.fault

    def _run(self) -> None:
        try:
            deck: list[str] = []
            while not self._enough() and not self._stopping.wait(self._chance.expovariate(1 / self._pause)):
                if not deck:
                    # A commit that is cut is what hurts most: it comes more often.
                    deck = [*self._kinds, *["cut a line after COMMIT"] * 3]
                    self._chance.shuffle(deck)
                kind = deck.pop()
                self._kinds[kind]()
                self.done[kind] += 1
        except BaseException as fault:
            self.fault = fault

    def _enough(self) -> bool:
        return self._most is not None and self.done.total() >= self._most

    def _kill(self, kind: str) -> None:
        if running := self._fleet.running(kind):
            self._fleet.kill(self._chance.choice(running))

    def _empty_redis(self) -> None:
        try:
            self._servers.redis.client.flushall()
        except RedisError:
            self._kill_redis()

    def _kill_redis(self) -> None:
        self._servers.redis.kill()
        self._stopping.wait(self._chance.uniform(0, LONGEST_AWAY))
        self._servers.redis.start()

    def _fill_disk(self) -> None:
        self._servers.disk.fill()
        self._stopping.wait(self._chance.uniform(0.2, LONGEST_AWAY))
        self._servers.disk.make_room()

    def _kill_postgres(self) -> None:
        self._servers.postgres.kill()
        self._stopping.wait(self._chance.uniform(0, LONGEST_AWAY))
        self._servers.postgres.start()
