"""Laws on random diagrams and random lives.

- Same stimuli, same facts and the same bytes.
- Saving and loading, on a freshly parsed definition, at any point, changes nothing; nor does pruning.
- Folding the facts gives exactly what the case waits for (checked after every step, in play.py).
- Whatever is refused leaves the case as it was.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.domain.errors import BihuanError
from bihuan.engine import (
    AddItem,
    Complete,
    Definition,
    Deliver,
    Fact,
    JobDone,
    JobFailed,
    NotOpen,
    Press,
    Start,
    Stimulus,
    Tick,
    Waits,
    advance,
    waits,
)
from bihuan.engine.act import act
from bihuan.engine.advance import _begin
from bihuan.engine.moment import Moment
from bihuan.engine.settle import fire_due, settle
from bihuan.engine.tree import CaseFlow
from bihuan.engine.view import view
from tests.engine.folding import Folding
from tests.engine.play import CALENDAR, NOW, define
from tests.engine.random_diagrams import diagrams

CONTROL = {"unit": "commerce", "units": ["a", "b", "c"], "day": "2026-11-06", "pick": 0, "again": False, "bad": False}
Deed = tuple[int, int, int]
"""Which wait, with which control data, after how many hours."""


def deeds_of(seed: int) -> list[Deed]:
    """A long life by chance; a seed rather than a list, because hypothesis likes its lists short."""
    chance = Random(seed)
    return [(chance.randrange(60), chance.randrange(16), chance.choice([0, 0, 0, 0, 1, 30, 100])) for _ in range(30)]


DEEDS = st.integers(0, 2**32).map(deeds_of)
STEADY = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)

FEW = settings(STEADY, max_examples=25)


def control(choice: int) -> dict[str, Any]:
    """Control data of a deed: what gateways decide by."""
    return {"pick": choice & 1, "again": bool(choice & 2) and bool(choice & 4), "bad": choice & 12 == 12}


def stimulus(waiting: Waits, deed: Deed) -> Stimulus:
    """One of all the things that could happen now."""
    which, choice, _ = deed
    data = control(choice)
    found: list[Stimulus] = [Tick()]
    found += [Complete(task.key, data) for task in waiting.tasks]
    found += [Press(button.key, data) for button in waiting.buttons]
    found += [Deliver(awaited.key, data) for awaited in waiting.messages]
    found += [JobDone(job.key, data) for job in waiting.jobs]
    found += [JobFailed(job.key, "bad", data) for job in waiting.jobs if choice & 1]
    found += [AddItem(task.key, f"n{choice}") for task in waiting.tasks if task.key.item and choice & 8]
    return found[which % len(found)]


class Stored:
    """A case as the store keeps it: bytes between steps, each step on the next of some definitions."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.definitions, self.steps = definitions, 0
        self.state: bytes | None = None
        self.waits, self.facts, self.folding = Waits(), [], Folding()
        self.facts: list[Fact] = []

    def apply(self, what: Stimulus, now: datetime) -> bool:
        """One step; False when it was refused."""
        definition = self.definitions[self.steps % len(self.definitions)]
        self.steps += 1
        before = self.state
        try:
            step = advance(definition, self.state, what, now, calendar=CALENDAR)
        except BihuanError:
            assert self.state == before
            return False
        self.state, self.waits = step.state, step.waits
        self.facts += step.facts
        for fact in step.facts:
            self.folding.see(fact)
        assert self.folding.waits() == step.waits
        assert waits(definition, step.state) == step.waits
        return True


class InMemory:
    """The same case never saved, loaded or pruned."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.case: CaseFlow | None = None
        self.facts: list[Fact] = []

    def apply(self, what: Stimulus, now: datetime) -> None:
        """One step, as `advance` does it."""
        moment = Moment(now, CALENDAR, self.definition.limits)
        if isinstance(what, Start):
            self.case = _begin(self.definition, None, what, moment)
        assert self.case is not None
        if not isinstance(what, Start):
            self.case.moment = moment
            fire_due(self.case)
            moment.at = moment.now
            act(self.case, what)
        settle(self.case)
        fire_due(self.case)
        self.facts += moment.facts


def lives(files: list[str], deeds: list[Deed]) -> tuple[Stored, list[tuple[Stimulus, datetime]]]:
    """A life on two definitions in turn, and the stimuli that were taken."""
    stored, now = Stored([define(*files), define(*files)]), NOW
    taken: list[tuple[Stimulus, datetime]] = []
    for what, hours in _plan(stored, deeds):
        now += timedelta(hours=hours)
        if stored.apply(what, now):
            taken.append((what, now))
    return stored, taken


def _plan(stored: Stored, deeds: list[Deed]) -> Iterator[tuple[Stimulus, int]]:
    yield Start("p", CONTROL), 0
    for deed in deeds:
        if stored.state is not None:
            yield stimulus(stored.waits, deed), deed[2]


@STEADY
@given(diagrams(), DEEDS)
def test_the_same_stimuli_give_the_same_facts_and_the_same_bytes(files: list[str], deeds: list[Deed]) -> None:
    first, taken = lives(files, deeds)
    second = Stored([define(*files)])
    for what, now in taken:
        assert second.apply(what, now)
    assert (second.facts, second.state) == (first.facts, first.state)


@STEADY
@given(diagrams(), DEEDS)
def test_saving_loading_and_pruning_at_every_step_change_nothing(files: list[str], deeds: list[Deed]) -> None:
    stored, taken = lives(files, deeds)
    memory = InMemory(define(*files))
    for what, now in taken:
        memory.apply(what, now)
    assert memory.facts == stored.facts
    if memory.case is not None:
        assert view(memory.case) == stored.waits


@FEW
@given(diagrams(), DEEDS)
def test_nothing_can_be_done_twice(files: list[str], deeds: list[Deed]) -> None:
    stored, taken = lives(files, deeds)
    for what, now in taken[-3:]:
        if isinstance(what, Complete | Press | Deliver | JobDone):
            try:
                advance(stored.definitions[0], stored.state, what, max(now, taken[-1][1]), calendar=CALENDAR)
            except NotOpen:
                continue
            except BihuanError:
                continue
            raise AssertionError(what)


@FEW
@given(diagrams(), DEEDS)
def test_keys_are_never_given_twice_and_time_never_runs_back_within_a_step(files: list[str], deeds: list[Deed]) -> None:
    stored, _ = lives(files, deeds)
    opened = [f.key for f in stored.facts if f.kind in ("task_opened", "button_armed", "deadline_set", "job_requested")]
    assert len(opened) == len(set(opened))
    ends = [f for f in stored.facts if f.kind == "case_ended"]
    assert len(ends) <= 1
    if ends:
        assert stored.waits.tasks == stored.waits.buttons == stored.waits.deadlines == ()
