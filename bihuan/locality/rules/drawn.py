"""A folder as the rules see it: the locality, its diagrams as drawn, and the way from one element to the next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bihuan.engine.decisions import Table
from bihuan.engine.expressions import Expression, Unsafe, expression_of
from bihuan.engine.reading.build import Built
from bihuan.engine.reading.model import Body, Node, Process
from bihuan.locality.folder import Locality

EXPRESSIONS = ("audience", "until", "requires", "payload", "correlation_key", "to")
"""The properties of an element that are expressions."""


class Fault(NamedTuple):
    """What a rule found: where, what is wrong, and how to put it right (Chinese)."""

    file: str
    element: str
    name: str
    fault: str
    cure: str


@dataclass(frozen=True, slots=True)
class Place:
    """An element where it stands: its process, its body, and the sub-processes around it, the innermost first."""

    process: Process
    body: Body
    node: Node
    around: tuple["Place", ...] = ()

    def fault(self, fault: str, cure: str) -> Fault:
        """A fault of this element."""
        return Fault(self.process.file, self.node.id, self.node.name, fault, cure)

    @property
    def groups(self) -> str:
        """Whom a user task or an outside wait is for, as written; empty for anything else."""
        return self.node.camunda.get("candidateGroups") or self.node.properties.get("audience") or ""

    @property
    def form(self) -> str:
        """The form a task, button or wait names; empty when none."""
        return self.node.camunda.get("formKey") or self.node.properties.get("form") or ""

    @property
    def lane(self) -> str | None:
        return self.process.lanes.get(self.node.id)

    @property
    def message(self) -> str:
        """The name of the message it throws or waits for."""
        return self.process.messages.get(self.node.reference or "", "") if self.node.event == "message" else ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Everything the rules look at. `read` and `written`: the names that diagrams read, and set themselves; `calls`:
    the call activities by the process they call.
    """

    locality: Locality
    places: Mapping[tuple[str, str], Place]
    read: frozenset[str]
    written: frozenset[str]
    processes: Mapping[str, Process]
    calls: Mapping[str, Sequence[Place]]
    tables: Mapping[str, Table]

    def waits(self) -> Iterator[Place]:
        """Where a case waits for people: user tasks, messages from outside, event-based gateways."""
        for place in self.places.values():
            waiting = place.node.tag in ("userTask", "eventBasedGateway")
            message = place.node.tag == "intermediateCatchEvent" and place.node.event == "message"
            if waiting or (message and not _behind_a_gateway(place)):
                yield place

    def notices(self) -> Iterator[Place]:
        """The events that send a notice."""
        for place in self.places.values():
            if place.message == "notice" and place.node.tag in ("intermediateThrowEvent", "endEvent"):
                yield place

    def milestones(self) -> set[str]:
        """What elements set (里程碑)."""
        return {name for place in self.places.values() for name in place.node.properties.get("milestone", "").split()}

    def procedures(self) -> list[Process]:
        """The processes that cases follow from their first moment: those that no other calls (事项流程)."""
        return [process for process in self.processes.values() if process.id not in self.calls]

    def callers(self, process: Process) -> Sequence[Place]:
        """The call activities that call a process."""
        return self.calls.get(process.id, ())

    def at(self, process: Process, node: str) -> Place:
        return self.places[process.id, node]


def draw(locality: Locality, built: Built) -> Drawn:
    """The folder for the rules, as far as its diagrams could be read; what could not be is the engine's to say."""
    places = {
        (process.id, place.node.id): place
        for process in built.drawn.values()
        for place in _places(process, process.body, ())
    }
    calls: dict[str, list[Place]] = {}
    for place in places.values():
        calls.setdefault(place.node.attributes.get("calledElement", ""), []).append(place)
    return Drawn(locality, places, built.read, built.written, built.drawn, calls, built.tables)


def expressions(place: Place) -> Iterator[tuple[str, Expression]]:
    """The expressions written on an element and on the flows that leave it, with what they are; bad ones left out."""
    node = place.node
    texts = [(name, node.properties[name]) for name in EXPRESSIONS if name in node.properties]
    texts += [("timeDate", node.date or ""), ("collection", node.collection or "")]
    texts += [("in", source) for source, _ in node.ins]
    texts += [("candidateGroups", node.camunda.get("candidateGroups", ""))]
    texts += [("condition", flow.condition or "") for flow in place.body.outgoing(node.id)]
    for what, text in texts:
        if not text or (what in ("candidateGroups", "audience") and "${" not in text):
            continue
        try:
            yield what, expression_of(text)
        except Unsafe:
            continue


def _places(process: Process, body: Body, around: tuple[Place, ...]) -> Iterator[Place]:
    for node in body.nodes.values():
        place = Place(process, body, node, around)
        yield place
        if node.body is not None:
            yield from _places(process, node.body, (place, *around))


def _behind_a_gateway(place: Place) -> bool:
    sources = (place.body.nodes.get(flow.source) for flow in place.body.incoming(place.node.id))
    return any(source is not None and source.tag == "eventBasedGateway" for source in sources)
