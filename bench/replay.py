"""`replay`: rebuild a case of 1,000 events as it was after some event, and verify chains of history.

A chain's hashes are SHA-256; GM/T 0004 SM3 is measured on the same texts, for those who must use it.
"""

import hashlib
from collections.abc import Callable
from functools import partial
from unittest import mock

from bench import harness
from bench.age import Case
from bench.harness import Result, timed
from bench.town import before, town
from bihuan.domain.events import GENESIS, Event, broken_at, chain
from bihuan.domain.folding import fold
from bihuan.queries.history import history, verify

EVENTS = 1_000


def measure(quick: bool) -> Result:
    """Let one case grow old, then read, fold and verify it again and again."""
    with harness.scratch_settings() as settings, town(settings, cases=before(quick)) as where:
        case, events = Case(where), list[Event]()
        while len(events) < EVENTS:
            list(case.round())
            with where.app.read() as reader:
                events = history(reader, case.id)
        app = where.app

        def rebuild(number: int) -> None:
            with app.read() as reader:
                fold(history(reader, case.id)[:number])

        def check() -> None:
            with app.read() as reader:
                assert broken_at(history(reader, case.id)) is None

        def whole() -> None:
            with app.read() as reader:
                assert verify(reader, case.id).ok

        check_sm3 = _with_sm3(events)
        times = harness.interleaved(
            {
                "rebuild": lambda: [timed(partial(rebuild, number)) for number in (1, EVENTS // 2, EVENTS)],
                "chain": lambda: [timed(check)],
                "verify": lambda: [timed(whole)],
                "hashes": lambda: [timed(lambda: broken_at(events))],
                "sm3": lambda: [timed(check_sm3)],
            },
            rounds=5 if quick else 20,
        )
    rates = {name: round(len(events) / harness.milliseconds(found) * 1000) for name, found in times.items()}
    return {
        "replay_ms": harness.milliseconds(times["rebuild"]),
        "verified_events_per_s": rates["chain"],
        "hashed_events_per_s": rates["hashes"],
        "sm3_events_per_s": rates["sm3"],
        "figures": {
            "events": len(events),
            "replay_p95_ms": harness.percentile(times["rebuild"], 0.95),
            "verified_with_fold_and_rows_per_s": rates["verify"],
        },
    }


def _with_sm3(chained: list[Event]) -> Callable[[], int | None]:
    """The check of the same chain as if it were hashed by SM3."""

    def check() -> int | None:
        with mock.patch.object(hashlib, "sha256", partial(hashlib.new, "sm3")):
            return broken_at(again)

    again: list[Event] = []
    with mock.patch.object(hashlib, "sha256", partial(hashlib.new, "sm3")):
        for event in chained:
            previous = again[-1].hash if again else GENESIS
            again.append(
                chain(
                    event.case_id, event.no, event.kind, actor=event.actor, acting_for=event.acting_for, at=event.at,
                    recorded_at=event.recorded_at, deployment=event.deployment, key=event.key, detail=event.detail,
                    previous=previous,
                )
            )  # fmt: skip
    assert check() is None
    return check


if __name__ == "__main__":
    harness.main("replay", measure, __doc__)
