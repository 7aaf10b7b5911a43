"""A diagram as it is drawn: processes, bodies, nodes and flows, before anything is judged or built."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class SequenceFlow:
    """A sequence flow."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None


@dataclass(slots=True)
class Node:
    """One flow element: what it is, where, and everything its owner wrote on it."""

    tag: str
    id: str
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    camunda: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    documentation: str = ""
    event: str = ""
    reference: str | None = None
    date: str | None = None
    collection: str | None = None
    variable: str | None = None
    instances: bool = False
    ins: list[tuple[str, str]] = field(default_factory=list)
    outs: list[tuple[str, str]] = field(default_factory=list)
    body: "Body | None" = None

    @property
    def on(self) -> str | None:
        """The activity a boundary event is attached to."""
        return self.attributes.get("attachedToRef")

    @property
    def interrupting(self) -> bool | None:
        """Whether a boundary event interrupts; None for anything else."""
        return self.attributes.get("cancelActivity", "true") != "false" if self.tag == "boundaryEvent" else None


@dataclass(slots=True)
class Body:
    """A process, or an embedded sub-process: its nodes and flows in the order of the file."""

    id: str
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[SequenceFlow] = field(default_factory=list)
    _out: dict[str, list[SequenceFlow]] = field(default_factory=dict)
    _into: dict[str, list[SequenceFlow]] = field(default_factory=dict)
    _events: dict[str, list[Node]] = field(default_factory=dict)

    def add_node(self, node: Node) -> None:
        """One more node; a doubled id keeps the first."""
        if self.nodes.setdefault(node.id, node) is node and node.tag == "boundaryEvent" and node.on:
            self._events.setdefault(node.on, []).append(node)

    def add_flow(self, flow: SequenceFlow) -> None:
        """One more sequence flow."""
        self.flows.append(flow)
        self._out.setdefault(flow.source, []).append(flow)
        self._into.setdefault(flow.target, []).append(flow)

    def outgoing(self, node: str) -> list[SequenceFlow]:
        """The flows that leave a node."""
        return self._out.get(node, [])

    def incoming(self, node: str) -> list[SequenceFlow]:
        """The flows that enter a node."""
        return self._into.get(node, [])

    def events_on(self, node: str) -> list[Node]:
        """The boundary events attached to a node."""
        return self._events.get(node, [])

    def following(self, node: str) -> list[str]:
        """What can come directly after a node: along its flows, and out of the events on it."""
        return [flow.target for flow in self.outgoing(node)] + [event.id for event in self.events_on(node)]

    def reached(self, starts: Iterable[str], without: str | None = None) -> set[str]:
        """The nodes that can be reached from some, counting boundary events as following their activity."""
        seen: set[str] = set()
        todo = list(starts)
        while todo:
            node = todo.pop()
            if node not in seen and node != without and node in self.nodes:
                seen.add(node)
                todo += self.following(node)
        return seen

    def starts(self) -> list[Node]:
        """The start events."""
        return [node for node in self.nodes.values() if node.tag == "startEvent"]


@dataclass(slots=True)
class Process:
    """One process of a file, with the messages, errors and lanes it refers to."""

    id: str
    name: str
    file: str
    body: Body
    documentation: str = ""
    lanes: dict[str, str] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def bodies(self) -> Iterator[tuple[Body, Node | None]]:
        """The process' own body and those of its sub-processes, each with the node that holds it."""
        todo: list[tuple[Body, Node | None]] = [(self.body, None)]
        while todo:
            body, holder = todo.pop(0)
            yield body, holder
            todo += [(node.body, node) for node in body.nodes.values() if node.body is not None]

    def around(self) -> dict[str, set[str]]:
        """For each element, the activities around it: those that hold it, and those whose edge its branch starts on."""
        found: dict[str, set[str]] = {}
        for body, holder in self.bodies():
            outside = found.get(holder.id, set()) | {holder.id} if holder else set()
            for node in body.nodes.values():
                found.setdefault(node.id, set()).update(outside)
            for event in body.nodes.values():
                if event.tag == "boundaryEvent" and event.on:
                    for each in body.reached([event.id]):
                        found[each].add(event.on)
        return found

    def nodes(self) -> Iterator[tuple[Body, Node]]:
        """Every node with the body it stands in."""
        for body, _ in self.bodies():
            for node in body.nodes.values():
                yield body, node
