"""`timers`: 5,000 time limits due in the same minute, fired by the bell and two workers through RQ; and lone ones.

The limits pass while nobody looks, as after an outage: then bell and workers are there. Each firing is a transaction of
its own and reminds the supervision office, so that as many notices follow; they are not counted.
"""

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg

from bench import harness
from bench.copies import copy, make_due
from bench.harness import Result
from bench.processes import own_redis, running, until
from bench.town import town

DUE, QUICK_DUE = 5_000, 400
LONE, QUICK_LONE = 20, 4
WORKERS = 2
SPAN = "select extract(epoch from max(passed_at) - min(passed_at)), count(*) from deadline where state = 'passed'"
LATE = "select extract(epoch from passed_at - due_at) from deadline where case_id = any(%s)"
LEFT = "select count(*) from deadline where state = 'running' and due_at <= now()"


def measure(quick: bool) -> Result:
    """All at once, then one by one."""
    due, alone = (QUICK_DUE, QUICK_LONE) if quick else (DUE, LONE)
    with (
        harness.scratch_settings() as settings,
        own_redis(settings),
        town(settings, cases=0) as where,
        psycopg.connect(settings.owner_database_url or "", autocommit=True) as owner,
    ):
        lone = [where.hand_in().case_id for _ in range(alone)]
        first = where.hand_in().case_id
        make_due(owner, first, datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1))
        copy(owner, first, due - 1, batch="due")
        owner.execute("analyze")
        with running(settings, *[["workers.worker", "short"]] * WORKERS):
            time.sleep(1 if quick else 5)
            begun = time.perf_counter()
            with running(settings, ["workers.bell"]):
                until(partial(_none_left, owner))
                since_bell = time.perf_counter() - begun
                span, count = _row(owner, SPAN)
                until(lambda: not _row(owner, "select count(*) from notice where state = 'waiting'")[0])
                soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1 if quick else 6)
                for place, case_id in enumerate(lone):
                    make_due(owner, case_id, soon + timedelta(seconds=place * 0.25))
                until(lambda: _row(owner, "select count(*) from deadline where state = 'passed'")[0] == due + alone)
        late = sorted(float(row[0]) for row in owner.execute(LATE, [lone]).fetchall())
    return {
        "timers_per_s": round(int(count) / float(span)),
        "lone_timer_p95_ms": round(late[int(len(late) * 0.95)] * 1000, 1),
        "figures": {
            "due_at_once": int(count),
            "timers_per_s_since_the_bell_started": round(int(count) / since_bell),
            "lone_timer_median_ms": round(late[len(late) // 2] * 1000, 1),
        },
    }


def _none_left(owner: "psycopg.Connection[tuple[object, ...]]") -> bool:
    return bool(_row(owner, LEFT)[0] == 0)


def _row(owner: "psycopg.Connection[Any]", query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = owner.execute(query).fetchone()
    assert row is not None
    return row


if __name__ == "__main__":
    harness.main("timers", measure, __doc__)
