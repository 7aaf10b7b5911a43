"""The engine: executes diagrams as drawn. The only importer of SpiffWorkflow and lxml. Pure: no IO, no clock.

`advance(definition, state, stimulus, now, calendar=…)` is its one motion; `Definition.parse` reads the process owners'
files, and refuses what the engine cannot carry out faithfully. docs/dialect.md says what each element means.
"""

from bihuan.engine.advance import advance, waits
from bihuan.engine.definition import Definition
from bihuan.engine.errors import DiagramFault, DiagramFaults, ExecutionFault, Finding, NotOpen, Refused
from bihuan.engine.facts import Awaited, Fact, OpenButton, OpenDeadline, OpenJob, OpenTask, Step, Waits
from bihuan.engine.info import ElementInfo, ProcessInfo
from bihuan.engine.schedule import Schedule
from bihuan.engine.stimuli import (
    AddItem,
    Complete,
    Deliver,
    JobDone,
    JobFailed,
    Press,
    Recount,
    Start,
    Stimulus,
    Tick,
)

__all__ = [
    "AddItem",
    "Awaited",
    "Complete",
    "Definition",
    "Deliver",
    "DiagramFault",
    "DiagramFaults",
    "ElementInfo",
    "ExecutionFault",
    "Fact",
    "Finding",
    "JobDone",
    "JobFailed",
    "NotOpen",
    "OpenButton",
    "OpenDeadline",
    "OpenJob",
    "OpenTask",
    "Press",
    "ProcessInfo",
    "Recount",
    "Refused",
    "Schedule",
    "Start",
    "Step",
    "Stimulus",
    "Tick",
    "Waits",
    "advance",
    "waits",
]
