"""`age`: a step after 10, 100 and 1,000 rounds of rework, and how large the state is by then."""

import statistics
from collections.abc import Iterable
from functools import partial
from itertools import pairwise

import sqlalchemy as sa

from bench import harness
from bench.harness import Result, Seconds, timed
from bench.town import LOCALITY, Town, answers_to, before, town
from bihuan.domain.ids import CaseId
from bihuan.store import tables
from bihuan.store.statement import compiled

AGES, QUICK_AGES = (10, 100, 1000), (10, 100)
ELEMENTS = ("accept", "assess", "handle", "reply", "review")
_ID = sa.bindparam("case_id", type_=tables.ID)
STATE = compiled(sa.select(sa.func.length(tables.case_file.c.state).label("bytes")).where(tables.case_file.c.id == _ID))


class Case:
    """One case that never ends: its review finds it wanting each time."""

    def __init__(self, where: Town) -> None:
        self._town = where
        self.id: CaseId = where.hand_in().case_id
        self.rounds = 0
        self.largest = 0

    def round(self) -> Iterable[Seconds]:
        """Five tasks, the last of which sends the case back to the first."""
        self.rounds += 1
        for element in ELEMENTS:
            task_id = self._town.task_at(self.id, f"{LOCALITY}/{element}/{self.rounds}")
            answers = answers_to("review" if element == "review" else "opinion", sound=False)
            yield timed(partial(self._town.complete, task_id, answers))
            with self._town.app.read() as reader:
                row = reader.one(STATE, case_id=self.id)
            self.largest = max(self.largest, row["bytes"] if row else 0)


def measure(quick: bool) -> Result:
    """Age one case a step at a time; then a young, a middle and an old one in turn."""
    ages = QUICK_AGES if quick else AGES
    with harness.scratch_settings() as settings, town(settings, cases=before(quick)) as where:
        cases = {age: Case(where) for age in ages}
        for age, case in cases.items():
            for _ in range(age):
                list(case.round())
        runs = {f"round {age}": case.round for age, case in cases.items()}
        times = harness.interleaved(runs, rounds=6 if quick else 20)
    medians = [statistics.median(found) for found in times.values()]
    return {
        f"age_{ages[-1]}_over_{ages[0]}": round(medians[-1] / medians[0], 3),
        **{
            f"age_{after}_over_{before}": round(b / a, 3)
            for (before, after), (a, b) in zip(pairwise(ages), pairwise(medians), strict=True)
        },
        "state_bytes": max(case.largest for case in cases.values()),
        "figures": {f"{name}_ms": harness.milliseconds(found) for name, found in times.items()},
    }


if __name__ == "__main__":
    harness.main("age", measure, __doc__)
