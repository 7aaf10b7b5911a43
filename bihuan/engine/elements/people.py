"""What people do: user tasks (待办任务), and who may do them."""

import re

from bihuan.engine import around, keys, scopes, spiff
from bihuan.engine.elements.base import Element
from bihuan.engine.elements.conditions import Conditions
from bihuan.engine.evaluate import evaluate, fault
from bihuan.engine.expressions import expression_of
from bihuan.engine.facts import OpenTask
from bihuan.engine.info import ElementInfo
from bihuan.engine.tree import Token

PLAIN_KEY = re.compile(r"[\w.-]+(:[\w.-]+)?")
"""A group key: a unit, or `unit:role`."""


class Audience:
    """Who may act: plain group keys, or an expression that gives one or several."""

    def __init__(self, text: str) -> None:
        """Raises Unsafe when the expression is refused, ValueError when a plain key is malformed."""
        self.expression = expression_of(text) if "${" in text else None
        self.plain = () if self.expression else tuple(part.strip() for part in text.split(","))
        if wrong := [part for part in self.plain if not PLAIN_KEY.fullmatch(part)]:
            raise ValueError(wrong[0])

    def of(self, token: Token) -> list[str]:
        """The group keys now. Raises ExecutionFault when the expression gives none."""
        if self.expression is None:
            return list(self.plain)
        found = evaluate(token, self.expression)
        groups = [found] if isinstance(found, str) else found
        if not isinstance(groups, list) or not groups or not all(_is_key(group) for group in groups):
            raise fault(token, f"{self.expression.text} names no group but {found!r}")
        return groups


def _is_key(group: object) -> bool:
    return isinstance(group, str) and PLAIN_KEY.fullmatch(group) is not None


class Person(Element):
    """User task: open until somebody completes it. Its groups are worked out when it opens, and kept."""

    def __init__(
        self, wf_spec: spiff.WorkflowSpec, name: str, info: ElementInfo, groups: Audience, conditions: Conditions
    ) -> None:
        super().__init__(wf_spec, name, info)
        self.groups, self.conditions = groups, conditions

    def _update_hook(self, my_task: Token) -> bool:
        if "n" not in my_task.internal_data:
            keys.number(my_task)
        my_task.internal_data["groups"] = self.groups.of(my_task)
        my_task.wait()
        task = self.waits_for(my_task)
        my_task.moment.record(
            "task_opened",
            task.key,
            name=task.name,
            form=task.form,
            groups=list(task.groups),
            lane=task.lane,
            clause=task.clause,
            signature=task.signature,
            deadline=str(task.deadline) if task.deadline else None,
        )
        return False

    def waits_for(self, token: Token) -> OpenTask:
        """The task as an officer sees it."""
        info, timer = self.info, around.governing(token)
        return OpenTask(
            keys.key_of(token),
            info.name,
            info.form,
            tuple(token.internal_data["groups"]),
            info.lane,
            around.clause_of(token),
            info.signature,
            keys.key_of(timer) if timer else None,
            around.due(timer) if timer else None,
        )

    def done(self, token: Token, control: dict[str, object]) -> None:
        """Somebody completed the task. Raises Refused when a condition does not hold of what was filled in."""
        self.conditions.require(token, control)
        token.moment.record("task_completed", keys.key_of(token), control=control)
        scopes.write(token, control)
        token.finish()

    def _on_cancel(self, my_task: Token) -> None:
        my_task.moment.record("task_cancelled", keys.key_of(my_task))
