"""What a step says happened, in order, and what it leaves waiting. Frozen data; the store writes it down, pages show
it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bihuan.domain.ids import Key


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened. `at` is event time: a late timer and all that follows from it take the due time."""

    kind: str
    key: Key | None
    at: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task (待办任务) somebody has to do. `deadline` is the limit that governs it, also when it has passed."""

    key: Key
    name: str
    form: str | None
    groups: tuple[str, ...]
    lane: str | None
    clause: str
    signature: bool
    deadline: Key | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenButton:
    """A button on the page of a task (`on`), or a wait for somebody outside (`on` is None). `until` is exclusive."""

    key: Key
    name: str
    form: str | None
    audience: tuple[str, ...]
    on: Key | None
    interrupting: bool
    until: datetime | None
    clause: str


@dataclass(frozen=True, slots=True)
class OpenDeadline:
    """A timer that will fire at `due_at` unless its activity (`on`) is finished before."""

    key: Key
    name: str
    due_at: datetime
    on: Key | None
    interrupting: bool
    internal: bool
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class OpenJob:
    """A service task whose handler has to answer."""

    key: Key
    topic: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message of another case that is waited for."""

    key: Key
    name: str
    correlation_key: str | None


@dataclass(frozen=True, slots=True)
class Waits:
    """Everything a case waits for, its milestones (里程碑) and the control data of its outermost scope."""

    tasks: tuple[OpenTask, ...] = ()
    buttons: tuple[OpenButton, ...] = ()
    deadlines: tuple[OpenDeadline, ...] = ()
    jobs: tuple[OpenJob, ...] = ()
    messages: tuple[Awaited, ...] = ()
    milestones: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    control: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    calls: Mapping[Key, tuple[tuple[str, str], ...]] = field(
        default_factory=lambda: MappingProxyType({}), compare=False
    )
    """Of each wait inside a called process the calls around it, process and element, the outermost first; facts do not
    tell them, nor does a step.
    """
    seen: Mapping[Key, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    """Of each task and button the control data an expression on it reads; no step tells them either."""


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of one stimulus: the state to store, the facts in order, what the case waits for now."""

    state: bytes
    facts: tuple[Fact, ...]
    waits: Waits
    exit: str | None
    ended: bool

    @property
    def opened(self) -> tuple[OpenTask, ...]:
        """The tasks that this step opened and that still wait."""
        opened = {fact.key for fact in self.facts if fact.kind == "task_opened"}
        return tuple(task for task in self.waits.tasks if task.key in opened)

    def opens_again(self, ended: Key) -> bool:
        """Whether the diagram led straight back: it opened the task that just ended once more, for the same item."""
        return any(
            (key.process, key.element, key.item) == (ended.process, ended.element, ended.item)
            for key in (task.key for task in self.opened)
        )
