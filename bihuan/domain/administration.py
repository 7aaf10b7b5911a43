"""The administrative log (管理记录): who changed what of people, units, texts, days and diagrams, when and why.

One chain a locality: each entry's hash is over the entry before and all that this one says, as in a case's history.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import orjson

from bihuan.domain.errors import InvalidAnswers
from bihuan.domain.events import GENESIS, canonical

SHORTEST_REASON, LONGEST_REASON = 2, 200
COMMAND_LINE = "系统维护（命令行）"
"""Who did what no account did; also why, when nobody said."""
MACHINES: Final = {"calendar": "系统"}
"""Who did what a worker did."""


class Entry(NamedTuple):
    """One change. `subject` is what was changed: `account:<id>`, `unit:<id>`, `notice:<template>`, …"""

    locality: str
    no: int
    kind: str
    actor: str
    at: datetime
    subject: str
    reason: str
    payload: str
    hash: bytes

    @property
    def detail(self) -> dict[str, Any]:
        """The payload as it was given."""
        found: dict[str, Any] = orjson.loads(self.payload)
        return found


def chained(
    locality: str, no: int, kind: str, *, actor: str, at: datetime, subject: str, reason: str,
    detail: Mapping[str, Any], previous: bytes,
) -> Entry:  # fmt: skip
    """The entry with its hash: SHA-256 over the hash before and the canonical JSON of all it says."""
    payload = canonical(detail)
    digest = _digest(previous, locality, no, kind, actor, at, subject, reason, payload)
    return Entry(locality, no, kind, actor, at, subject, reason, payload, digest)


def broken_at(entries: Iterable[Entry]) -> int | None:
    """The number of the first entry that does not follow from the one before, or None when the chain holds.

    A cut end shows only against the locality's own head, which the caller compares.
    """
    previous = GENESIS
    for number, one in enumerate(entries, start=1):
        expected = _digest(
            previous, one.locality, number, one.kind, one.actor, one.at, one.subject, one.reason, one.payload
        )
        if one.no != number or one.hash != expected:
            return one.no
        previous = one.hash
    return None


def sound_reason(reason: str) -> str:
    """The reason of a change, tidied. Raises InvalidAnswers when there is none, or too long a one."""
    found = " ".join(reason.split())
    if not SHORTEST_REASON <= len(found) <= LONGEST_REASON:
        raise InvalidAnswers({"reason": f"请写明理由，{SHORTEST_REASON}至{LONGEST_REASON}字；理由记入管理记录。"})
    return found


def _digest(
    previous: bytes, locality: str, no: int, kind: str, actor: str, at: datetime, subject: str, reason: str,
    payload: str,
) -> bytes:  # fmt: skip
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    head = canonical([locality, no, kind, actor, moment, subject, reason])
    return hashlib.sha256(previous + f"{head}\n{payload}".encode()).digest()
