"""What all elements share: the life of a token on an element, and how it goes on along the sequence flows."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from bihuan.engine import scopes, spiff
from bihuan.engine.expressions import Expression
from bihuan.engine.facts import Awaited, OpenButton, OpenDeadline, OpenJob, OpenTask
from bihuan.engine.info import ElementInfo
from bihuan.engine.tree import BodyFlow, Token, end_if_over

CALENDAR = "calendar"
"""Why a deadline or a last moment moved, or stayed, when the calendar changed."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A sequence flow out of an element: its id, the spec it enters, its condition."""

    flow: str
    target: "Element"
    condition: Expression | None = None


class Element(spiff.TaskSpec):
    """An element of the dialect. Subclasses say what happens on entering, on running and on cancelling.

    A token enters; the element either waits (`Token.wait`) or lets it become ready, and then it runs by itself from the
    case's agenda. When it completes, followers are entered along the sequence flows.
    """

    bpmn_id: str
    opens_scope = False
    """Control data set below a token here stays below it."""
    on_boundary = False
    is_timer = False
    holds_activity = False
    first_wins = False
    arms_again = False
    isolated = False
    runs_last = False
    """An end that cancels: it waits until everything else that is automatic has happened."""
    followers_wait_together = False
    """The children belong together (an activity and its boundary events): prune keeps the token while they wait."""

    def __init__(self, wf_spec: spiff.WorkflowSpec, name: str, info: ElementInfo) -> None:
        super().__init__(wf_spec, name, bpmn_name=info.name, lane=info.lane)
        self.info, self.process, self.bpmn_id = info, info.process, info.id
        self.outgoing: tuple[Outgoing, ...] = ()

    def test(self) -> None:
        """Nothing: the parser has proved the graph (Spiff would check each time a token is ready)."""

    def _predict(self, my_task: Token, *_: Any, **__: Any) -> None:
        """Nothing is predicted."""

    def _update_hook(self, my_task: Token) -> bool:
        """Enter the element. True: the token is ready to run."""
        return True

    def _on_ready_hook(self, my_task: Token) -> None:
        case = my_task.workflow.top_workflow
        (case.last_of_all if self.runs_last else case.agenda).append(my_task)

    def _run_hook(self, my_task: Token) -> bool:
        """Do what the element does when it runs."""
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        """Leave the element: what stood on it ends, its milestones are reached before the followers are entered."""
        self.left(my_task)
        self.reach_milestones(my_task)
        self.go_on(my_task)

    def left(self, token: Token) -> None:
        """The token is done here: tell the activity around (boundary events, multi-instance) about it."""
        if token.up is not None:
            token.up.task_spec.child_left(token.up, token)

    def child_left(self, token: Token, child: Token) -> None:
        """A child completed. Only what holds children together cares."""

    def reach_milestones(self, token: Token) -> None:
        """Set this element's milestones (里程碑)."""
        for name in self.info.milestones:
            scopes.reach(token, name)

    def go_on(self, token: Token) -> None:
        """Enter what follows; with nothing to follow, see whether the body is over."""
        for way in self.ways(token):
            token.moment.followed(self.process, way.flow)
            token.add(way.target, flow=way.flow)
        if not self.outgoing:
            end_if_over(token.workflow)

    def ways(self, token: Token) -> tuple[Outgoing, ...]:
        """The sequence flows to take."""
        return self.outgoing

    def body_done(self, token: Token, body: BodyFlow) -> None:
        """The body on this token has ended."""

    def waits_for(self, token: Token) -> "Wait | None":
        """What a waiting token waits for, as callers see it."""
        return None

    def catches(self, code: str) -> bool:
        """Whether the element takes an error with this code."""
        return False

    def _on_cancel(self, my_task: Token) -> None:
        """The token was taken away."""


Wait: TypeAlias = OpenTask | OpenButton | OpenDeadline | OpenJob | Awaited


class Passing(Element):
    """An automatic element: its name is on the path."""

    def _run_hook(self, my_task: Token) -> bool:
        my_task.moment.passed(self.process, self.bpmn_id)
        return True
