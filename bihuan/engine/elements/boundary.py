"""Boundary events: an activity and the events on its edge, armed together and ended together."""

from bihuan.engine import keys
from bihuan.engine.around import activity_of, events_on
from bihuan.engine.elements.base import Element
from bihuan.engine.info import ElementInfo
from bihuan.engine.spiff import WorkflowSpec
from bihuan.engine.tree import Token


class Together(Element):
    """Stands before an activity with boundary events: arms its timers, opens the activity, then arms its buttons.

    Timers come first: a task says from its first moment which limit governs it, and a button's `until` may read a
    limit.
    """

    holds_activity = True

    def __init__(self, wf_spec: WorkflowSpec, name: str, activity: Element, events: list[Element]) -> None:
        super().__init__(wf_spec, name, activity.info)
        self.activity = activity
        timers = [event for event in events if event.is_timer]
        self.order = [*timers, activity, *(event for event in events if not event.is_timer)]

    def reach_milestones(self, token: Token) -> None:
        """None: the activity reaches them when it is done."""

    def go_on(self, token: Token) -> None:
        """Put a token on the activity and on each event."""
        for spec in self.order:
            child = token.add(spec)
            if spec is self.activity:  # before anything is armed: deadlines and buttons say what they are on
                keys.number(child)

    def child_left(self, token: Token, child: Token) -> None:
        """The activity is done: its events are over."""
        if not child.task_spec.on_boundary:
            end_events(child)


def end_events(activity: Token) -> None:
    """Take away the events still waiting on an activity."""
    for event in events_on(activity):
        if event.waiting:
            event.cancel()


class Boundary(Element):
    """What all boundary events share. Interrupting ones take the activity away; others start a side branch (旁路)."""

    on_boundary = True

    def __init__(self, wf_spec: WorkflowSpec, name: str, info: ElementInfo) -> None:
        super().__init__(wf_spec, name, info)
        self.interrupting = bool(info.interrupting)
        self.opens_scope = not self.interrupting
        self.arms_again = not self.interrupting and not self.is_timer

    def left(self, token: Token) -> None:
        """The event happened: if it interrupts, activity and sibling events end."""
        activity = activity_of(token)
        if self.interrupting and activity is not None:
            activity.cancel()
            end_events(activity)


class BoundaryError(Boundary):
    """Takes an error thrown inside its activity (错误边界事件)."""

    def _update_hook(self, my_task: Token) -> bool:
        my_task.wait()
        return False

    def catches(self, code: str) -> bool:
        """Whether this event takes that error; without a code of its own it takes all."""
        return self.info.error in (None, code)
