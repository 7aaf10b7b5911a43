"""Which of the shared diagrams under `common/` a locality uses: those its own diagrams call, and what these call.

What a locality does not call is none of its business: the units, forms and limits of it need not exist there.
"""

from collections.abc import Mapping
from typing import NamedTuple

from bihuan.engine.reading.xml import BPMN, Unreadable, bpmn, read
from bihuan.locality.files import COMMON, Files


class _Calls(NamedTuple):
    """The processes that a file draws, and those that it calls."""

    drawn: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()


def in_use(diagrams: Files) -> Mapping[str, bytes]:
    """The diagrams without the shared ones that nobody calls; one that cannot be read stays, for its faults."""
    calls = {file: _calls(content) for file, content in diagrams.items() if file.endswith(".bpmn")}
    kept = {file for file, found in calls.items() if not file.startswith(f"{COMMON}/") or not found.drawn}
    while more := {
        file for file, found in calls.items() if file not in kept and any(found.drawn & calls[by].called for by in kept)
    }:
        kept |= more
    return {file: content for file, content in diagrams.items() if file in kept or not file.endswith(".bpmn")}


def _calls(content: bytes) -> _Calls:
    try:
        root = read(content)
    except Unreadable:
        return _Calls()
    drawn = frozenset(str(process.get("id", "")) for process in bpmn(root, "process"))
    return _Calls(drawn, frozenset(str(call.get("calledElement", "")) for call in root.iter(f"{{{BPMN}}}callActivity")))
