"""What is done without people: jobs for handlers, engine actions, decision tables."""

from collections.abc import Mapping
from typing import Any

from bihuan.domain.workdays import CannotCount
from bihuan.engine import around, keys, scopes
from bihuan.engine.control import checked
from bihuan.engine.decisions import NoDecision, Table
from bihuan.engine.elements import timers
from bihuan.engine.elements.base import Element, Passing
from bihuan.engine.elements.events import throw
from bihuan.engine.evaluate import evaluate, fault, functions_for, instant
from bihuan.engine.expressions import Expression, Failed
from bihuan.engine.facts import OpenJob
from bihuan.engine.info import ElementInfo
from bihuan.engine.spiff import WorkflowSpec
from bihuan.engine.tree import Token


class Job(Element):
    """Service task (服务任务): asks for a handler, and waits until that says done or failed."""

    def _update_hook(self, my_task: Token) -> bool:
        if "n" not in my_task.internal_data:
            keys.number(my_task)
        my_task.wait()
        my_task.moment.record("job_requested", keys.key_of(my_task), topic=self.info.topic)
        return False

    def waits_for(self, token: Token) -> OpenJob:
        """The job as a worker sees it."""
        return OpenJob(keys.key_of(token), self.info.topic or "")

    def done(self, token: Token, control: Mapping[str, Any]) -> None:
        """The handler succeeded."""
        token.moment.record("job_done", keys.key_of(token), control=dict(control))
        scopes.write(token, control)
        token.finish()

    def failed(self, token: Token, code: str, control: Mapping[str, Any]) -> None:
        """The handler reports an error: its boundary event goes on, or (nobody catches it) the job stays as it is."""
        caught = around.catcher(token, code) is not None
        token.moment.record("job_failed", keys.key_of(token), code=code, caught=caught)
        if caught:
            token.internal_data["failed"] = True
            throw(token, code, dict(control))

    def _on_cancel(self, my_task: Token) -> None:
        if "failed" not in my_task.internal_data:
            my_task.moment.record("job_cancelled", keys.key_of(my_task))


class MoveDeadline(Passing):
    """Service task `deadline.move` (顺延期限): moves a deadline of an activity around to another instant, within the
    step.

    A limit that has passed without interrupting is set anew. Nothing moves to an instant that is not to come.
    """

    def __init__(self, wf_spec: WorkflowSpec, name: str, info: ElementInfo, to: Expression) -> None:
        super().__init__(wf_spec, name, info)
        self.to = to

    def _run_hook(self, my_task: Token) -> bool:
        super()._run_hook(my_task)
        moment, value = my_task.moment, evaluate(my_task, self.to)
        to = instant(value)
        if to is None:
            raise fault(my_task, f"{self.to.text} gives no moment but {value!r}")
        timer = around.timer_around(my_task, self.info.deadline)
        if timer is not None and to > moment.at:
            timers.move(timer, value, self.to)
            return True
        key = keys.key_of(timer) if timer else None
        reason = "not_after_now" if timer else "gone"
        moment.record("deadline_not_moved", key, reason=reason, deadline=self.info.deadline, to=to.isoformat())
        return True


class Decision(Passing):
    """Business rule task (业务规则任务): a DMN table decides, its outputs become control data."""

    def __init__(self, wf_spec: WorkflowSpec, name: str, info: ElementInfo, table: Table) -> None:
        super().__init__(wf_spec, name, info)
        self.table = table

    def _run_hook(self, my_task: Token) -> bool:
        super()._run_hook(my_task)
        try:
            outputs = checked(self.table.decide(scopes.names(my_task), functions_for(my_task)))
        except (NoDecision, Failed, CannotCount) as error:
            raise fault(my_task, str(error)) from error
        keys.number(my_task)
        my_task.moment.record("decision_made", keys.key_of(my_task), table=self.table.id, outputs=outputs)
        scopes.write(my_task, outputs)
        return True
