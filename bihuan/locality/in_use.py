"""Which of the shared diagrams under `common/` a locality uses: those its own diagrams call, and what these call.

What a locality does not call is none of its business: the units, forms and limits of it need not exist there.
"""

from collections.abc import Iterator, Mapping

from bihuan.engine.reading.bpmn import Reader
from bihuan.engine.reading.faults import Faults
from bihuan.engine.reading.model import Process
from bihuan.engine.reading.xml import Unreadable, read
from bihuan.locality.files import COMMON, Files


def in_use(diagrams: Files) -> Mapping[str, bytes]:
    """The diagrams without the shared ones that nobody calls; one that cannot be read stays, for its faults."""
    processes = {file: list(_processes(file, content)) for file, content in diagrams.items() if file.endswith(".bpmn")}
    kept = {file for file, found in processes.items() if not file.startswith(f"{COMMON}/") or not found}
    while called := {
        file
        for file, found in processes.items()
        if file not in kept and {process.id for process in found} & _called_from(processes, kept)
    }:
        kept |= called
    return {file: content for file, content in diagrams.items() if file in kept or not file.endswith(".bpmn")}


def _processes(file: str, content: bytes) -> Iterator[Process]:
    try:
        yield from Reader(file, read(content), Faults()).processes()
    except Unreadable:
        return


def _called_from(processes: Mapping[str, list[Process]], files: set[str]) -> set[str]:
    return {
        node.attributes.get("calledElement", "")
        for file in files
        for process in processes[file]
        for body, _ in process.bodies()
        for node in body.nodes.values()
    }
