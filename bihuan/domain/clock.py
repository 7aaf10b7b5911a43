"""The one place that reads the wall clock. Everything below a command is handed `now`.

Demonstrations, scenarios and `drive` move a clock of their own; production has the system's.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Official time (no daylight saving since 1992): for pages and for counting days, never for storing."""


class Clock(Protocol):
    """What time it is: aware UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's clock moved by an offset that lies elsewhere, so that all processes of a demonstration agree."""

    def __init__(self, offset: Callable[[], timedelta]) -> None:
        self._offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset()


class MovableClock:
    """A clock that stands still until it is moved; it never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Stand at `moment`. Raises ValueError when that is in this clock's past."""
        if moment < self._now:
            raise ValueError(f"Expected to move forward from {self._now}, but {moment} is before")
        self._now = moment.astimezone(UTC)
