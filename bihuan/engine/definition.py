"""A deployment's diagrams and tables, parsed once and shared by all its cases: nothing in it ever changes."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bihuan.engine.info import ElementInfo, FlowInfo, ProcessInfo
from bihuan.engine.reading.build import Built, build
from bihuan.engine.reading.faults import Faults
from bihuan.engine.spiff import WorkflowSpec


class Definition:
    """Parsed diagrams. `specs` are the engine's own; everything else is for callers."""

    def __init__(
        self,
        processes: Mapping[str, ProcessInfo],
        elements: Mapping[tuple[str, str], ElementInfo],
        flows: Mapping[tuple[str, str], tuple[FlowInfo, ...]],
        specs: Mapping[str, WorkflowSpec],
        limits: Mapping[str, int],
    ) -> None:
        self.processes = MappingProxyType(dict(processes))
        self.specs, self.limits = specs, MappingProxyType(dict(limits))
        self._elements, self._flows = elements, flows

    @classmethod
    def parse(cls, files: Mapping[str, bytes], limits: Mapping[str, int] | None = None) -> "Definition":
        """Parse `*.bpmn` and `*.dmn` (path -> bytes). `limits`: the locality's internal limits, by name.

        Raises DiagramFaults with every fault there is, in the process owner's language.
        """
        faults = Faults()
        built = build(files, limits or {}, faults)
        faults.raise_if_any()
        return cls.of(built, limits or {})

    @classmethod
    def of(cls, built: Built, limits: Mapping[str, int]) -> "Definition":
        """What was built of files without a fault."""
        return cls(built.processes, built.elements, built.flows, built.specs, limits)

    def element(self, process: str, element: str) -> ElementInfo:
        """What is drawn there. Raises KeyError when nothing is."""
        return self._elements[process, element]

    def elements(self, process: str | None = None) -> Iterator[ElementInfo]:
        """Every element, of one process or of all, in the order of the files."""
        return (info for info in self._elements.values() if process in (None, info.process))

    def flows(self, process: str, element: str) -> tuple[FlowInfo, ...]:
        """The sequence flows out of an element, in the order of the file."""
        return self._flows.get((process, element), ())
