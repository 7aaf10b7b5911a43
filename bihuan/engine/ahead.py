"""What can come next, as drawn: the roads from a deed to the waits after it, for pages that tell what a deed leads to.

Conditions are not worked out: where the way divides, each way is told with the choice that leads there, but for those
that the choices before rule out (supposed.py); settled.py leaves out what the case's data rules out. A road ends at the
next wait (a user task, an event that is awaited), at the end of the case, or where a side branch (旁路) is over.
docs/dialect.md says what each element does; tests play the localities' procedures against the roads told here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from bihuan.domain.workdays import Calendar, CannotCount, Due
from bihuan.engine.definition import Definition
from bihuan.engine.evaluate import functions_of
from bihuan.engine.expressions import Failed, expression_of
from bihuan.engine.info import ElementInfo, FlowInfo
from bihuan.engine.supposed import NOTHING, Supposed

MOST_ROADS: Final = 60
"""More than this from one deed nobody reads: what is left out is said to be (`Ahead.whole`)."""
WAITS: Final = frozenset({"userTask", "intermediateCatchEvent", "eventBasedGateway"})


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the way divides: the gateway, and the flow that is taken."""

    gateway: ElementInfo
    flow: FlowInfo
    settled: bool = False
    """It reads the data of the outermost scope, which nothing on the road or beside it has set (settled.py)."""


@dataclass(frozen=True, slots=True)
class Road:
    """One way from a deed to what is waited for next."""

    choices: tuple[Choice, ...] = ()
    passed: tuple[ElementInfo, ...] = ()
    """What happens by itself on the way: notices, jobs, limits moved."""
    entered: tuple[ElementInfo, ...] = ()
    """Activities that begin, the wait included: their limits start."""
    left: tuple[ElementInfo, ...] = ()
    """Activities that are over: their limits stop, and those of all that is in them."""
    joins: bool = False
    """It goes on only when all that runs beside it is done."""
    to: ElementInfo | None = None
    """The wait, or the end of the case; None when a branch is over and the rest goes on."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """All roads from one deed."""

    roads: tuple[Road, ...]
    whole: bool = True
    """Whether these are all there are."""


@lru_cache(maxsize=1024)
def ahead(definition: Definition, process: str, element: str, calls: tuple[tuple[str, str], ...] = ()) -> Ahead:
    """What follows when this activity or wait is completed, this button pressed, or this limit passes.

    `calls`: inside a called process the calls around it (`Waits.calls`); without them every call of the process may be.
    Raises KeyError when nothing is drawn there.
    """
    info = definition.element(process, element)
    trail = _Trail(calls=tuple(definition.element(*call) for call in calls))
    found: list[Road] = []
    for road in _Walk(_map_of(definition)).happened(info, trail):
        if len(found) == MOST_ROADS:
            return Ahead(tuple(found), whole=False)
        if road not in found:
            found.append(road)
    return Ahead(tuple(found))


def limits_on(definition: Definition, activity: ElementInfo) -> tuple[ElementInfo, ...]:
    """The deadlines on the edge of an activity."""
    return tuple(one for one in _map_of(definition).events(activity) if one.event == "timer")


def within(definition: Definition, activity: ElementInfo, process: str, element: str) -> bool:
    """Whether an element is this activity or lies in it, in a sub-process or a called process."""
    drawn, todo, seen = _map_of(definition), [definition.element(process, element)], set()
    while todo:
        one = todo.pop()
        if one == activity:
            return True
        if one not in seen:
            seen.add(one)
            todo += drawn.around(one)
    return False


def due_ahead(definition: Definition, limit: ElementInfo, names: Mapping[str, Any], calendar: Calendar) -> Due | None:
    """When a deadline would be due if its activity began with these names; None while something is not known."""
    expression = expression_of(limit.timer or "")
    if not expression.names <= names.keys():
        return None
    try:
        found = expression.value(names, functions_of(calendar, definition.limits))
    except (Failed, CannotCount):
        return None
    return found if isinstance(found, Due) else None


class _Map:
    """A definition's elements by where they stand."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._starts: dict[tuple[str, str | None], ElementInfo] = {}
        self._events: dict[tuple[str, str], list[ElementInfo]] = {}
        self._callers: dict[str, list[ElementInfo]] = {}
        self._into: dict[tuple[str, str], int] = {}
        for one in definition.elements():
            if one.kind == "startEvent":
                self._starts[one.process, one.inside] = one
            if one.on:
                self._events.setdefault((one.process, one.on), []).append(one)
            if one.called:
                self._callers.setdefault(one.called, []).append(one)
            for flow in self.flows(one):
                self._into[one.process, flow.target] = self._into.get((one.process, flow.target), 0) + 1
        self._main = {body: self._reached(start) for body, start in self._starts.items()}

    def flows(self, one: ElementInfo) -> tuple[FlowInfo, ...]:
        return self._definition.flows(one.process, one.id)

    def target(self, one: ElementInfo, flow: FlowInfo) -> ElementInfo:
        return self._definition.element(one.process, flow.target)

    def beside(self, one: ElementInfo, element: str) -> ElementInfo:
        return self._definition.element(one.process, element)

    def events(self, activity: ElementInfo) -> list[ElementInfo]:
        return self._events.get((activity.process, activity.id), [])

    def start_in(self, activity: ElementInfo) -> ElementInfo:
        """Where a sub-process or a call begins."""
        return self._starts[(activity.called, None) if activity.called else (activity.process, activity.id)]

    def joins(self, one: ElementInfo) -> bool:
        """Whether a parallel gateway waits for several."""
        return self._into.get((one.process, one.id), 0) > 1

    def around(self, one: ElementInfo) -> list[ElementInfo]:
        """The activity around an element; the calls of its process where there is none."""
        return [self.beside(one, one.inside)] if one.inside else self._callers.get(one.process, [])

    def aside(self, one: ElementInfo) -> bool:
        """Whether it is drawn on a side branch alone: behind boundary events that do not interrupt."""
        return one.id not in self._main.get((one.process, one.inside), frozenset())

    def outermost(self, one: ElementInfo) -> bool:
        """Whether it reads the data of the case itself: not of a call, a side branch, or one of several instances."""
        while not (self.aside(one) or one.collection):
            if one.inside is None:
                return one.process not in self._callers
            one = self.beside(one, one.inside)
        return False

    def outlasts(self, one: ElementInfo) -> bool:
        """Whether a side branch that ends here may be the last of its body: no end of the main line terminates it."""
        main = (self.beside(one, name) for name in self._main.get((one.process, one.inside), frozenset()))
        return any(end.kind == "endEvent" and not end.terminate and end.event != "error" for end in main)

    def begun_on(self, one: ElementInfo) -> list[ElementInfo]:
        """The activities on whose edge the side branches to an element begin."""
        found = []
        for hosted in self._events.values():
            for event in hosted:
                if event.process == one.process and event.inside == one.inside and one.id in self._reached(event):
                    found.append(self.beside(event, event.on or ""))
        return found

    def _reached(self, start: ElementInfo) -> frozenset[str]:
        """What a token gets to in its own body, without boundary events that do not interrupt."""
        seen: set[str] = set()
        todo = [start]
        while todo:
            one = todo.pop()
            if one.id not in seen:
                seen.add(one.id)
                todo += [self.target(one, flow) for flow in self.flows(one)]
                todo += [event for event in self.events(one) if event.interrupting]
        return frozenset(seen)


@lru_cache(maxsize=64)
def _map_of(definition: Definition) -> _Map:
    return _Map(definition)


@dataclass(frozen=True, slots=True)
class _Trail:
    """A road on its way: what it passed, the calls it is in, the bodies in which it is on a side branch."""

    road: Road = Road()
    supposed: Supposed = NOTHING
    calls: tuple[ElementInfo, ...] = ()
    aside: frozenset[tuple[str, str | None]] = frozenset()
    seen: frozenset[ElementInfo] = frozenset()
    sets: bool = False
    """Something on it sets data: a table, or what a call hands back."""
    waited: bool = False
    """It began at something awaited, when what runs beside it may be over already."""

    def passes(self, one: ElementInfo) -> "_Trail":
        return self._with(passed=(*self.road.passed, one))

    def enters(self, one: ElementInfo) -> "_Trail":
        return self._with(entered=(*self.road.entered, one))

    def leaves(self, one: ElementInfo) -> "_Trail":
        if one in self.road.entered:  # it was passed through without a wait
            return self._with(entered=tuple(other for other in self.road.entered if other != one))
        return self._with(left=(*self.road.left, one))

    def chooses(self, gateway: ElementInfo, flow: FlowInfo, *, outermost: bool) -> "_Trail":
        alone = not (self.calls or self.road.joins or (gateway.process, gateway.inside) in self.aside)
        settled = outermost and alone and not self.sets
        return self._with(choices=(*self.road.choices, Choice(gateway, flow, settled)))

    def _with(self, **changed: Any) -> "_Trail":
        return replace(self, road=replace(self.road, **changed))


class _Walk:
    """Follows every way out of one place."""

    def __init__(self, drawn: _Map) -> None:
        self._map = drawn

    def happened(self, one: ElementInfo, trail: _Trail) -> Iterator[Road]:
        """From an activity that is completed, or an event that came."""
        trail = self._sided(one, trail)
        if one.kind == "boundaryEvent":
            host = self._map.beside(one, one.on or "")
            yield from self._leave(one, trail.leaves(host) if one.interrupting else trail)
        else:
            yield from self._done(one, replace(trail, waited=True).leaves(one))

    def _done(self, activity: ElementInfo, trail: _Trail) -> Iterator[Road]:
        """An activity is over: one of several instances waits for the others."""
        if activity.collection:
            trail = trail._with(joins=True)
        yield from self._leave(activity, trail)

    def _leave(self, one: ElementInfo, trail: _Trail) -> Iterator[Road]:
        flows = self._map.flows(one)
        divides = one.kind == "exclusiveGateway" and len(flows) > 1
        open_flows = [flow for flow in flows if not divides or trail.supposed.can_take(flow, flows)]
        for flow in open_flows:
            taken = trail
            if divides and len(open_flows) > 1:  # else the choices before have made this one
                taken = trail.chooses(one, flow, outermost=self._map.outermost(one))
            if divides:
                taken = replace(taken, supposed=trail.supposed.taking(flow, flows))
            yield from self._enter(self._map.target(one, flow), taken)

    def _enter(self, one: ElementInfo, trail: _Trail) -> Iterator[Road]:
        if one in trail.seen:
            return  # a circle without a wait leads nowhere new
        trail = self._sided(one, replace(trail, seen=trail.seen | {one}))
        match one.kind:
            case kind if kind in WAITS:
                yield replace(trail.enters(one).road, to=one)
            case "subProcess" | "callActivity":
                inside = trail.enters(one)
                if one.called:
                    handed = inside.supposed.through(one.ins)
                    inside = replace(inside, calls=(*inside.calls, one), supposed=handed)
                yield from self._enter(self._map.start_in(one), inside)
            case "endEvent":
                yield from self._end(one, trail.passes(one))
            case "businessRuleTask":  # what it decides may change what was known
                yield from self._leave(one, replace(trail.passes(one), supposed=NOTHING, sets=True))
            case "parallelGateway" if self._map.joins(one):
                yield from self._leave(one, trail._with(joins=True))
            case _:
                job = one.kind == "serviceTask" and not one.deadline  # its result may be data
                yield from self._leave(one, replace(trail.passes(one), sets=trail.sets or job))

    def _end(self, end: ElementInfo, trail: _Trail) -> Iterator[Road]:
        if end.exit:
            yield replace(trail.road, to=end)
        elif end.event == "error":
            yield from self._thrown(end, end, trail)
        elif (end.process, end.inside) in trail.aside and not end.terminate:
            yield trail.road
            if trail.waited and self._map.outlasts(end):
                yield from self._over(end, trail._with(joins=True))
        else:
            yield from self._over(end, trail)

    def _over(self, end: ElementInfo, trail: _Trail) -> Iterator[Road]:
        """A body is over, and with it the activity that holds it."""
        holders, trail = self._outwards(end, trail)
        if not holders:
            yield replace(trail.road, to=end)
        for holder in holders:
            outer = trail
            if holder.called:
                handed = trail.supposed.through(holder.outs)
                outer = replace(trail, supposed=handed, sets=trail.sets or bool(holder.outs))
            if holder.collect:
                outer = replace(outer, sets=True)
            yield from self._done(holder, self._sided(holder, outer).leaves(holder))

    def _thrown(self, at: ElementInfo, end: ElementInfo, trail: _Trail) -> Iterator[Road]:
        """An error looks for the nearest event that takes it, from where it was thrown outwards."""
        holders, outer = self._outwards(at, trail)
        nearest = self._map.begun_on(at) if (at.process, at.inside) in trail.aside else []
        for activity in (*nearest, *holders):
            for event in self._map.events(activity):
                if event.event == "error" and event.error in (None, end.error):
                    caught = replace(self._sided(event, outer).leaves(activity), supposed=NOTHING, sets=True)
                    yield from self._leave(event, caught)
                    return
        for holder in holders:
            yield from self._thrown(holder, end, self._sided(holder, outer).leaves(holder))

    def _outwards(self, one: ElementInfo, trail: _Trail) -> tuple[list[ElementInfo], _Trail]:
        """What holds the body of an element: its sub-process, the call that led here, or any call of its process."""
        if one.inside is None and trail.calls:
            return [trail.calls[-1]], replace(trail, calls=trail.calls[:-1])
        return self._map.around(one), trail

    def _sided(self, one: ElementInfo, trail: _Trail) -> _Trail:
        return replace(trail, aside=trail.aside | {(one.process, one.inside)}) if self._map.aside(one) else trail
