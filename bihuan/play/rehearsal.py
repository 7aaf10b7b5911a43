"""A scenario rehearsed: played in the engine alone, without a database, in a few hundredths of a second.

It is read and compared by the same code as against the real commands (`performance`). What only those know (passwords,
identities, words of notices, which person it was, figures of reports) is left aside; who may do what, what is open,
due, sent, refused and recorded by the diagram is not. For many plays of one procedure: its mutants.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bihuan.commands.open_procedure import CALENDAR, OFFICER
from bihuan.domain.errors import InvalidAnswers
from bihuan.domain.events import Event, canonical
from bihuan.domain.ids import Key
from bihuan.domain.workdays import Calendar, LampThresholds, lamp
from bihuan.engine import (
    Complete,
    Definition,
    Deliver,
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
from bihuan.locality.folder import Locality
from bihuan.locality.notices import Notice
from bihuan.locality.procedures import Procedure
from bihuan.locality.rulebook import is_rule
from bihuan.locality.rules.examples import CLAIM, REVEAL, SYSTEM
from bihuan.play.checking import Difference, check
from bihuan.play.filling import filled
from bihuan.play.life import FORMS
from bihuan.play.naming import Names
from bihuan.play.opening import procedure_meant
from bihuan.play.scenario import Deed, Opening, Scenario, Step
from bihuan.play.sight import NEVER, SentNotice, Sight
from bihuan.play.sight import OpenTask as SeenTask

WRITTEN_BY_COMMANDS = frozenset(
    {
        "answers_given",
        "signature_given",
        "request_submitted",
        "procedure_opened",
        "complained_of_named",
        "message_delivered",
        "task_claimed",
        "identity_revealed",
    }
)
"""History that does not come from the engine."""


class NotDone(Exception):
    """A deed was refused; its text is the rule or code that refused it."""


def rehearse(scenario: Scenario, place: Locality, drawn: Definition) -> frozenset[str]:
    """Live the scenario through; every element it came by (`request/dispatch`).

    Raises Difference at the first step that goes otherwise than written.
    """
    lives = Lives(scenario, place, drawn)
    with _telling(scenario.opening):
        lives.reach(scenario.now)
    for deed in scenario.done:
        with _telling(deed):
            lives.reach(deed.at or lives.now)
            lives[deed.case].do(deed)
            lives.carry()
    if scenario.done:
        lives.have_seen_all()
    for step in scenario.steps:
        with _telling(step.deed or step):
            lives.reach(step.at)
            life = lives[step.case]
            life.live(step)
            lives.carry()
            check(_for_the_engine(step, place, drawn), life.sight(life.seen), life)
        life.seen = len(life.facts)
    with _telling(scenario.title):
        lives.reach_all()
    return lives.visited()


@contextmanager
def _telling(what: object) -> Iterator[None]:
    """Whatever stops the life differs from the scenario."""
    try:
        yield
    except (NotDone, ExecutionFault) as error:
        raise Difference(str(what), "办成", str(error)) from error


def _for_the_engine(step: Step, place: Locality, drawn: Definition) -> Step:
    """What the engine alone can show of what a step expects."""
    sent = step.sent and tuple(replace(one, says=_wording(one.says, place, drawn)) for one in step.sent)
    record = step.record and tuple(
        replace(event, by=None) for event in step.record if event.event not in WRITTEN_BY_COMMANDS
    )
    return replace(step, sent=sent, record=record)


def _wording(says: Sequence[str], place: Locality, drawn: Definition) -> tuple[str, ...]:
    """Of a notice's words the rules it cites, and those that stand in templates as such and can be no name put in."""
    if not says:
        return ()
    templates = [_text(notice) for notice in place.notices.values()]
    names = "\n".join((*map(place.unit_name, place.organisation.units), *(one.name for one in drawn.elements())))
    return tuple(
        words for words in says
        if is_rule(words) or (words not in names and any(words in text for text in templates))
    )  # fmt: skip


def _text(notice: Notice) -> str:
    return f"{notice.subject} {notice.body}"


def _who_may(offered: OpenTask | OpenButton) -> Sequence[str]:
    return offered.groups if isinstance(offered, OpenTask) else offered.audience


def _due_first(offered: OpenTask | OpenButton) -> tuple[datetime, str]:
    """Of several tasks of one name, as the instances of a multi-instance are, the one that is due first is meant."""
    due_at = offered.due_at if isinstance(offered, OpenTask) else None
    return due_at or NEVER, str(offered.key)


def _event(number: int, fact: Fact) -> Event:
    """A fact as history would hold it, but for the chain."""
    key, payload = str(fact.key) if fact.key else None, canonical(dict(fact.detail))
    return Event(UUID(int=0), number, fact.kind, "", None, fact.at, fact.at, "", key, payload, b"")


def _places(fact: Fact) -> Iterator[str]:
    if fact.key:
        yield f"{fact.key.process}/{fact.key.element}"
    yield from fact.detail.get("elements", ()) if fact.kind == "path_taken" else ()


class Lives:
    """The cases of a scenario under one clock, and the messages between them."""

    def __init__(self, scenario: Scenario, place: Locality, drawn: Definition) -> None:
        self.place, self.drawn, self.now = place, drawn, scenario.now
        self._file, self._to_come = scenario.file, [scenario.opening, *scenario.also]
        self._lives: dict[str, Life] = {}
        self._asked: set[str] = set()
        self._carried: set[tuple[str, str, int]] = set()

    def __getitem__(self, name: str) -> "Life":
        return self._lives[name]

    def have_seen_all(self) -> None:
        """What happened by now is no news to the next steps."""
        for life in self._lives.values():
            life.seen = len(life.facts)

    def reach(self, goal: datetime) -> None:
        """Let time pass for all; what falls due, and what is opened by then, happens at its own instant."""
        while self._to_come and self._to_come[0].at <= goal:
            opening = self._to_come.pop(0)
            self._pass_time(opening.at)
            self._open(opening)
        self._pass_time(goal)

    def reach_all(self) -> None:
        """Let time pass until the last case that there is to be was asked for."""
        for opening in tuple(self._to_come):
            self.reach(opening.at)

    def _open(self, opening: Opening) -> None:
        life = Life(self.place, self.drawn, self.now, f"No.{len(self._lives) + 1}")
        procedure = procedure_meant(self._file, opening, life.names)
        self._asked.add(f"{procedure.id}/{procedure.start}")
        try:
            life.begin(opening, procedure)
        except NotDone as refusal:
            if opening.refused == str(refusal):
                return
            raise
        if opening.refused:
            raise Difference("开办", f"不予办理（{opening.refused}）", "办成了")
        self._lives[opening.name] = life
        self.carry()

    def _pass_time(self, goal: datetime) -> None:
        while due := [(at, name) for name, life in self._lives.items() if (at := life.next_due()) and at <= goal]:
            at, name = min(due, key=lambda one: one[0])
            self._stand_at(max(self.now, at))
            self._lives[name].tick()
            self.carry()
        self._stand_at(goal)

    def _stand_at(self, now: datetime) -> None:
        self.now = now
        for life in self._lives.values():
            life.now = now

    def visited(self) -> frozenset[str]:
        """The elements that any of the cases came by; also where one was asked for and refused."""
        came_by = (place for life in self._lives.values() for fact in life.facts for place in _places(fact))
        return frozenset(came_by) | self._asked

    def carry(self) -> None:
        """Bring every message to the cases that wait for it, each case once, in the order thrown."""
        while (delivery := self._next_delivery()) is not None:
            life, key, thrown = delivery
            life.receive(key, thrown.detail["payload"])

    def _next_delivery(self) -> "tuple[Life, Key, Fact] | None":
        thrown = [
            (fact.at, name, number, fact)
            for name, life in self._lives.items()
            for number, fact in enumerate(life.facts)
            if fact.kind == "message_thrown" and fact.detail["name"] != "notice"
        ]
        for _, sender, number, fact in sorted(thrown, key=lambda one: one[0]):
            for name, life in ((name, life) for name, life in self._lives.items() if name != sender):
                place = (f"{sender}>{name}", str(fact.key), number)
                for awaited in life.waits.messages:
                    wanted = (awaited.name, awaited.correlation_key)
                    if place not in self._carried and wanted == (fact.detail["name"], fact.detail["correlation_key"]):
                        self._carried.add(place)
                        return life, awaited.key, fact
        return None


class Life:
    """One case under a clock."""

    def __init__(self, place: Locality, drawn: Definition, now: datetime, case_no: str) -> None:
        self.place, self.drawn, self.now, self.case_no = place, drawn, now, case_no
        self.seen = 0
        self.names = Names(Deployment("", place, drawn))
        self.calendar = Calendar()
        self.state: bytes | None = None
        self.waits = Waits()
        self.exit: str | None = None
        self.facts: list[Fact] = []
        self.originally: dict[Key, datetime] = {}

    def begin(self, opening: Opening, procedure: Procedure) -> None:
        """Hand the request in, or open the procedure."""
        control: dict[str, Any] = {"complained_of_unit": "", "case_no": self.case_no}
        form = FORMS[opening.origin] if procedure.main else procedure.form
        if form:
            try:
                control |= self._control(form, opening.answers)
            except InvalidAnswers as error:
                raise NotDone("invalid-answers") from error
        control["origin"] = opening.origin or (OFFICER if procedure.audience else CALENDAR)
        control["complained_of_unit"] = control["complained_of_unit"] or ""
        if procedure.timer:
            control["period"] = procedure.period_at(self.now)
        elif procedure.audience and self.names.group("", opening.who) not in procedure.audience:
            raise NotDone("not-yours")
        self._apply(Start(procedure.id, control))

    def next_due(self) -> datetime | None:
        """The earliest instant at which time acts on it."""
        return min((deadline.due_at for deadline in self.waits.deadlines), default=None)

    def tick(self) -> None:
        """Let time act."""
        self._apply(Tick())

    def receive(self, key: Key, payload: Mapping[str, Any]) -> None:
        """Take a message of another case."""
        self._apply(Deliver(key, payload))

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

    def element(self, event: Event) -> str:
        """The name of what an event is about."""
        return self.names.element(event.key)

    def by(self, event: Event) -> str:
        """Nobody: the engine does not know people."""
        return ""

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
        found = min((one for one in named if group in _who_may(one)), key=_due_first, default=None)
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
        thresholds = LampThresholds.at(self.calendar, self.now, amber_workdays=self.place.settings.amber_workdays)
        original = self.originally[task.deadline] if task.deadline else None
        return SeenTask(
            task.name,
            self.names.called(task.groups[0]),
            task.due_at,
            original if original != task.due_at else None,
            late=task.due_at is not None and self.now >= task.due_at,
            lamp=lamp(task.due_at, self.now, thresholds) if task.due_at else None,
        )

    def _sent(self, events: list[Event]) -> Iterator[SentNotice]:
        for event in events:
            if event.kind == "message_thrown" and event.detail["name"] == "notice":
                template, to = event.detail["payload"]["template"], event.detail["payload"]["to"]
                text = _text(self.place.notice(template))
                cites = frozenset(str(event.detail["clause"] or "").split()) if "${clause}" in text else frozenset()
                yield SentNotice(self.names.element(event.key), self.names.called(to), text, cites)
