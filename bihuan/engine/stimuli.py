"""What can happen to a case from outside. Each ends or adds to exactly one wait, by its key; nothing is broadcast.

`control` holds control scalars only (decision, class, unit ids, dates as ISO text): forms, texts and people never
enter the engine.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from bihuan.domain.control import Control
from bihuan.domain.ids import Key


@dataclass(frozen=True, slots=True)
class Start:
    """A case begins: the process it follows and what it knows from the first moment."""

    process: str
    control: Control = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Complete:
    """A person finished a user task (待办任务)."""

    key: Key
    control: Control = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Press:
    """A person pressed a button (按钮) of a task, or answered a wait that has an audience (评价)."""

    key: Key
    control: Control = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deliver:
    """A message of another case reached the wait for it."""

    key: Key
    control: Control = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobDone:
    """A service task's handler succeeded."""

    key: Key
    control: Control = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobFailed:
    """A service task's handler reports a BPMN error; uncaught, the job stays and the fact says so."""

    key: Key
    code: str
    control: Control = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddItem:
    """One more instance of a running multi-instance (加签). `key`: the multi-instance's own, or that of any wait
    inside it.
    """

    key: Key
    item: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: whatever is due fires, nothing else happens."""


@dataclass(frozen=True, slots=True)
class Recount:
    """The calendar has changed (日历调整): every deadline to come is counted again, by its own rule and beginning."""


Stimulus: TypeAlias = Start | Complete | Press | Deliver | JobDone | JobFailed | AddItem | Tick | Recount
