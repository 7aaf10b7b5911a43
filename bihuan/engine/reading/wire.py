"""Turning the model's nodes into the engine's elements, and connecting them."""

from collections.abc import Mapping

from bihuan.engine.decisions import Table
from bihuan.engine.elements.base import Element, Outgoing
from bihuan.engine.elements.bodies import Each
from bihuan.engine.elements.boundary import Together
from bihuan.engine.elements.gateways import Exclusive, Parallel
from bihuan.engine.expressions import Expression
from bihuan.engine.info import ElementInfo
from bihuan.engine.reading.faults import Faults
from bihuan.engine.reading.make import Maker
from bihuan.engine.reading.model import Body, Node, Process
from bihuan.engine.reading.texts import Texts
from bihuan.engine.spiff import WorkflowSpec


def body_name(process: Process, holder: Node | None) -> str:
    """The name of a body's spec: the process, or the sub-process in it."""
    return process.id if holder is None else f"{process.id}/{holder.id}"


class Wiring:
    """Collects specs, element infos and names while the processes are added, and connects them at the end."""

    def __init__(
        self, processes: Mapping[str, Process], tables: Mapping[str, Table], limits: Mapping[str, int], faults: Faults
    ) -> None:
        self.processes, self.tables, self.limits, self.faults = processes, tables, limits, faults
        self.specs: dict[str, WorkflowSpec] = {}
        self.elements: dict[tuple[str, str], ElementInfo] = {}
        self.read: set[str] = set()
        self.written: set[str] = set()
        self._conditions: dict[tuple[str, str], Expression] = {}

    def add(self, process: Process) -> None:
        """Make the elements of one process; faults are added, not raised."""
        around = process.around()
        for body, holder in process.bodies():
            spec = WorkflowSpec(body_name(process, holder))
            spec.data_objects = {}
            self.specs[body_name(process, holder)] = spec
            within = self.elements[process.id, holder.id] if holder else None
            for node in body.nodes.values():
                texts = Texts(process, node, self.processes, around, self.limits, self.faults, self.read)
                made = Maker(process, body, node, within, texts, self.tables, self.processes, self.faults, self.written)
                element = made.make(spec)
                self.elements[process.id, node.id] = made.info
                if element is not None and node.instances:
                    made.each(spec, element)
            self._read_conditions(process, body, around)

    def _read_conditions(self, process: Process, body: Body, around: dict[str, set[str]]) -> None:
        for flow in body.flows:
            source = body.nodes.get(flow.source)
            if flow.condition is not None and source is not None:
                where = Node("sequenceFlow", flow.id, flow.name)
                near = {flow.id: around.get(flow.source, set())}
                texts = Texts(process, where, self.processes, near, self.limits, self.faults, self.read)
                condition = texts.expression(flow.condition, "条件")
                if condition is not None:
                    self._conditions[process.id, flow.id] = condition

    def connect(self) -> None:
        """Connect what was made; only for files without faults."""
        for process in self.processes.values():
            for body, holder in process.bodies():
                self._connect_body(process, body, self.specs[body_name(process, holder)])

    def _connect_body(self, process: Process, body: Body, spec: WorkflowSpec) -> None:
        made: dict[str, Element] = {node: spec.task_specs[node] for node in body.nodes}
        entries = dict(made)
        for node in body.nodes.values():
            events = [made[event.id] for event in body.events_on(node.id)]
            if events:
                entries[node.id] = Together(spec, f"{node.id} +", made[node.id], events)
        for node in body.nodes.values():
            element = made[node.id]
            element.outgoing = tuple(
                Outgoing(flow.id, entries[flow.target], self._conditions.get((process.id, flow.id)))
                for flow in body.outgoing(node.id)
            )
            if isinstance(element, Parallel):
                element.incoming = frozenset(flow.id for flow in body.incoming(node.id))
            if isinstance(element, Exclusive):
                element.default = node.attributes.get("default")
        spec.start = entries[body.starts()[0].id]


__all__ = ["Each", "Wiring", "body_name"]
