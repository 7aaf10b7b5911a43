"""Files into a deployment: reads them all, judges them all, and (when nothing is wrong) builds the specs the engine
runs.

1. Each file is read into the model (bpmn.py) or into tables (dmn.py).
2. Each process' connections are checked (graph.py), then its elements one by one (elements.py).
3. What crosses processes is checked: calls, errors that climb out, deadlines of callers (across.py).
4. The specs are connected along the sequence flows (wire.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bihuan.engine.decisions import Table
from bihuan.engine.info import ElementInfo, FlowInfo, ProcessInfo
from bihuan.engine.reading.across import check_across
from bihuan.engine.reading.bpmn import Reader
from bihuan.engine.reading.dmn import read_tables
from bihuan.engine.reading.faults import Faults
from bihuan.engine.reading.graph import check_graph
from bihuan.engine.reading.model import Body, Node, Process
from bihuan.engine.reading.wire import Wiring
from bihuan.engine.reading.xml import Unreadable, read
from bihuan.engine.spiff import WorkflowSpec

MOST_FILES = 100


@dataclass(slots=True)
class Built:
    """What the files came to."""

    processes: dict[str, ProcessInfo] = field(default_factory=dict)
    elements: dict[tuple[str, str], ElementInfo] = field(default_factory=dict)
    flows: dict[tuple[str, str], tuple[FlowInfo, ...]] = field(default_factory=dict)
    specs: dict[str, WorkflowSpec] = field(default_factory=dict)
    read: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    drawn: Mapping[str, Process] = field(default_factory=dict)
    """The processes as their owner drew them, for whoever judges more of them than the engine does."""
    tables: Mapping[str, Table] = field(default_factory=dict)


def build(files: Mapping[str, bytes], limits: Mapping[str, int], faults: Faults) -> Built:
    """Read, judge and build. The result is whole only when no fault was added."""
    processes, tables = _read_all(files, faults)
    wiring = Wiring(processes, tables, limits, faults)
    for process in processes.values():
        check_graph(process, faults)
        wiring.add(process)
    check_across(processes, faults)
    if not faults.findings:
        wiring.connect()
    return Built(
        _infos(processes),
        wiring.elements,
        {(process.id, node.id): _flows(body, node) for process in processes.values() for body, node in process.nodes()},
        wiring.specs,
        frozenset(wiring.read),
        frozenset(wiring.written),
        processes,
        tables,
    )


def _read_all(files: Mapping[str, bytes], faults: Faults) -> tuple[dict[str, Process], dict[str, Table]]:
    processes: dict[str, Process] = {}
    tables: dict[str, Table] = {}
    if len(files) > MOST_FILES:
        faults.add("D01", "", "", "", f"文件超过 {MOST_FILES} 个", "请减少文件")
        return processes, tables
    for file in sorted(files):
        try:
            root = read(files[file])
        except Unreadable as error:
            faults.add("D01", file, "", "", str(error), "请用建模工具重新保存文件")
            continue
        if file.endswith(".dmn"):
            for table in read_tables(file, root, faults):
                if table.id in tables:
                    faults.add("D20", file, table.id, table.name, f"决策表编号“{table.id}”重复", "请换一个编号")
                tables[table.id] = table
        else:
            for process in Reader(file, root, faults).processes():
                if process.id in processes:
                    cure = f"编号已用于 {processes[process.id].file}，请换一个"
                    faults.add("D04", file, process.id, process.name, f"流程编号“{process.id}”重复", cure)
                processes[process.id] = process
    return processes, tables


def _flows(body: Body, node: Node) -> tuple[FlowInfo, ...]:
    default = node.attributes.get("default")
    return tuple(
        FlowInfo(flow.id, flow.name, flow.target, flow.condition, flow.id == default) for flow in body.outgoing(node.id)
    )


def _infos(processes: Mapping[str, Process]) -> dict[str, ProcessInfo]:
    callers: dict[str, set[str]] = {}
    for process in processes.values():
        for _, node in process.nodes():
            callers.setdefault(node.attributes.get("calledElement", ""), set()).add(process.id)
    return {
        process.id: ProcessInfo(
            process.id, process.name, process.file, process.documentation,
            next((start.id for start in process.body.starts()), ""), tuple(sorted(callers.get(process.id, ()))),
        )
        for process in processes.values()
    }  # fmt: skip
