"""Which tasks decide on an application for more time (延期): read from the drawing, whatever they are called."""

from functools import lru_cache

from bihuan.engine.definition import Definition
from bihuan.engine.info import ElementInfo

MOVES = "deadline.move"
"""The topic of the engine's own action that moves a limit."""


@lru_cache(maxsize=64)
def deciding(definition: Definition) -> frozenset[tuple[str, str]]:
    """The user tasks (process, element) that stand between a button and the limit that is moved when all agree.

    1. From a button (message boundary event) its branch is followed along the flows.
    2. Where that passes a `deadline.move`, or an activity that holds one, the button asks for more time.
    3. The user tasks on the way there, and all in the activities on the way, are the chain of signatures.
    """
    found: set[tuple[str, str]] = set()
    for one in definition.elements():
        if one.type == "boundaryEvent:message":
            branch = _Branch(definition, one)
            for passed in branch.on_the_way():
                found |= {(task.process, task.id) for task in branch.within(passed) if task.kind == "userTask"}
    return frozenset(found)


class _Branch:
    """What follows one button, in the body in which it is drawn."""

    def __init__(self, definition: Definition, button: ElementInfo) -> None:
        self._definition, self._button = definition, button

    def on_the_way(self) -> list[ElementInfo]:
        """The elements from the button to where a limit is moved; none when none is."""
        reached = self._reached(self._button)
        moving = [one for one in reached if self._moves(one)]
        return [one for one in reached if one in moving or any(later in moving for later in self._reached(one))]

    def within(self, one: ElementInfo) -> list[ElementInfo]:
        """The element, and all that is drawn in it or in what it calls."""
        found = [one]
        for each in found:
            beside = self._definition.elements(each.called or each.process)
            found += [other for other in beside if (each.called or other.inside == each.id) and other not in found]
        return found

    def _moves(self, one: ElementInfo) -> bool:
        return any(each.topic == MOVES for each in self.within(one))

    def _reached(self, one: ElementInfo) -> list[ElementInfo]:
        found: list[ElementInfo] = []
        todo = [one]
        while todo:
            for flow in self._definition.flows(one.process, todo.pop().id):
                target = self._definition.element(one.process, flow.target)
                if target not in found:
                    found.append(target)
                    todo.append(target)
        return found
