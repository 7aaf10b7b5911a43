"""History (流转记录): what happened to a case, each event chained to the one before by a hash.

An event is canonical JSON over everything it says, so that the hash can be checked by anyone with the rows alone.
Kinds are past tense and, once written, are readable for ever: a new meaning gets a new kind.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

GENESIS = bytes(32)
"""What the first event of a case is chained to."""


class Event(NamedTuple):
    """One event of one case. `at` is when it happened, `recorded_at` when it was written (a late timer: later).

    A tuple: histories are read by the ten thousand, and a frozen dataclass takes as long to make as PostgreSQL to send.
    """

    case_id: UUID
    no: int
    kind: str
    actor: str
    acting_for: str | None
    at: datetime
    recorded_at: datetime
    deployment: str
    key: str | None
    payload: str
    hash: bytes

    @property
    def detail(self) -> dict[str, Any]:
        """The payload as it was given."""
        found: dict[str, Any] = orjson.loads(self.payload)
        return found


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces (RFC 8785 for the values we use: no floats but finite short ones)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def chain(
    case_id: UUID,
    no: int,
    kind: str,
    *,
    actor: str,
    acting_for: str | None,
    at: datetime,
    recorded_at: datetime,
    deployment: str,
    key: str | None,
    detail: Mapping[str, Any],
    previous: bytes,
) -> Event:
    """The event with its hash: SHA-256 over the previous hash and the canonical JSON of all it says."""
    payload = canonical(detail)
    at, recorded_at = at.astimezone(UTC), recorded_at.astimezone(UTC)
    digest = _digest(previous, case_id, no, kind, actor, acting_for, at, recorded_at, deployment, key, payload)
    return Event(case_id, no, kind, actor, acting_for, at, recorded_at, deployment, key, payload, digest)


def broken_at(events: Iterable[Event]) -> int | None:
    """The number of the first event that does not follow from the one before, or None when the chain holds.

    Found are: a changed field, a missing or doubled number, a cut beginning. A cut end shows only against the case's
    own head, which the caller compares.
    """
    previous = GENESIS
    for number, event in enumerate(events, start=1):
        expected = _digest(
            previous, event.case_id, number, event.kind, event.actor, event.acting_for, event.at, event.recorded_at,
            event.deployment, event.key, event.payload,
        )  # fmt: skip
        if event.no != number or event.hash != expected:
            return event.no
        previous = event.hash
    return None


def _digest(
    previous: bytes, case_id: UUID, no: int, kind: str, actor: str, acting_for: str | None, at: datetime,
    recorded_at: datetime, deployment: str, key: str | None, payload: str,
) -> bytes:  # fmt: skip
    head = canonical([str(case_id), no, kind, actor, acting_for, instant(at), instant(recorded_at), deployment, key])
    return hashlib.sha256(previous + f"{head}\n{payload}".encode()).digest()


def instant(moment: datetime) -> str:
    """An instant as the hash is over it."""
    # PostgreSQL keeps microseconds and gives back another zone: the hash is over UTC with exactly six digits.
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"
