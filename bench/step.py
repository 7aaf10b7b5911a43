"""`step`: complete a user task through the command layer, beside `rows` and `floor`; one process and two.

Authorise, validate the form, move the engine, chain the history, write task, deadline, notice and case, commit: five
user tasks with a time limit each, and a notice after each. Lives of several cases are played, all deeds counted.
"""

import multiprocessing
import time
from collections.abc import Iterable
from uuid import uuid4

from bench import harness
from bench.floor import Floor
from bench.harness import Seconds, timed
from bench.rows import Rows
from bench.town import Town, as_before, town
from bihuan.commands.complete_task import complete_task
from bihuan.domain.access import Officer
from bihuan.settings import Settings
from bihuan.store.unit_of_work import UnitOfWork

CASES = 12


class Steps:
    """The deed and its rows, on cases of their own."""

    def __init__(self, where: Town, rows: Rows) -> None:
        self._town, self._rows = where, rows
        self.statements: list[int] = []
        self.round_trips: list[int] = []

    def step(self) -> Iterable[Seconds]:
        """Whole lives, each deed timed."""
        for case_id in [self._town.hand_in().case_id for _ in range(CASES)]:
            while task := self._town.open_task(case_id):
                yield timed(lambda task=task: self._town.complete(*task))

    def rows(self) -> Iterable[Seconds]:
        """The same lives, each deed rehearsed first and only its statements timed."""
        for case_id in [self._town.hand_in().case_id for _ in range(CASES)]:
            while task := self._town.open_task(case_id):
                task_id, answers = task

                def deed(work: UnitOfWork, task_id=task_id, answers=answers) -> None:
                    complete_task(work, task_id, answers, submission_id=uuid4())

                script = self._rows.rehearse(self._town.officer, deed)
                self.statements.append(script.statements)
                self.round_trips.append(script.round_trips)
                yield timed(lambda script=script: self._rows.play(script))


def _work(settings: Settings, officer: Officer, start: object, done: object, seconds: float) -> None:
    """One process that completes tasks for so many seconds and says how many it did."""
    where = as_before(settings, officer)
    tasks = []
    for case_id in [where.hand_in().case_id for _ in range(4)]:
        while task := where.open_task(case_id):
            where.complete(*task)
    ready = [where.hand_in().case_id for _ in range(int(seconds * 250))]
    start.wait()
    begun, deeds = time.perf_counter(), 0
    spent = 0.0
    for case_id in ready:
        tasks.clear()
        while task := where.open_task(case_id):
            spent += timed(lambda task=task: where.complete(*task))
            deeds += 1
        if time.perf_counter() - begun > seconds:
            break
    done.put((deeds, spent))
    where.app.__exit__()


def throughput(settings: Settings, officer: Officer, processes: int, seconds: float) -> float:
    """Deeds a second of this many processes at once."""
    context = multiprocessing.get_context("spawn")
    start, done = context.Barrier(processes), context.Queue()
    running = [context.Process(target=_work, args=(settings, officer, start, done, seconds)) for _ in range(processes)]
    for process in running:
        process.start()
    counted = [done.get() for _ in running]
    for process in running:
        process.join()
    return sum(deeds / spent for deeds, spent in counted)


def main() -> None:
    """Measure."""
    asked = harness.arguments(__doc__)
    with harness.scratch_settings() as settings, town(settings) as where:
        rows, floor = Rows(settings, where.app.clock), Floor(settings)
        steps = Steps(where, rows)
        times = harness.interleaved(
            {"floor": floor.run, "rows": steps.rows, "step": steps.step}, rounds=4 if asked.quick else 20
        )
        seconds = 1.5 if asked.quick else 4.0
        ones, twos = [], []
        for _ in range(1 if asked.quick else 3):
            ones.append(throughput(settings, where.officer, 1, seconds))
            twos.append(throughput(settings, where.officer, 2, seconds))
        rows.close()
        floor.close()
    harness.report(
        "step",
        {
            "step_over_rows": harness.ratio(times["step"], times["rows"]),
            "step_over_floor": harness.ratio(times["step"], times["floor"]),
            "rows_over_floor": harness.ratio(times["rows"], times["floor"]),
            "two_processes_over_one": round(sorted(twos)[len(twos) // 2] / sorted(ones)[len(ones) // 2], 3),
            "step_statements": max(steps.statements),
            "step_round_trips": max(steps.round_trips),
            "step_commits": 1,
        },
        {
            **{f"{name}_ms": harness.milliseconds(found) for name, found in times.items()},
            "step_p95_ms": harness.percentile(times["step"], 0.95),
            "steps_per_s": [round(one) for one in ones],
            "steps_per_s_two": [round(two) for two in twos],
        },
    )


if __name__ == "__main__":
    main()
