"""The tree of tokens of one case: SpiffWorkflow's tasks and workflows, made deterministic and cheap.

A `Token` is one task of Spiff's tree; a `Flow` is one running body: the case itself (`CaseFlow`), or a sub-process or
called process (`BodyFlow`), which stands on the token that started it (`host`). What differs from Spiff's own classes:

- ids are counted per case, so that two runs are equal (Spiff's are random);
- nothing is predicted: a token exists only once it is there, so a state stays small and nothing scans the future;
- automatic tokens queue on the case's agenda as they become ready, so nothing looks for them;
- data lives in scopes (scopes.py) and is not copied from token to token.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from bihuan.engine import spiff

if TYPE_CHECKING:
    from bihuan.engine.elements.base import Element
    from bihuan.engine.moment import Moment


class Token(spiff.Task):
    """One token on one element. `internal_data`: what the element froze on entering; `data`: a scope's control data."""

    task_spec: "Element"
    workflow: "Flow"
    internal_data: dict[str, Any]

    def __init__(self, workflow: "Flow", task_spec: "Element", parent: "Token | None" = None) -> None:
        self.id: int = workflow.top_workflow.next_id()
        self.workflow, self.task_spec = workflow, task_spec
        self._parent: int | None = parent.id if parent is not None else None
        self._children: list[int] = []
        self._state = spiff.FUTURE
        self.data, self.internal_data = {}, {}
        self.milestones: dict[str, datetime] = {}
        self.triggered, self.thread_id, self.last_state_change = False, 0, 0.0
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._children.append(self.id)

    @property
    def moment(self) -> "Moment":
        """The step this token is being moved in."""
        return self.workflow.top_workflow.moment

    @property
    def up(self) -> "Token | None":
        """The parent in the same flow."""
        return None if self._parent is None else self.workflow.tasks[self._parent]

    @property
    def below(self) -> list["Token"]:
        """The children, in the order they came."""
        tasks = self.workflow.tasks
        return [tasks[child] for child in self._children]

    @property
    def waiting(self) -> bool:
        """Whether the token waits for a deed, a message or an instant."""
        return self._state == spiff.WAITING

    @property
    def finished(self) -> bool:
        """Whether the token has completed or was taken away."""
        return bool(self._state & spiff.FINISHED)

    def add(self, spec: "Element", **internal: Any) -> "Token":
        """A new child on `spec`, not yet entered."""
        child = Token(self.workflow, spec, self)
        child.internal_data.update(internal)
        return child

    def enter(self) -> None:
        """Let the element begin: it opens its wait, or becomes ready to run."""
        self.task_spec._update(self)

    def wait(self, state: int = spiff.WAITING) -> None:
        """Stay here until a deed ends it."""
        self._state = state

    def finish(self) -> None:
        """End the wait and go on."""
        self._state = spiff.READY
        self.run()

    def run(self) -> None:
        """Run a ready element; any other is left alone (Spiff would run a completed task again)."""
        if self._state != spiff.READY:
            return
        self.task_spec._run_hook(self)
        if self._state == spiff.READY:  # an error end takes itself away with all it leaves
            self.complete()

    def cancel(self) -> None:
        """Take the token away; what it waited for is over."""
        if not self._state & spiff.FINISHED:
            self._state = spiff.CANCELLED
            self.task_spec._on_cancel(self)

    def merge(self) -> None:
        """Become part of another token, at a join."""
        self._state = spiff.CANCELLED

    def _set_state(self, value: int) -> None:
        """Spiff's setter, without its clock and its log."""
        self._state = value


class CaseFlow(spiff.BpmnWorkflow):
    """One case in memory, for one step. `counts` numbers each element's waits; `exit` is the lawful exit reached."""

    tasks: dict[int, Token]
    subprocesses: dict[int, "BodyFlow"]
    task_tree: Token
    top_workflow: "CaseFlow"
    host: None = None
    isolated = True

    def __init__(self, spec: spiff.WorkflowSpec, bodies: Mapping[str, spiff.WorkflowSpec], moment: "Moment") -> None:
        super().__init__(spec, bodies, script_engine=moment, deserializing=True)
        self.bodies, self.moment = bodies, moment
        self.milestones: dict[str, datetime] = {}
        self.counts: dict[str, int] = {}
        self.exit: str | None = None
        self.agenda: deque[Token] = deque()
        self.last_of_all: deque[Token] = deque()
        self.ids = 0

    def next_id(self) -> int:
        """A number for the next token."""
        self.ids += 1
        return self.ids

    def flows(self) -> list["Flow"]:
        """The case and every body running in it, the outer before the inner."""
        return [self, *self.subprocesses.values()]

    def find(self) -> Iterator[Token]:
        """Every token there is, in a steady order."""
        for flow in self.flows():
            yield from flow.tasks.values()

    def next_automatic(self) -> Token | None:
        """The next token to run by itself. Ends that cancel (terminate, error) come when all else is done."""
        if self.agenda:
            return self.agenda.popleft()
        return self.last_of_all.popleft() if self.last_of_all else None

    def over(self) -> None:
        """The last token is gone: the case ends."""
        self.completed = True

    def _task_completed_notify(self, task: Token) -> None:
        """Spiff would look through all waiting tasks here."""


class BodyFlow(spiff.BpmnSubWorkflow):
    """One running sub-process or called process, on the token that started it."""

    tasks: dict[int, Token]
    task_tree: Token
    top_workflow: CaseFlow

    def __init__(self, spec: spiff.WorkflowSpec, host: Token, isolated: bool) -> None:
        self.host, self.isolated = host, isolated
        self.milestones: dict[str, datetime] = {}
        super().__init__(spec, host.id, host.workflow.top_workflow, deserializing=True)
        self.top_workflow.subprocesses[host.id] = self

    def over(self) -> None:
        """The last token is gone: the activity that holds this body is done."""
        self.completed = True
        self.host.task_spec.body_done(self.host, self)
        self.leave()

    def leave(self) -> None:
        """Forget the body; its tokens are finished."""
        self.top_workflow.subprocesses.pop(self.host.id, None)

    def _calculate_depth(self) -> int:
        return 0

    def _task_completed_notify(self, task: Token) -> None:
        """Spiff would look through all waiting tasks here."""


Flow: TypeAlias = CaseFlow | BodyFlow


def begin(flow: Flow) -> None:
    """Put the first token on the start event."""
    flow.task_tree = Token(flow, flow.spec.start)
    flow.task_tree.enter()


def end_if_over(flow: Flow) -> None:
    """End the flow when no token is left in it."""
    if not flow.completed and all(token.finished for token in flow.tasks.values()):
        flow.over()


def cancel_all(flow: Flow) -> None:
    """Take away every token of the flow, the newest first, and of the bodies inside."""
    for token in reversed(list(flow.tasks.values())):
        token.cancel()


def lineage(token: Token | None) -> Iterator[Token]:
    """The token, what it came from, and on through the activities around up to the root of the case."""
    while token is not None:
        yield token
        token = token.up or token.workflow.host
