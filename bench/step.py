"""`step`: complete a user task through the command layer, beside `rows` and `floor`; one process and two.

Authorise, validate the form, move the engine, chain the history, write task, deadline, notice and case, commit: five
user tasks with a time limit each, and a notice after each. Lives of several cases are played, all deeds counted.
"""

import multiprocessing
import statistics
from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import uuid4

from bench import harness
from bench.floor import Floor
from bench.harness import Result, Seconds, timed
from bench.rows import Rows
from bench.town import Town, as_before, before, town
from bench.wire import Wire, traced
from bihuan.commands.complete_task import complete_task
from bihuan.domain.access import Officer
from bihuan.domain.ids import CaseId
from bihuan.settings import Settings

CASES = 12


class Steps:
    """The deed and its rows, on cases of their own."""

    def __init__(self, where: Town, rows: Rows) -> None:
        self._town, self._rows = where, rows

    def step(self) -> Iterable[Seconds]:
        """Whole lives, each deed timed."""
        for case_id in [self._town.hand_in().case_id for _ in range(CASES)]:
            while task := self._town.open_task(case_id):
                yield timed(partial(self._town.complete, *task))

    def rows(self) -> Iterable[Seconds]:
        """The same lives, each deed rehearsed first and only its statements timed."""
        for case_id in [self._town.hand_in().case_id for _ in range(CASES)]:
            while task := self._town.open_task(case_id):
                task_id, answers = task
                deed = partial(complete_task, task_id=task_id, answers=answers, submission_id=uuid4())
                script = self._rows.rehearse(self._town.officer, deed)
                yield timed(partial(self._rows.play, script))


def _work(settings: Settings, officer: Officer, start: Any, done: Any, cases: int) -> None:
    """One process that plays the lives of so many cases; how many deeds, and the seconds they alone took."""
    where = as_before(settings, officer)
    _play(where, [where.hand_in().case_id for _ in range(3)])
    ready = [where.hand_in().case_id for _ in range(cases)]
    start.wait()
    done.put(_play(where, ready))
    where.app.__exit__()


def _play(where: Town, case_ids: list[CaseId]) -> tuple[int, Seconds]:
    spent = [
        timed(partial(where.complete, *task))
        for case in case_ids
        for task in iter(partial(where.open_task, case), None)
    ]
    return len(spent), sum(spent)


def throughput(settings: Settings, officer: Officer, processes: int, cases: int) -> float:
    """Deeds a second of this many processes at once, each of its own time."""
    context = multiprocessing.get_context("spawn")
    start, done = context.Barrier(processes), context.Queue()
    running = [context.Process(target=_work, args=(settings, officer, start, done, cases)) for _ in range(processes)]
    for process in running:
        process.start()
    counted: list[tuple[int, Seconds]] = [done.get() for _ in running]
    for process in running:
        process.join()
    return sum(deeds / spent for deeds, spent in counted)


def counted(where: Town) -> list[Wire]:
    """What each deed of one life sends, by libpq's own trace."""
    sent = []
    case_id = where.hand_in().case_id
    while task := where.open_task(case_id):
        with where.app.begin(where.officer) as work:
            connection = work._connection
        with traced(connection) as wire:
            where.complete(*task)
        sent.append(wire)
    return sent


def measure(quick: bool) -> Result:
    """Floor, rows and step in turn; then one process and two, in turn."""
    with harness.scratch_settings() as settings, town(settings, cases=before(quick)) as where:
        rows, floor = Rows(settings, where.app.clock), Floor(settings)
        steps = Steps(where, rows)
        runs = {"floor": floor.run, "rows": steps.rows, "step": steps.step}
        times = harness.interleaved(runs, rounds=2 if quick else 20)
        wires = counted(where)
        each = [
            [throughput(settings, where.officer, processes, 15 if quick else 150) for processes in (1, 2)]
            for _ in range(1 if quick else 3)
        ]
        rows.close()
        floor.close()
    one, two = (statistics.median(rates) for rates in zip(*each, strict=True))
    return {
        "step_over_rows": harness.ratio(times["step"], times["rows"]),
        "step_over_floor": harness.ratio(times["step"], times["floor"]),
        "rows_over_floor": harness.ratio(times["rows"], times["floor"]),
        "two_processes_over_one": round(two / one, 3),
        "step_round_trips": max(wire.round_trips for wire in wires),
        "step_statements": max(wire.statements for wire in wires),
        "step_commits": max(wire.commits for wire in wires),
        "figures": {
            **{f"{name}_ms": harness.milliseconds(found) for name, found in times.items()},
            "step_p95_ms": harness.percentile(times["step"], 0.95),
            "steps_per_s": round(one),
            "steps_per_s_of_two": round(two),
        },
    }


if __name__ == "__main__":
    harness.main("step", measure, __doc__)
