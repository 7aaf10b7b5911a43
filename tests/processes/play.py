"""Plays scenarios (docs/scenarios.md) in the engine alone: no database, a few hundredths of a second a life.

They are read and compared by the same code as against the real commands. What only those know (passwords, identities,
words of notices, which person it was) is left aside; who may do what, what is open, due, sent, refused and recorded by
the diagram is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import InvalidAnswers
from bihuan.domain.events import Event, canonical
from bihuan.domain.ids import Key
from bihuan.domain.workdays import Calendar, LampThresholds, lamp
from bihuan.engine import (
    Complete,
    Definition,
    ExecutionFault,
    Fact,
    JobDone,
    NotOpen,
    OpenButton,
    OpenTask,
    Press,
    Refused,
    Start,
    Stimulus,
    Tick,
    Waits,
    advance,
)
from bihuan.locality.deployments import Deployment
from bihuan.locality.files import read_folder
from bihuan.locality.folder import Locality
from bihuan.play.checking import Difference, check
from bihuan.play.filling import filled
from bihuan.play.life import FORMS
from bihuan.play.naming import SYSTEM, Names
from bihuan.play.scenario import CLAIM, REVEAL, Deed, Scenario, Step, read_scenario
from bihuan.play.sight import Onlooker, SentNotice, Sight
from bihuan.play.sight import OpenTask as SeenTask

PROCESSES = Path(__file__).parents[2] / "processes"
WRITTEN_BY_COMMANDS = frozenset(
    {
        "answers_given",
        "signature_given",
        "request_submitted",
        "task_claimed",
        "identity_revealed",
        "complained_of_named",
    }
)
"""History that does not come from the engine."""


class NotDone(Exception):
    """A deed was refused; its text is the rule or code that refused it."""


@cache
def locality(name: str) -> Locality:
    """A locality as its folder says."""
    return Locality.of(read_folder(PROCESSES / name))


@cache
def definition(name: str) -> Definition:
    """A locality's diagrams, parsed."""
    return Definition.parse(locality(name).diagrams, locality(name).limits)


def scenarios(name: str) -> dict[str, Scenario]:
    """A locality's scenarios by path."""
    return {path: read_scenario(path, content) for path, content in sorted(locality(name).scenarios.items())}


def instant(text: str) -> datetime:
    """An instant as scenarios write it: Beijing time."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def play(scenario: Scenario, place: Locality, drawn: Definition) -> None:
    """Live the scenario through. Raises Difference at the first step that goes otherwise than written."""
    life = Life(place, drawn, scenario.now)
    life.begin(scenario.origin, scenario.request)
    for deed in scenario.done:
        with _telling(deed):
            life.wait_until(deed.at or life.now)
            life.do(deed)
    seen = len(life.facts) if scenario.done else 0
    for step in scenario.steps:
        with _telling(step.deed or step):
            life.wait_until(step.at)
            life.live(step)
            check(_for_the_engine(step), life.sight(seen), Onlooker(cast(Any, life), life.names))
        seen = len(life.facts)


@contextmanager
def _telling(what: object) -> Iterator[None]:
    """Whatever stops the life differs from the scenario."""
    try:
        yield
    except (NotDone, ExecutionFault) as error:
        raise Difference(str(what), "办成", str(error)) from error


def _for_the_engine(step: Step) -> Step:
    """What the engine alone can show of what a step expects."""
    sent = step.sent and tuple(replace(notice, says=()) for notice in step.sent)
    record = step.record and tuple(
        replace(event, by=None) for event in step.record if event.event not in WRITTEN_BY_COMMANDS
    )
    return replace(step, sent=sent, record=record)


def _who_may(offered: OpenTask | OpenButton) -> Sequence[str]:
    return offered.groups if isinstance(offered, OpenTask) else offered.audience


def _event(number: int, fact: Fact) -> Event:
    """A fact as history would hold it, but for the chain."""
    key, payload = str(fact.key) if fact.key else None, canonical(dict(fact.detail))
    return Event(UUID(int=0), number, fact.kind, "", None, fact.at, fact.at, "", key, payload, b"", b"")


class Life:
    """One case under a clock."""

    def __init__(self, place: Locality, drawn: Definition, now: datetime) -> None:
        self.place, self.drawn, self.now = place, drawn, now
        self.names = Names(Deployment("", place, drawn))
        self.calendar = Calendar()
        self.state: bytes | None = None
        self.waits = Waits()
        self.exit: str | None = None
        self.facts: list[Fact] = []
        self.originally: dict[Key, datetime] = {}

    def begin(self, origin: str, request: Mapping[str, Any]) -> None:
        """Hand the request in."""
        control = {"complained_of_unit": "", **self._control(FORMS[origin], request), "origin": origin}
        control["complained_of_unit"] = control["complained_of_unit"] or ""
        self._apply(Start(self.place.settings.process, control))

    def wait_until(self, goal: datetime) -> None:
        """Let time pass; what falls due happens at its own instant."""
        while due := [deadline.due_at for deadline in self.waits.deadlines if deadline.due_at <= goal]:
            self.now = max(self.now, min(due))
            self._apply(Tick())
        self.now = goal

    def do(self, deed: Deed) -> None:
        """Carry a deed out. Raises NotDone."""
        if deed.does in (CLAIM, REVEAL):
            return
        try:
            self._apply(self._job(deed) if deed.who == SYSTEM else self._completion(deed))
        except NotOpen as error:
            raise NotDone("not-open") from error
        except InvalidAnswers as error:
            raise NotDone("invalid-answers") from error
        except Refused as error:
            raise NotDone(error.clause) from error

    def live(self, step: Step) -> None:
        """Do a step's deed, or see it refused. Raises Difference, or NotDone when it should have been done."""
        if step.deed is None:
            return
        if step.refused is None or step.deed.does in (CLAIM, REVEAL):
            self.do(step.deed)
            return
        try:
            self.do(step.deed)
        except NotDone as refusal:
            if step.refused in str(refusal).split():
                return
            raise
        raise Difference(step.deed.does, f"不予办理（{step.refused}）", "办成了")

    def sight(self, since: int) -> Sight:
        """What there is to see; `since` is how many facts there were at the last step."""
        waits, events = self.waits, [_event(number, fact) for number, fact in enumerate(self.facts, 1)]
        return Sight(
            exit=self.exit,
            tasks=tuple(map(self._seen_task, waits.tasks)),
            buttons=tuple(button.name for button in waits.buttons),
            jobs=tuple(self.names.element(str(job.key)) for job in waits.jobs),
            running=sum(map(len, (waits.tasks, waits.buttons, waits.deadlines, waits.jobs, waits.messages))),
            events=tuple(events),
            fresh=tuple(events[since:]),
            sent=tuple(self._sent(events)),
            fresh_sent=tuple(self._sent(events[since:])),
        )

    def _apply(self, stimulus: Stimulus) -> None:
        step = advance(self.drawn, self.state, stimulus, self.now, calendar=self.calendar)
        self.state, self.waits = step.state, step.waits
        self.exit = (step.exit or "closed") if step.ended else None
        self.facts += step.facts
        for fact in step.facts:
            if fact.kind == "deadline_set" and fact.key:
                self.originally[fact.key] = datetime.fromisoformat(fact.detail["due_at"])

    def _job(self, deed: Deed) -> Stimulus:
        for job in self.waits.jobs:
            if self.names.element(str(job.key)) == deed.does:
                return JobDone(job.key)
        raise NotDone("not-open")

    def _completion(self, deed: Deed) -> Stimulus:
        offered: list[OpenTask | OpenButton] = [*self.waits.tasks, *self.waits.buttons]
        named = [one for one in offered if one.name == deed.does]
        if not named:
            raise NotDone("not-open")
        group = self.names.group("", deed.who)
        found = next((one for one in named if group in _who_may(one)), None)
        if found is None:
            raise NotDone("not-yours")
        if isinstance(found, OpenTask) and found.signature and not deed.signed:
            raise NotDone("signature")
        control = self._control(found.form or "", deed.answers)
        return Complete(found.key, control) if isinstance(found, OpenTask) else Press(found.key, control)

    def _control(self, form_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
        form, options = self.place.form(form_id), self.place.options()
        return dict(form.validate(filled(form, given, options, otherwise={}), options).control)

    def _seen_task(self, task: OpenTask) -> SeenTask:
        assert task.due_at is not None
        assert task.deadline is not None
        thresholds = LampThresholds.at(self.calendar, self.now, amber_workdays=self.place.settings.amber_workdays)
        original = self.originally[task.deadline]
        return SeenTask(
            task.name,
            self.names.called(task.groups[0]),
            task.due_at,
            original if original != task.due_at else None,
            self.now >= task.due_at,
            lamp(task.due_at, self.now, thresholds),
        )

    def _sent(self, events: list[Event]) -> Iterator[SentNotice]:
        for event in events:
            if event.kind == "message_thrown" and event.detail["name"] == "notice":
                yield SentNotice(self.names.element(event.key), self.names.called(event.detail["payload"]["to"]), "")
