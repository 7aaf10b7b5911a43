"""What a diagram says of its processes and elements, without any case: for pages, checks and documentation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """A process (流程) of a deployment: its Chinese name and the file it is drawn in."""

    id: str
    name: str
    file: str
    documentation: str = ""
    start: str = ""
    called_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowInfo:
    """A sequence flow as drawn, out of an element: where it leads, and when it is taken."""

    id: str
    name: str
    target: str
    condition: str | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class ElementInfo:
    """An element as drawn. `type` is its BPMN name, followed by what it reacts to: `userTask`, `boundaryEvent:timer`.

    `groups` and `audience` are the text of the diagram; a case freezes what they give when the wait opens.
    """

    process: str
    id: str
    type: str
    name: str = ""
    file: str = ""
    form: str | None = None
    clause: str = ""
    lane: str | None = None
    groups: str | None = None
    audience: str | None = None
    signature: bool = False
    exit: str | None = None
    milestones: tuple[str, ...] = ()
    documentation: str = ""
    internal: bool = False
    ladder: str | None = None
    on: str | None = None
    interrupting: bool | None = None
    inside: str | None = None
    timer: str | None = None
    until: str | None = None
    requires: str | None = None
    refusal: str | None = None
    message: str | None = None
    correlation_key: str | None = None
    payload: str | None = None
    error: str | None = None
    topic: str | None = None
    deadline: str | None = None
    to: str | None = None
    decision: str | None = None
    called: str | None = None
    ins: tuple[tuple[str, str], ...] = ()
    outs: tuple[tuple[str, str], ...] = ()
    collection: str | None = None
    variable: str | None = None
    collect: str | None = None
    terminate: bool = False
    properties: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    @property
    def said(self) -> str:
        """Its name for people; empty where it has none as drawn, and goes by its id."""
        return "" if self.name == self.id else self.name

    @property
    def kind(self) -> str:
        """`boundaryEvent` of `boundaryEvent:timer`."""
        return self.type.partition(":")[0]

    @property
    def event(self) -> str:
        """`timer` of `boundaryEvent:timer`; empty when the element reacts to nothing."""
        return self.type.partition(":")[2]
