"""Which roads ahead the case's own data rules out: what no deed, table or job on the way can change any more.

Only gateways of the outermost scope are worked out (`Choice.settled`), by control data of that scope. Of milestones it
is known whether they were reached, unless one is on the road; not when, since a body may have a moment of its own.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bihuan.engine.ahead import Ahead, Choice, Road
from bihuan.engine.definition import Definition
from bihuan.engine.expressions import Failed, Unsafe, expression_of, unwrapped
from bihuan.engine.info import ElementInfo, FlowInfo

_REACHED: Final = re.compile(r"(\w+)_at is (not )?None")


@dataclass(frozen=True, slots=True)
class Settled:
    """What a deed leaves as it is: control data, and the milestones reached before it."""

    control: Mapping[str, Any]
    milestones: Collection[str]
    moved: frozenset[str] = frozenset()
    """Milestones that the deed or the road reaches."""

    @classmethod
    def by(
        cls, deed: ElementInfo, control: Mapping[str, Any], milestones: Collection[str], asked: frozenset[str]
    ) -> "Settled":
        """Of a case as it stands. `asked`: what the deed's form asks for; a job's result or the message of another case
        may bring any data.
        """
        brings = deed.kind == "serviceTask" or (deed.event == "message" and not deed.form)
        kept = {} if brings else {name: value for name, value in control.items() if name not in asked}
        return cls(kept, milestones, frozenset(deed.milestones))

    def on(self, road: Road) -> "Settled":
        """What is settled still where this road leads."""
        reached = (name for one in (*road.passed, *road.left, *road.entered) for name in one.milestones)
        return replace(self, moved=self.moved.union(reached))


def possible(definition: Definition, found: Ahead, settled: Settled) -> Ahead:
    """Without the roads that a gateway cannot take by what is settled, and without the choices it leaves nobody."""
    roads = []
    for road in found.roads:
        known = settled.on(road)
        if all(_can_take(definition, one, known) for one in road.choices):
            choices = tuple(one for one in road.choices if _is_open(definition, one, known))
            roads.append(replace(road, choices=choices))
    return replace(found, roads=tuple(roads))


def _is_open(definition: Definition, choice: Choice, settled: Settled) -> bool:
    """Whether its gateway can take another flow, too."""
    flows = definition.flows(choice.gateway.process, choice.gateway.id)
    return any(_can_take(definition, replace(choice, flow=flow), settled) for flow in flows if flow != choice.flow)


def _can_take(definition: Definition, choice: Choice, settled: Settled) -> bool:
    """Whether its condition may hold, and none before it must."""
    if not choice.settled:
        return True
    flows = definition.flows(choice.gateway.process, choice.gateway.id)
    conditions = [flow for flow in flows if not flow.default]
    before = conditions if choice.flow.default else conditions[: conditions.index(choice.flow)]
    holds = None if choice.flow.default else _holds(choice.flow, settled)
    return holds is not False and all(_holds(other, settled) is not True for other in before)


def _holds(flow: FlowInfo, settled: Settled) -> bool | None:
    """Whether a condition holds; None when something it reads is not known."""
    text = flow.condition or ""
    if reached := _REACHED.fullmatch(unwrapped(text)):
        return None if reached[1] in settled.moved else (reached[1] in settled.milestones) == bool(reached[2])
    try:
        condition = expression_of(text)
        if not condition.names or condition.calls or not condition.names <= settled.control.keys():
            return None
        return bool(condition.value(settled.control, {}))
    except (Failed, Unsafe):
        return None
