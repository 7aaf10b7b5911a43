"""Keeps what was worked out once and never changes (parsed diagrams, calendars, statements), for all of a process."""

from threading import Lock
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(dict[K, V]):
    """The last `most` values that were worked out, by what they were worked out from."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most, self._guard = most, Lock()

    def keep(self, key: K, value: V) -> V:
        """Keep this one, and forget the eldest when there are too many; the value again."""
        with self._guard:
            if len(self) >= self._most:
                self.pop(next(iter(self)))
            self[key] = value
        return value
