"""Names for things: row keys (UUIDv7), and the key of a wait in a diagram. SpiffWorkflow's ids never appear here."""

import os
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Self
from uuid import UUID

CaseId = NewType("CaseId", UUID)
TaskId = NewType("TaskId", UUID)
AccountId = NewType("AccountId", UUID)
UnitId = NewType("UnitId", str)


def new_id(now: datetime) -> UUID:
    """A UUIDv7 (RFC 9562) for a row made at `now`: keys made later sort later, to the millisecond.

    Random bits come from the operating system each time, so forked processes never repeat each other.
    """
    value = int(now.timestamp() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(3 << 62) | 2 << 62
    return UUID(int=value)


@dataclass(frozen=True, order=True, slots=True)
class Key:
    """One wait of one case: an element of a process, the how-manieth time it opened, and its item if there are several.

    Stable from run to run: the same deeds give the same keys.
    """

    process: str
    element: str
    occurrence: int
    item: str | None = None

    def __str__(self) -> str:
        text = f"{self.process}/{self.element}/{self.occurrence}"
        return text if self.item is None else f"{text}/{self.item}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that `str` printed. Raises ValueError when it is none."""
        process, element, occurrence, *item = text.split("/", 3)
        return cls(process, element, int(occurrence), item[0] if item else None)
