"""Which tasks decide on what a button applied for (延期、退回): read from the drawing, whatever they are called."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from bihuan.engine.definition import Definition
from bihuan.engine.info import ElementInfo, FlowInfo

MOVES = "deadline.move"
"""The topic of the engine's own action that moves a limit."""
_PASSING = frozenset(
    {"startEvent", "exclusiveGateway", "parallelGateway", "intermediateThrowEvent", "task", "businessRuleTask"}
)
"""What a branch goes through by itself before somebody has to decide."""
_HOLDING = frozenset({"subProcess", "callActivity"})


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


@lru_cache(maxsize=64)
def applications(definition: Definition) -> Mapping[tuple[str, str], tuple[tuple[str, str], ...]]:
    """For each user task (process, element) that decides on an application the buttons that one may be made by.

    Those are the tasks that a button's branch comes to first, and the whole chain of signatures for more time.
    """
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for button in definition.elements():
        if button.type == "boundaryEvent:message" and button.audience:
            branch = _Branch(definition, button)
            deciding = [each for passed in branch.on_the_way() for each in branch.within(passed)]
            for task in dict.fromkeys((*branch.first(), *(one for one in deciding if one.kind == "userTask"))):
                found.setdefault((task.process, task.id), []).append((button.process, button.id))
    return MappingProxyType({task: tuple(buttons) for task, buttons in found.items()})


class _Branch:
    """What follows one button, in the body in which it is drawn."""

    def __init__(self, definition: Definition, button: ElementInfo) -> None:
        self._definition, self._button = definition, button

    def on_the_way(self) -> list[ElementInfo]:
        """The elements from the button to where a limit is moved; none when none is."""
        reached = self._reached(self._button)
        moving = [one for one in reached if self._moves(one)]
        return [one for one in reached if one in moving or any(later in moving for later in self._reached(one))]

    def first(self) -> Iterator[ElementInfo]:
        """The user tasks that the branch comes to before anybody has done anything, also within activities."""
        todo, seen = [self._button], {self._button}
        while todo:
            one = todo.pop()
            for target in (self._definition.element(one.process, flow.target) for flow in self._flows(one)):
                if target.kind == "userTask":
                    yield target
                for passed in (target, *self._starts(target)):
                    if passed.kind in _PASSING and passed not in seen:
                        seen.add(passed)
                        todo.append(passed)

    def _flows(self, one: ElementInfo) -> tuple[FlowInfo, ...]:
        return self._definition.flows(one.process, one.id)

    def _starts(self, one: ElementInfo) -> list[ElementInfo]:
        """Where an activity begins that others are drawn in."""
        if one.kind not in _HOLDING:
            return []
        process, holder = (one.called, None) if one.called else (one.process, one.id)
        return [e for e in self._definition.elements(process) if e.kind == "startEvent" and e.inside == holder]

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
