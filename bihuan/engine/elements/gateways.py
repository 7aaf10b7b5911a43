"""Gateways: one way out of several, or all of them; and joins that count one token from each side."""

from bihuan.engine.elements.base import Outgoing, Passing
from bihuan.engine.evaluate import evaluate, fault
from bihuan.engine.tree import Token


class Exclusive(Passing):
    """Exclusive gateway: the first flow whose condition holds, in the order drawn in the file; else the default."""

    default: str | None = None

    def ways(self, token: Token) -> tuple[Outgoing, ...]:
        """The one flow to take. Raises ExecutionFault when no condition holds and there is no default."""
        for way in self.outgoing:
            if way.condition is not None and way.flow != self.default and evaluate(token, way.condition):
                return (way,)
        for way in self.outgoing:
            if way.flow == self.default or way.condition is None:
                return (way,)
        raise fault(token, "no condition holds and there is no default flow")


class Parallel(Passing):
    """Parallel gateway: waits for one token on each incoming flow, then puts one on each outgoing flow.

    What counts is which flow a waiting token came by, not what passed in earlier rounds of a loop (Spiff counts those).
    """

    incoming: frozenset[str] = frozenset()

    def _update_hook(self, my_task: Token) -> bool:
        if len(self.incoming) < 2:
            return True
        taken: dict[str, Token] = {my_task.internal_data["flow"]: my_task}
        for other in my_task.workflow.tasks.values():
            if other.task_spec is self and other.waiting:
                taken.setdefault(other.internal_data["flow"], other)
        if taken.keys() != self.incoming:
            my_task.wait()
            return False
        for other in taken.values():
            if other is not my_task:
                other.merge()
        return True
