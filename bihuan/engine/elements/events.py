"""Events on the way: start, end, and what a case waits for between two elements."""

from bihuan.engine import scopes
from bihuan.engine.around import catcher
from bihuan.engine.control import checked
from bihuan.engine.elements.base import Element, Passing
from bihuan.engine.elements.messages import Asked, Expected, Sender, payload_of
from bihuan.engine.elements.timers import Timer
from bihuan.engine.evaluate import fault
from bihuan.engine.expressions import Expression
from bihuan.engine.info import ElementInfo
from bihuan.engine.spiff import WorkflowSpec
from bihuan.engine.tree import Token, cancel_all


class Start(Passing):
    """Start event: passes at once. What starts a case (a person, a message, a date) is outside."""


class Mark(Passing):
    """Plain task: passes at once, for a milestone (Spiff's waits for a person)."""


class Ending(Passing):
    """End event: the token ends here. `exit` names a lawful exit of the case."""

    def _run_hook(self, my_task: Token) -> bool:
        if self.info.exit:
            my_task.workflow.top_workflow.exit = self.info.exit
        return super()._run_hook(my_task)


class End(Ending):
    """Plain end, or one that sends a message; the body goes on while tokens are left."""

    def __init__(self, wf_spec: WorkflowSpec, name: str, info: ElementInfo, sender: Sender | None) -> None:
        super().__init__(wf_spec, name, info)
        self.sender = sender

    def _run_hook(self, my_task: Token) -> bool:
        if self.sender:
            self.sender.send(my_task)
        return super()._run_hook(my_task)


class Terminate(Ending):
    """Terminate end (终止结束): ends its own body with everything still open in it."""

    runs_last = True

    def go_on(self, token: Token) -> None:
        """Take away what is left, and end the body."""
        cancel_all(token.workflow)
        super().go_on(token)


class ErrorEnd(Ending):
    """Error end: leaves its body for the nearest error boundary event around, which interrupts."""

    runs_last = True

    def __init__(self, wf_spec: WorkflowSpec, name: str, info: ElementInfo, payload: Expression | None) -> None:
        super().__init__(wf_spec, name, info)
        self.payload = payload

    def _run_hook(self, my_task: Token) -> bool:
        super()._run_hook(my_task)
        payload = checked(payload_of(my_task, self.payload))
        self.reach_milestones(my_task)
        if not throw(my_task, self.info.error or "", payload):
            raise fault(my_task, f"nobody catches error {self.info.error}")
        return True


def throw(token: Token, code: str, payload: dict[str, object]) -> bool:
    """Take the nearest error boundary event around; its flow goes on with the payload. False: there is none."""
    event = catcher(token, code)
    if event is None:
        return False
    scopes.write(event, payload)
    event.moment.passed(event.task_spec.process, event.task_spec.bpmn_id)
    event.finish()
    return True


class OnTheWay(Element):
    """A catch event between two elements; behind an event-based gateway the first to come wins."""

    def left(self, token: Token) -> None:
        """It came: the others behind the same gateway are over."""
        if token.up is not None and token.up.task_spec.first_wins:
            for other in token.up.below:
                if other is not token:
                    other.cancel()


class CatchTimer(Timer, OnTheWay):
    """Waits for a date."""


class CatchAnswer(Asked, OnTheWay):
    """Waits for somebody outside (评价): shown to its audience as a button of its own."""


class CatchMessage(Expected, OnTheWay):
    """Waits for a message of another case."""


class EventGate(Passing):
    """Event-based gateway: its events wait as tokens of their own (Spiff keeps them in one slot and loses the second
    timer).
    """

    first_wins = True
