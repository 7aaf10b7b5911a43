"""What one step knows and remembers: the instant, the calendar, the limits, the facts and the path. Lives for one
`advance`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bihuan.domain.ids import Key
from bihuan.domain.workdays import Calendar
from bihuan.engine.errors import ExecutionFault
from bihuan.engine.facts import Fact

LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
MOST_MOVES = 1_000
"""A step that takes more automatic moves than this goes in circles."""


class Moment:
    """`now` is when the stimulus came; `at` is event time, which lags behind while late timers are worked off."""

    def __init__(self, now: datetime, calendar: Calendar, limits: Mapping[str, int]) -> None:
        """Raises ValueError when `now` is naive."""
        if now.tzinfo is None:
            raise ValueError(f"Expected an aware instant, but {now} is naive")
        self.now, self.at = now.astimezone(UTC), LONG_AGO
        self.calendar, self.limits = calendar, limits
        self.facts: list[Fact] = []
        self.moves = 0
        self._elements: list[str] = []
        self._flows: list[str] = []
        self._control: dict[str, Any] = {}

    def record(self, kind: str, key: Key | None, **detail: Any) -> None:
        """Remember a fact at the present event time."""
        self.facts.append(Fact(kind, key, self.at, detail))

    def passed(self, process: str, element: str) -> None:
        """Remember an automatic element on the path."""
        self._elements.append(f"{process}/{element}")

    def followed(self, process: str, flow: str) -> None:
        """Remember a sequence flow on the path."""
        self._flows.append(f"{process}/{flow}")

    def set_control(self, values: Mapping[str, Any]) -> None:
        """Remember what the outermost scope learned."""
        self._control.update(values)

    def count_move(self, process: str, element: str) -> None:
        """One more automatic move. Raises ExecutionFault when the diagram spins."""
        self.moves += 1
        if self.moves > MOST_MOVES:
            raise ExecutionFault(
                process, element, f"the diagram goes in circles: {MOST_MOVES} automatic moves in one step"
            )

    def settled(self) -> None:
        """Close a settled moment: its path is one fact."""
        if self._elements or self._flows or self._control:
            detail: dict[str, Any] = {"elements": self._elements, "flows": self._flows}
            if self._control:
                detail["control"] = self._control
            self.facts.append(Fact("path_taken", None, self.at, detail))
            self._elements, self._flows, self._control = [], [], {}
