"""Rules about time and ends: every wait has a deadline, its road reaches the supervision office, every main road ends.

A road is what may come next, as drawn: along the flows, out of the events on an activity, into sub-processes and called
processes and out of them again. Conditions are not weighed here; that is the prover's work.
"""

from collections.abc import Iterable, Iterator

from bihuan.locality.rules import groups
from bihuan.locality.rules.drawn import Drawn, Fault, Place

TOP = "top"


def waits_have_deadlines(drawn: Drawn) -> Iterator[Fault]:
    """Each wait, or an activity around it, here or where its process is called, has a timer."""
    for place in drawn.waits():
        if not all(_deadlines(drawn, place)):
            yield place.fault(
                "等待没有时限，可能无限期停在这里", "在该任务或其外层子流程上加定时边界事件（文件未写的用内部时限）"
            )


def deadlines_reach_supervision(drawn: Drawn) -> Iterator[Fault]:
    """Of the timers a wait stands under, one leads to a task or notice of a supervision unit, or is ladder=top."""
    for place in drawn.waits():
        ways = list(_deadlines(drawn, place))
        if all(ways) and not all(_reaches(drawn, timers) for timers in ways):
            yield place.fault(
                "到期之后没有通往督查室的路", "从时限引出到督查室的通知或任务；已是最高一级的写 ladder=top"
            )


def main_roads_have_an_exit(drawn: Drawn) -> Iterator[Fault]:
    """Where a procedure ends by its main road, it says how: closed, declined, transferred or withdrawn."""
    for end in _ends_of_the_main_road(drawn):
        if not end.node.properties.get("exit"):
            yield end.fault(
                "流程在此结束，却没有写明结果", "写 exit=closed（销号），或 declined、transferred、withdrawn"
            )


def exits_end_everything(drawn: Drawn) -> Iterator[Fault]:
    """An end with an exit ends the whole case: it is a terminate end, in a procedure, outside sub-processes."""
    procedures = {process.id for process in drawn.procedures()}
    for place in drawn.places.values():
        if not place.node.properties.get("exit"):
            continue
        if place.process.id not in procedures or place.around:
            yield place.fault("只有事项流程最外层的结束事件可以写 exit", "删去 exit，或把它移到流程最外层")
        elif place.node.event != "terminate":
            yield place.fault("写明结果的结束事件没有终止其余等待", "改为终止结束事件（terminate）")


def _deadlines(drawn: Drawn, place: Place, seen: frozenset[str] = frozenset()) -> Iterator[list[Place]]:
    """The timers a wait stands under, one list a way to come here: its own process', else each caller's."""
    timers = [timer for around in (place, *place.around) for timer in _timers_of(drawn, around)]
    callers = [] if place.process.id in seen else drawn.callers(place.process)
    if not callers:
        yield timers
    for caller in callers:
        for outer in _deadlines(drawn, caller, seen | {place.process.id}):
            yield timers + outer


def _timers_of(drawn: Drawn, place: Place) -> list[Place]:
    if place.node.tag == "eventBasedGateway":
        nodes = [
            place.body.nodes[flow.target]
            for flow in place.body.outgoing(place.node.id)
            if flow.target in place.body.nodes
        ]
    else:
        nodes = place.body.events_on(place.node.id)
    return [drawn.at(place.process, node.id) for node in nodes if node.event == "timer"]


def _reaches(drawn: Drawn, timers: Iterable[Place]) -> bool:
    seen: set[tuple[str, str]] = set()
    todo = list(timers)
    while todo:
        place = todo.pop()
        key = (place.process.id, place.node.id)
        if key in seen:
            continue
        seen.add(key)
        host = place.body.nodes.get(place.node.on or "")
        top = TOP in (place.node.properties.get("ladder"), host.properties.get("ladder") if host else None)
        if top or _is_supervision(drawn, place):
            return True
        todo += _next(drawn, place)
    return False


def _is_supervision(drawn: Drawn, place: Place) -> bool:
    named = groups.plain(place.groups) if place.node.tag == "userTask" else frozenset()
    if place.message == "notice":
        named = groups.entries(place.node.properties.get("payload", ""), "to")
    units = drawn.locality.organisation.units
    return any((unit := units.get(group.partition(":")[0])) and unit.kind == "supervision" for group in named)


def _next(drawn: Drawn, place: Place) -> Iterator[Place]:
    for node in place.body.following(place.node.id):
        if node in place.body.nodes:
            yield drawn.at(place.process, node)
    if place.node.body is not None:
        for start in place.node.body.starts():
            yield drawn.at(place.process, start.id)
    called = drawn.processes.get(place.node.attributes.get("calledElement", ""))
    if called is not None:
        for start in called.body.starts():
            yield drawn.at(called, start.id)
    if place.node.tag == "endEvent":
        yield from place.around[:1] or drawn.callers(place.process)


def _ends_of_the_main_road(drawn: Drawn) -> Iterator[Place]:
    """The ends reached from a start without a non-interrupting event: such an event adds a branch, no main road."""
    for process in drawn.procedures():
        seen: set[str] = set()
        todo = [start.id for start in process.body.starts()]
        while todo:
            id_ = todo.pop()
            node = process.body.nodes.get(id_)
            if id_ in seen or node is None or node.interrupting is False:
                continue
            seen.add(id_)
            if node.tag == "endEvent" and node.event != "error":
                yield drawn.at(process, id_)
            todo += process.body.following(id_)
