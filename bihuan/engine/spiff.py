"""The part of SpiffWorkflow the engine stands on, with types: a tree of tasks, their states, specs and their life
cycle. Nothing else of the engine imports SpiffWorkflow.

Left aside, because each is wrong for cases that live for months among many workers: the event manager (broadcasts),
timers (read the clock, fire out of order), event gateway (loses the second timer), multi-instance (never completes on
another worker), joins (count earlier rounds of a loop), call data (copies everything), DMN (never matches lists),
prediction and serialiser (grow with the history). Each has a test of its own that says so (tests/engine, "where stock
…").
"""

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

FUTURE: int = TaskState.FUTURE
WAITING: int = TaskState.WAITING
READY: int = TaskState.READY
STARTED: int = TaskState.STARTED
COMPLETED: int = TaskState.COMPLETED
CANCELLED: int = TaskState.CANCELLED
FINISHED: int = TaskState.FINISHED_MASK

if TYPE_CHECKING:

    class Task:
        """SpiffWorkflow.task.Task, as far as we use it."""

        id: Any
        workflow: Any
        task_spec: Any
        data: dict[str, Any]
        internal_data: dict[str, Any]
        triggered: bool
        thread_id: int
        last_state_change: float
        _parent: Any
        _children: list[Any]
        _state: int

        def run(self) -> bool | None: ...
        def cancel(self) -> None: ...
        def complete(self) -> None: ...
        def _ready(self) -> None: ...

    class TaskSpec:
        """SpiffWorkflow.bpmn's BpmnSpecMixin: a task spec that stands for an element drawn in the diagram."""

        name: str
        bpmn_id: str | None
        bpmn_name: str | None
        lane: str | None
        manual: bool

        def __init__(self, wf_spec: "WorkflowSpec", bpmn_id: str, **kwargs: Any) -> None: ...
        def connect(self, taskspec: "TaskSpec") -> None: ...
        def _update(self, my_task: Any) -> None: ...
        def _on_complete(self, my_task: Any) -> None: ...

    class WorkflowSpec:
        """SpiffWorkflow.specs.WorkflowSpec: the task specs of one process or one sub-process."""

        name: str
        start: Any
        task_specs: dict[str, Any]
        data_objects: dict[str, Any]

        def __init__(self, name: str | None = None, filename: str | None = None) -> None: ...

    class BpmnWorkflow:
        """SpiffWorkflow.bpmn.BpmnWorkflow: one running process with the sub-processes in it."""

        spec: Any
        data: dict[str, Any]
        tasks: dict[int, Any]
        task_tree: Any
        completed: bool
        subprocesses: dict[int, Any]

        def __init__(
            self, spec: Any, subprocess_specs: Any = None, script_engine: Any = None, **kwargs: Any
        ) -> None: ...

    class BpmnSubWorkflow:
        """SpiffWorkflow.bpmn.util.subworkflow.BpmnSubWorkflow: one running sub-process or called process."""

        spec: Any
        data: dict[str, Any]
        tasks: dict[int, Any]
        task_tree: Any
        completed: bool
        top_workflow: Any

        def __init__(self, spec: Any, parent_task_id: int, top_workflow: Any, **kwargs: Any) -> None: ...

else:
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin as TaskSpec
    from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
    from SpiffWorkflow.specs import WorkflowSpec
    from SpiffWorkflow.task import Task

__all__ = [
    "CANCELLED",
    "COMPLETED",
    "FINISHED",
    "FUTURE",
    "READY",
    "STARTED",
    "WAITING",
    "BpmnSubWorkflow",
    "BpmnWorkflow",
    "Task",
    "TaskSpec",
    "WorkflowSpec",
]
