"""`start`: a company hands in a request, its identity sealed, up to the first open task; beside `rows` of a step."""

from collections.abc import Iterable
from functools import partial
from uuid import uuid4

from bench import harness
from bench.harness import Result, Seconds, timed
from bench.rows import Rows
from bench.step import Steps
from bench.town import COMPANY, LOCALITY, REQUEST, before, town
from bihuan.commands.open_case import submit_request
from bihuan.domain.access import Visitor

TIMES = 40


def measure(quick: bool) -> Result:
    """The deed, its own statements alone, and the statements of a step, in turn."""
    with harness.scratch_settings() as settings, town(settings, cases=before(quick)) as where:
        rows = Rows(settings, where.app.clock)

        def start() -> Iterable[Seconds]:
            return [timed(where.hand_in) for _ in range(TIMES)]

        def statements() -> Iterable[Seconds]:
            for _ in range(TIMES):
                deed = partial(
                    submit_request, locality=LOCALITY, answers=REQUEST, identity=COMPANY, submission_id=uuid4()
                )
                script = rows.rehearse(Visitor(LOCALITY), deed)
                yield timed(partial(rows.play, script))

        runs = {"rows": Steps(where, rows).rows, "statements": statements, "start": start}
        times = harness.interleaved(runs, rounds=2 if quick else 15)
        rows.close()
    return {
        "start_over_rows": harness.ratio(times["start"], times["rows"]),
        "start_over_own_statements": harness.ratio(times["start"], times["statements"]),
        "figures": {f"{name}_ms": harness.milliseconds(found) for name, found in times.items()},
    }


if __name__ == "__main__":
    harness.main("start", measure, __doc__)
