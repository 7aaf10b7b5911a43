"""What comes next in a case (接下来), in words: what a deed leads to before it is done, or a limit when it passes.

All of it is read off the diagram (engine/ahead.py). Where the way divides it says so; dates are those that would hold
if the deed were done now.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bihuan.domain.ids import Key
from bihuan.domain.workdays import Calendar
from bihuan.engine import ElementInfo, OpenDeadline, Waits
from bihuan.engine.ahead import Choice, Road, ahead, due_ahead, limits_on, within
from bihuan.engine.expressions import Failed, Unsafe, expression_of
from bihuan.engine.settled import Settled, possible
from bihuan.locality.rules.groups import alternatives, entry_of
from bihuan.queries.case_header import OpenedCase
from bihuan.queries.case_waits import limit_name
from bihuan.queries.words import exit_words
from bihuan.store.messages import NOTICE

NOBODY_NAMED: Final = "按流程确定的单位"


@dataclass(frozen=True, slots=True)
class LimitAhead:
    """A limit that would start: of which step, what it is called, when it would be due if that can be told."""

    step: str
    name: str
    due_at: datetime | None
    internal: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One way it can go. `choices` are those that lead there: (办理到位？, 是)."""

    choices: tuple[tuple[str, str], ...]
    told: tuple[str, ...]
    """Who is told what, and what the system does, in order."""
    leads: tuple[str, ...]
    """Where it leads; several at once where the way forks."""
    stops: tuple[str, ...]
    starts: tuple[LimitAhead, ...]
    waits_for_others: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a deed leads to, or a limit when it passes."""

    ways: tuple[Way, ...]
    goes_on: str = ""
    """The step that stays open beside it, its limits running (a button or limit that does not interrupt)."""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class LimitPassing:
    """What happens when a running limit passes."""

    name: str
    due_at: datetime
    internal: bool
    outlook: Outlook


class Outlooks:
    """Tells the outlooks of one case, as it stands."""

    def __init__(self, case: OpenedCase, open_now: Waits, calendar: Calendar, now: datetime) -> None:
        self._case, self._waits, self._calendar, self._now = case, open_now, calendar, now
        self._definition, self._locality = case.deployment.definition, case.deployment.locality

    def of(self, key: str) -> Outlook:
        """Of completing this task, pressing this button, or this limit passing."""
        process, element = key.split("/")[:2]
        info = self._definition.element(process, element)
        found = ahead(self._definition, process, element, self._waits.calls.get(Key.parse(key), ()))
        form = self._locality.forms.get(info.form or "")
        asked = form.control if form else frozenset()
        settled = Settled.by(info, self._waits.control, self._waits.milestones.keys(), asked)
        found = possible(self._definition, found, settled)
        known = {**settled.control, **{f"{name}_at": at for name, at in self._waits.milestones.items()}}
        stays = info.kind == "boundaryEvent" and not info.interrupting and info.on
        ways = tuple(self._way(roads, known) for roads in _forked(found.roads))
        return Outlook(ways, self._definition.element(process, info.on).said if stays and info.on else "", found.whole)

    def passing(self) -> tuple[LimitPassing, ...]:
        """Of every limit that runs, the one due first first."""
        running = sorted(self._waits.deadlines, key=lambda one: one.due_at)
        return tuple(
            LimitPassing(self._limit(one), one.due_at, one.internal, self.of(str(one.key)))
            for one in running
            if one.due_at > self._now
        )

    def _limit(self, one: OpenDeadline) -> str:
        return limit_name(self._case, one.name, str(one.on) if one.on else None)

    def _way(self, roads: list[Road], known: Mapping[str, Any]) -> Way:
        first = roads[0]
        reached = {
            f"{name}_at": self._now for one in (*first.left, *first.passed) for name in one.milestones
        }  # fmt: skip
        names = {**known, **reached}
        return Way(
            tuple(map(_chosen, first.choices)),
            tuple(dict.fromkeys(said for road in roads for one in road.passed if (said := self._told(one, names)))),
            tuple(dict.fromkeys(self._leads(road, names) for road in roads)),
            tuple(dict.fromkeys(name for road in roads for name in self._stopped(road))),
            tuple(dict.fromkeys(limit for road in roads for limit in self._started(road, names))),
            any(road.joins for road in roads),
        )

    def _leads(self, road: Road, names: Mapping[str, Any]) -> str:
        to = road.to
        if to is None:
            return "此项到此办完"
        if to.exit:
            return f"本件{exit_words(to.exit, self._case.header.procedure)}，办理结束"
        match to.type:
            case "userTask":
                each = "，各承办方分别办理" if to.collection else ""
                return f"转入{_quoted(to)}（{self._who(to, to.groups, names)}{each}）"
            case "eventBasedGateway":
                awaited = (self._definition.element(to.process, flow.target)
                           for flow in self._definition.flows(to.process, to.id))  # fmt: skip
                return "等候" + "或".join(_quoted(one) for one in awaited if one.said)
            case "intermediateCatchEvent:message" if to.audience:
                return f"等候{self._who(to, to.audience, names)}{_quoted(to)}"
            case "intermediateCatchEvent:message":
                return f"等候其他工单的消息{_quoted(to)}"
            case "intermediateCatchEvent:timer":
                return f"等到{_quoted(to) or '规定的时间'}"
            case _:
                return "此项到此办完"

    def _told(self, one: ElementInfo, names: Mapping[str, Any]) -> str:
        if one.message == NOTICE:
            return f"通知{self._recipient(one, names)}{_quoted(one)}"
        if one.message and one.kind != "startEvent":
            return f"告知其他工单{_quoted(one)}"
        if one.topic and one.deadline:
            moved = self._definition.element(one.process, one.deadline)
            return f"变更时限{_quoted(moved)}"
        return f"系统办理{_quoted(one)}" if one.topic else ""

    def _recipient(self, one: ElementInfo, names: Mapping[str, Any]) -> str:
        """Whom a notice goes to; where that is not settled yet, all whom it may go to."""
        to = entry_of(one.payload or "", "to")
        either = "或".join(map(self._locality.group_name, alternatives(to)))
        return self._named(to, names, one) or either or NOBODY_NAMED

    def _who(self, one: ElementInfo, groups: str | None, names: Mapping[str, Any]) -> str:
        if groups and not groups.strip().startswith("${"):
            return "、".join(self._locality.group_name(group.strip()) for group in groups.split(","))
        return self._named(groups or "", names, one) or one.lane or NOBODY_NAMED

    def _named(self, expression: str, names: Mapping[str, Any], one: ElementInfo) -> str:
        """The groups that an expression names, when all it reads is known. Called processes have names of their own."""
        try:
            found = expression_of(expression)
            if found.names - names.keys() or (found.names and one.process != self._case.row["process"]):
                return ""
            value = found.value(names, {})
        except (Failed, Unsafe):
            return ""
        groups = value if isinstance(value, list) else [value]
        return "、".join(self._locality.group_name(group) for group in groups if isinstance(group, str))

    def _stopped(self, road: Road) -> Iterator[str]:
        """The running limits on what this road leaves behind."""
        ends = road.to is not None and road.to.exit is not None
        for one in self._waits.deadlines:
            if one.on and (ends or any(self._inside(one.on, left) for left in road.left)):
                yield self._limit(one)

    def _inside(self, on: Key, left: ElementInfo) -> bool:
        return within(self._definition, left, on.process, on.element)

    def _started(self, road: Road, names: Mapping[str, Any]) -> Iterator[LimitAhead]:
        for one in road.entered:
            limits: Iterable[ElementInfo] = limits_on(self._definition, one)
            if one.type == "eventBasedGateway":
                events = (self._definition.element(one.process, flow.target)
                          for flow in self._definition.flows(one.process, one.id))  # fmt: skip
                limits = (event for event in events if event.event == "timer")
            for limit in limits:
                main = limit.process == self._case.row["process"]
                due = due_ahead(self._definition, limit, names, self._calendar) if main else None
                yield LimitAhead(one.said, limit.said, due.due_at if due else None, limit.internal)


def _quoted(one: ElementInfo) -> str:
    """What it is called, in quotation marks; nothing where it has no name: ids are not for people."""
    return f"“{one.said}”" if one.said else ""


def _chosen(one: Choice) -> tuple[str, str]:
    return one.gateway.said, one.flow.name or ("其他情形" if one.flow.default else "符合条件")


def _forked(roads: tuple[Road, ...]) -> list[list[Road]]:
    """Roads that the same choices lead to are taken together: the way forks."""
    found: dict[tuple[Any, ...], list[Road]] = {}
    for road in roads:
        found.setdefault(road.choices, []).append(road)
    return list(found.values())
