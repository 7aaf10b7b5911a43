"""`bell`: one look for due work while 1 k, 100 k and 1 M limits wait and none is due; and after 50 k were cancelled.

A look is the bell's own: lease what is due of deadlines, jobs and notices, in one transaction.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import psycopg

from bench import harness
from bench.harness import Result, Seconds, timed
from bench.town import Town, town
from bihuan.commands.take_due import take_due
from bihuan.domain.access import Machine

WAITING, QUICK_WAITING = (1_000, 100_000, 1_000_000), (1_000, 100_000)
CANCELLED = 50_000
LOOKS = 100

MORE = """
    insert into deadline (case_id, key, locality, name, rule, due_at, original_due_at, provisional, internal, set_at)
    select %(case_id)s, %(prefix)s || n, 'five', '期限', 'workdays(3)', %(since)s + n * interval '1 second',
        %(since)s, false, false, now()
    from generate_series(1, %(count)s) n
"""
CANCEL = "update deadline set state = 'ended', ended_at = now() where starts_with(key, 'cancelled/')"


def look(where: Town) -> None:
    """One look of the bell."""
    with where.app.begin(Machine("bell")) as work:
        if take_due(work):
            raise AssertionError("nothing was due")


def looks(where: Town) -> Iterable[Seconds]:
    """Many, one after the other."""
    return [timed(lambda: look(where)) for _ in range(LOOKS)]


def measure(quick: bool) -> Result:
    """Look, put more limits into the table, look again."""
    found: Result = {}
    figures: Result = {}
    with harness.scratch_settings() as settings, town(settings, cases=0) as where:
        case_id, waiting = where.hand_in().case_id, 0
        with psycopg.connect(settings.owner_database_url or "", autocommit=True) as owner:
            for count in QUICK_WAITING if quick else WAITING:
                later = datetime.now(UTC) + timedelta(days=1)
                values = {"case_id": case_id, "prefix": f"{count}/", "since": later, "count": count - waiting}
                owner.execute(MORE, values)
                owner.execute("vacuum analyze deadline")
                waiting = count
                list(looks(where))
                times = list(looks(where))
                name = f"bell_{_short(count)}_ms"
                found[name] = harness.milliseconds(times)
                figures[name.replace("_ms", "_p95_ms")] = harness.percentile(times, 0.95)
            before = datetime.now(UTC) - timedelta(days=1)
            owner.execute(MORE, {"case_id": case_id, "prefix": "cancelled/", "since": before, "count": CANCELLED})
            owner.execute(CANCEL)
            times = list(looks(where))
    found["bell_after_50k_cancelled_ms"] = harness.milliseconds(times)
    figures["bell_first_after_50k_cancelled_ms"] = round(times[0] * 1000, 3)
    return {**found, "figures": figures}


def _short(count: int) -> str:
    return f"{count // 1_000_000}m" if count >= 1_000_000 else f"{count // 1000}k"


if __name__ == "__main__":
    harness.main("bell", measure, __doc__)
