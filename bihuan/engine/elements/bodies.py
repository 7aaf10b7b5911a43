"""Activities with a body of their own: sub-processes (子流程), called procedures (调用活动), and several instances at
once.
"""

from typing import Any

from bihuan.engine import keys, scopes
from bihuan.engine.control import checked
from bihuan.engine.elements.base import Element, Passing
from bihuan.engine.evaluate import evaluate, fault
from bihuan.engine.expressions import Expression, Failed
from bihuan.engine.info import ElementInfo
from bihuan.engine.spiff import STARTED, WorkflowSpec
from bihuan.engine.tree import BodyFlow, Token, begin, cancel_all

MOST_ITEMS = 100
"""More instances than this in one multi-instance is a slip."""


class Body(Passing):
    """An activity that runs a body and is done when the body is over."""

    isolated = False

    def __init__(self, wf_spec: WorkflowSpec, name: str, info: ElementInfo, body: str) -> None:
        super().__init__(wf_spec, name, info)
        self.body = body

    def _update_hook(self, my_task: Token) -> bool:
        if "n" not in my_task.internal_data:
            keys.number(my_task)
        given = self.given(my_task)
        my_task.wait(STARTED)
        case = my_task.workflow.top_workflow
        flow = BodyFlow(case.bodies[self.body], my_task, self.isolated)
        flow.data.update(given)
        begin(flow)
        return False

    def given(self, token: Token) -> dict[str, Any]:
        """The control data the body starts with."""
        return {}

    def body_done(self, token: Token, body: BodyFlow) -> None:
        """The body is over: the activity completes."""
        token._ready()

    def _on_cancel(self, my_task: Token) -> None:
        body = my_task.workflow.top_workflow.subprocesses.get(my_task.id)
        if body is not None:
            body.completed = True
            cancel_all(body)
            body.leave()


class SubProcess(Body):
    """Embedded sub-process: shares control data with what is around, has milestones of its own. 限期办理 when a timer
    stands on its edge and a terminate end inside.
    """


class Call(Body):
    """Call activity: another process of the deployment. Only what `camunda:in` names goes in, only `camunda:out`
    comes out.
    """

    isolated = True

    def __init__(
        self,
        wf_spec: WorkflowSpec,
        name: str,
        info: ElementInfo,
        body: str,
        ins: list[tuple[Expression, str]],
        outs: list[tuple[Expression, str]],
    ) -> None:
        super().__init__(wf_spec, name, info, body)
        self.ins, self.outs = ins, outs

    def given(self, token: Token) -> dict[str, Any]:
        """What goes in. Raises ExecutionFault."""
        return _passed(token, token, self.ins)

    def body_done(self, token: Token, body: BodyFlow) -> None:
        """What comes out; a name no branch has set comes out as None."""
        scopes.write(token, _passed(token, body.task_tree, self.outs))
        super().body_done(token, body)


def _passed(token: Token, there: Token, pairs: list[tuple[Expression, str]]) -> dict[str, Any]:
    try:
        return checked({target: evaluate(there, source) for source, target in pairs})
    except Failed as error:
        raise fault(token, str(error)) from error


class Each(Passing):
    """Parallel multi-instance (多实例): one instance for each item of a collection, worked out on entering.

    Each instance is a scope of its own: its item, its control data, its milestones. It may grow while it runs (加签).
    """

    def __init__(
        self,
        wf_spec: WorkflowSpec,
        name: str,
        info: ElementInfo,
        instance: Element,
        collection: Expression,
    ) -> None:
        super().__init__(wf_spec, name, info)
        self.instance, self.collection = instance, collection
        instance.opens_scope = True

    def _update_hook(self, my_task: Token) -> bool:
        if "n" not in my_task.internal_data:
            keys.number(my_task)
        if self.info.collect:
            scopes.write(my_task, {self.collected: {}})
        my_task.internal_data["items"] = []
        my_task.wait(STARTED)
        for item in self._items(my_task):
            self.add(my_task, item)
        if not my_task.below:
            my_task._ready()
        return False

    @property
    def collected(self) -> str:
        """The name that holds each instance's result, by item."""
        return f"{self.info.collect}_by_{self.info.variable}"

    def _items(self, token: Token) -> list[Any]:
        items = evaluate(token, self.collection)
        if not isinstance(items, list) or len(items) > MOST_ITEMS:
            raise fault(token, f"{self.collection.text} gives no list of at most {MOST_ITEMS} items")
        return items

    def add(self, token: Token, item: Any) -> None:
        """One more instance. Raises ExecutionFault when the item is there already or no plain value."""
        items = token.internal_data["items"]
        plain = isinstance(item, str | int) and not isinstance(item, bool) and item != ""
        if not plain or str(item) in map(str, items) or len(items) >= MOST_ITEMS:
            raise fault(token, f"{item!r} cannot be one more item of {self.collection.text}")
        items.append(item)
        child = token.add(self.instance, n=token.internal_data["n"], item=item)
        child.data[self.info.variable or "item"] = item
        child.enter()

    def child_left(self, token: Token, child: Token) -> None:
        """An instance is done: keep its result, and complete with the last."""
        if child.task_spec is not self.instance:
            return
        if self.info.collect:
            results = scopes.names(token)[self.collected]
            item = str(child.internal_data["item"])
            scopes.write(token, {self.collected: {**results, item: child.data.get(self.info.collect)}})
        if all(each.finished for each in token.below) and token._state == STARTED:
            token._ready()
