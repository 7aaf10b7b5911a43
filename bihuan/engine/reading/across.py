"""Rules that cross the border of a process: calls, errors that climb out of them."""

from collections.abc import Mapping

from bihuan.engine.reading.faults import Faults
from bihuan.engine.reading.model import Body, Node, Process

MOST_CALLS = 8
"""Processes that call processes that call processes … no deeper than this."""


def check_across(processes: Mapping[str, Process], faults: Faults) -> None:
    """Find calls in a circle, and errors nobody catches."""
    calls = {
        process.id: {
            node.attributes.get("calledElement", "") for _, node in process.nodes() if node.tag == "callActivity"
        }
        for process in processes.values()
    }
    for process in processes.values():
        if process.id in _reached(calls, process.id):
            what = "流程直接或间接调用了自身"
            faults.add("D15", process.file, process.id, process.name, what, "请改用循环，或拆开流程")
            return
    depths: dict[str, int] = {}
    for process in processes.values():
        if _depth(calls, process.id, depths) == MOST_CALLS + 1:
            what = f"调用层数超过 {MOST_CALLS} 层"
            faults.add("D15", process.file, process.id, process.name, what, "请减少层层调用")
    called = set().union(*calls.values())
    escaping = _Escaping(processes)
    for process in processes.values():
        for node, code in escaping.of(process):
            if process.id not in called:
                what = f"错误“{code}”抛出后没有人接收"
                cure = "请在外层的子流程或调用活动上放错误边界事件"
                faults.add("D22", process.file, node.id, node.name, what, cure)


def _reached(calls: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = list(calls[start])
    while todo:
        each = todo.pop()
        if each not in seen:
            seen.add(each)
            todo += calls.get(each, ())
    return seen


def _depth(calls: Mapping[str, set[str]], process: str, known: dict[str, int]) -> int:
    """How many calls deep a process goes; nothing calls itself here. Counting stops one above what is allowed."""
    if process not in known:
        known[process] = 0
        below = [_depth(calls, each, known) for each in sorted(calls.get(process, ()))]
        known[process] = min(1 + max(below, default=-1), MOST_CALLS + 2)
    return known[process]


class _Escaping:
    """The errors that leave a process, each with the element they come from; each process is looked at once."""

    def __init__(self, processes: Mapping[str, Process]) -> None:
        self.processes = processes
        self.known: dict[str, list[tuple[Node, str]]] = {}

    def of(self, process: Process) -> list[tuple[Node, str]]:
        if process.id not in self.known:
            self.known[process.id] = self._body(process.body, process)
        return self.known[process.id]

    def _body(self, body: Body, process: Process) -> list[tuple[Node, str]]:
        found: list[tuple[Node, str]] = []
        for node in body.nodes.values():
            catching = [event for event in body.events_on(node.id) if event.event == "error"]
            codes = {process.errors.get(event.reference) if event.reference else None for event in catching}
            if None not in codes:
                found += [(where, code) for where, code in self._node(node, process) if code not in codes]
        return found

    def _node(self, node: Node, process: Process) -> list[tuple[Node, str]]:
        if node.tag == "endEvent" and node.event == "error":
            return [(node, process.errors.get(node.reference or "", ""))]
        if node.body is not None:
            return self._body(node.body, process)
        callee = self.processes.get(node.attributes.get("calledElement", ""))
        if node.tag == "callActivity" and callee is not None:
            return [(node, code) for code in sorted({code for _, code in self.of(callee)})]
        return []
