"""A case played in a test: virtual time, deeds by element, and a check after every step that folding the facts gives
the waits.

After each step the state is loaded on a freshly parsed definition when `fresh` is set, as another worker would.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from bihuan.domain.ids import Key
from bihuan.domain.workdays import Calendar
from bihuan.engine import (
    AddItem,
    Complete,
    Definition,
    Deliver,
    Fact,
    Finding,
    JobDone,
    JobFailed,
    Press,
    Start,
    Step,
    Stimulus,
    Tick,
    Waits,
    advance,
    waits,
)
from bihuan.engine.reading.build import build
from bihuan.engine.reading.faults import Faults
from tests.engine.folding import Folding

BEIJING = timezone(timedelta(hours=8))
CALENDAR = Calendar()


def at(text: str) -> datetime:
    """Beijing time: `2026-11-02 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


NOW = at("2026-11-02 09:00")
"""A Monday."""


def define(*files: str, limits: Mapping[str, int] | None = None) -> Definition:
    """Parse files; the first is usually the process `p`."""
    named = {f"f{n}.{'dmn' if '<decision ' in text else 'bpmn'}": text.encode() for n, text in enumerate(files)}
    return Definition.parse(named, limits or {})


def lint(files: Mapping[str, bytes], limits: Mapping[str, int] | None = None) -> list[Finding]:
    """Every fault of the files; an empty list when they can be deployed."""
    faults = Faults()
    build(files, limits or {}, faults)
    return faults.findings


class Case:
    """One case under a clock."""

    def __init__(self, definition: Definition, pid: str = "p", now: datetime = NOW, **control: Any) -> None:
        self.definition, self.now, self.calendar = definition, now, CALENDAR
        self.facts: list[Fact] = []
        self.folding = Folding()
        self.state: bytes | None = None
        self.waits = Waits()
        self.last: Step | None = None
        self.apply(Start(pid, control))

    def apply(self, stimulus: Stimulus) -> "Case":
        """One step, with the laws every step obeys."""
        step = advance(self.definition, self.state, stimulus, self.now, calendar=self.calendar)
        self.last, self.state, self.waits = step, step.state, step.waits
        self.facts += step.facts
        assert waits(self.definition, step.state) == step.waits
        for fact in step.facts:
            self.folding.see(fact)
        assert self.folding.waits() == step.waits
        return self

    def at(self, text: str) -> "Case":
        """Let time pass to an instant."""
        self.now = at(text)
        return self.apply(Tick())

    def do(self, element: str, item: str | None = None, **control: Any) -> "Case":
        """Complete the open task of an element."""
        return self.apply(Complete(self.task(element, item), control))

    def press(self, element: str, item: str | None = None, **control: Any) -> "Case":
        """Press a button."""
        return self.apply(Press(self.button(element, item), control))

    def deliver(self, element: str, **control: Any) -> "Case":
        """Deliver a message."""
        return self.apply(Deliver(_one([wait.key for wait in self.waits.messages], element, None), control))

    def done(self, element: str, **control: Any) -> "Case":
        """A job succeeded."""
        return self.apply(JobDone(self.job(element), control))

    def fail(self, element: str, code: str, **control: Any) -> "Case":
        """A job failed with an error code."""
        return self.apply(JobFailed(self.job(element), code, control))

    def grow(self, key: str, item: str) -> "Case":
        """One more instance."""
        return self.apply(AddItem(Key.parse(key), item))

    def task(self, element: str, item: str | None = None) -> Key:
        """The key of the open task of an element."""
        return _one([wait.key for wait in self.waits.tasks], element, item)

    def button(self, element: str, item: str | None = None) -> Key:
        """The key of the armed button of an element."""
        return _one([wait.key for wait in self.waits.buttons], element, item)

    def job(self, element: str) -> Key:
        """The key of the open job of an element."""
        return _one([wait.key for wait in self.waits.jobs], element, None)

    @property
    def open(self) -> list[str]:
        """The open tasks' elements, with their item."""
        return sorted(_short(wait.key) for wait in self.waits.tasks)

    @property
    def buttons(self) -> list[str]:
        """The armed buttons' elements."""
        return sorted(_short(wait.key) for wait in self.waits.buttons)

    def due(self, element: str) -> list[str]:
        """When the running deadlines of an element are due, in Beijing."""
        return sorted(local(wait.due_at) for wait in self.waits.deadlines if wait.key.element == element)

    def happened(self, kind: str) -> list[str]:
        """The elements (or names) of all facts of a kind, in order."""
        return [
            fact.key.element if fact.key else fact.detail.get("name", "") for fact in self.facts if fact.kind == kind
        ]

    def fact(self, kind: str) -> Fact:
        """The last fact of a kind."""
        return [fact for fact in self.facts if fact.kind == kind][-1]

    @property
    def milestones(self) -> dict[str, str]:
        """The case's milestones in Beijing time."""
        return {name: local(reached) for name, reached in self.waits.milestones.items()}

    @property
    def control(self) -> dict[str, Any]:
        """The outermost scope's control data."""
        return dict(self.waits.control)

    @property
    def exit(self) -> str | None:
        """The lawful exit reached."""
        return self.last.exit if self.last else None

    @property
    def ended(self) -> bool:
        """Whether the case is over."""
        return self.last is not None and self.last.ended


def local(instant: datetime) -> str:
    """`2026-11-05 12:00` in Beijing."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def _short(key: Key) -> str:
    return key.element if key.item is None else f"{key.element}({key.item})"


def _one(keys: list[Key], element: str, item: str | None) -> Key:
    found = [key for key in keys if key.element == element and item in (None, key.item)]
    assert found, f"{element} is not open; open are {[str(key) for key in keys]}"
    return found[0]
