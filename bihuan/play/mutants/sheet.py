"""A diagram's file, to be changed in one place: each time from the same bytes, and whole again afterwards.

What a change leaves without a way to it is taken away as well, as its owner would who saw it on the canvas.
"""

from collections.abc import Callable, Iterator
from typing import Any

from bihuan.engine.reading.bpmn import NODES
from bihuan.engine.reading.xml import BPMN, local, read, written

Element = Any
"""An XML element; what it is made of is the engine's business."""

Change = Callable[[Element], None]


class Sheet:
    """One BPMN file."""

    def __init__(self, file: str, content: bytes) -> None:
        self.file, self._content = file, content
        self.root = read(content)

    def node(self, process: str, element: str) -> Element:
        """The flow element, for looking only."""
        return _found(self.root, process, element)

    def changed(self, process: str, element: str, change: Change) -> bytes:
        """The file with this done to the element, and what is no longer reached taken away."""
        root = read(self._content)
        node = _found(root, process, element)
        body = node.getparent()
        change(node)
        while body is not None and local(body) in ("process", "subProcess"):
            _prune(body)
            body = body.getparent()
        _tidy(root)
        return written(root)


def remove(node: Element) -> None:
    """Take an element away."""
    node.getparent().remove(node)


def _found(root: Element, process: str, element: str) -> Element:
    for body in root.findall(f"{{{BPMN}}}process"):
        if body.get("id") == process:
            for node in body.iter():
                if local(node) in NODES and node.get("id") == element:
                    return node
    raise KeyError(f"Expected {process}/{element} in the diagram, but it is not drawn")


def flows(body: Element) -> list[Element]:
    """The sequence flows of a body."""
    return list(body.findall(f"{{{BPMN}}}sequenceFlow"))


def _prune(body: Element) -> None:
    """Take away what no way from the start leads to any more, and flows with a loose end."""
    nodes = {node.get("id"): node for node in body if local(node) in NODES}
    ways: dict[str, list[str]] = {}
    for flow in flows(body):
        ways.setdefault(flow.get("sourceRef"), []).append(flow.get("targetRef"))
    for node in nodes.values():
        if local(node) == "boundaryEvent":
            ways.setdefault(node.get("attachedToRef"), []).append(node.get("id"))
    reached, todo = set(), [name for name, node in nodes.items() if local(node) == "startEvent"]
    while todo:
        name = todo.pop()
        if name in nodes and name not in reached:
            reached.add(name)
            todo += ways.get(name, [])
    for name in nodes.keys() - reached:
        body.remove(nodes[name])
    for flow in flows(body):
        if not {flow.get("sourceRef"), flow.get("targetRef")} <= reached:
            body.remove(flow)


def _tidy(root: Element) -> None:
    """No lane, association or way may speak of what is gone."""
    known = {node.get("id") for node in root.iter() if isinstance(node.tag, str)}
    for node in list(_pointers(root)):
        named = (node.text or "").strip() or node.get("sourceRef") or node.get("targetRef") or node.get("bpmnElement")
        if named not in known or (node.get("targetRef") or named) not in known:
            remove(node)


def _pointers(root: Element) -> Iterator[Element]:
    for name in ("flowNodeRef", "incoming", "outgoing", "association"):
        yield from root.iter(f"{{{BPMN}}}{name}")
    for node in root.iter():
        if local(node) in ("BPMNShape", "BPMNEdge"):
            yield node
