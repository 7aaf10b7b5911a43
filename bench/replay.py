"""`replay`: rebuild a case of 1,000 events as it was after some event, and verify chains of history.

A chain's hashes are SHA-256; GM/T 0004 SM3 is measured on the same texts, for those who must use it.
"""

import hashlib
from functools import partial

from bench import harness
from bench.age import Case
from bench.harness import Result, timed
from bench.town import town
from bihuan.domain.events import Event, broken_at
from bihuan.domain.folding import fold
from bihuan.queries.history import history, verify

EVENTS = 1_000


def measure(quick: bool) -> Result:
    """Let one case grow old, then read, fold and verify it again and again."""
    with harness.scratch_settings() as settings, town(settings) as where:
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

        times = harness.interleaved(
            {
                "rebuild": lambda: [timed(partial(rebuild, number)) for number in (1, EVENTS // 2, EVENTS)],
                "chain": lambda: [timed(check)],
                "verify": lambda: [timed(whole)],
                "hashes": lambda: [timed(lambda: broken_at(events))],
                "sm3": lambda: [timed(lambda: _sm3(events))],
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


def _sm3(events: list[Event]) -> None:
    for event in events:
        hashlib.new("sm3", event.previous + event.payload.encode()).digest()


if __name__ == "__main__":
    harness.main("replay", measure, __doc__)
