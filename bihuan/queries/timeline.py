"""A case's events as pages tell them: number, instant, who, which step, and the few details people ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from bihuan.domain.events import Event
from bihuan.locality.deployments import Deployment
from bihuan.locality.folder import AT_PORTAL
from bihuan.queries.people import names_of
from bihuan.store.unit_of_work import Reader

MACHINERY = frozenset(
    {
        "path_taken", "button_armed", "button_disarmed", "message_awaited", "message_received", "message_dismissed",
        "milestone_reached", "decision_made", "deadline_set", "deadline_ended", "answers_given", "job_requested",
    }
)  # fmt: skip
"""Events that move tokens and tell people nothing: replay shows them, timelines do not."""


Strand = Literal["people", "engine", "messages", "files", "calls"]
STRANDS: Final[tuple[Strand, ...]] = ("people", "engine", "messages", "files", "calls")
_OF_THE_ENGINE: Final = (
    "task_opened",
    "task_cancelled",
    "deadline_",
    "button_moved",
    "job_",
    "incident_opened",
    "case_ended",
)
_CONSEQUENCES: Final = (*_OF_THE_ENGINE, "message_", *sorted(MACHINERY - {"answers_given"}))
"""Kinds of events, by how they begin, that the engine brings about when somebody does something."""
_MACHINES: Final = frozenset({"clock", "engine", "bell", "worker", "calendar"})


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event for people. `actor` is a name; `detail` holds control scalars only."""

    no: int
    kind: str
    at: datetime
    recorded_at: datetime
    actor: str
    actor_kind: str
    acting_for: str | None
    step: str
    element: str
    clause: str
    detail: Mapping[str, Any]
    desk: str
    """Whose desk a task came to, to whom it was assigned, whom a notice went to, which unit was complained about."""
    milestone: str
    """The milestone it reached, by the name of its element; empty for other events."""
    hash: str
    key: str = ""
    awaited: bool = False
    """About a date that was waited for on the way, no limit: nothing is late when it comes."""

    @property
    def strand(self) -> Strand:
        """Of what a timeline is made: people's deeds, the engine's, messages, files, telephone calls."""
        if self.kind == "call_recorded":
            return "calls"
        if self.kind.startswith("file_"):
            return "files"
        if self.kind.startswith("message_"):
            return "messages"
        return "engine" if self.kind.startswith(_OF_THE_ENGINE) or self.actor_kind in _MACHINES else "people"

    @property
    def brought_about(self) -> bool:
        """The engine did it, because of what the actor did: 转入、起算时限、按决策表得出结果."""
        return self.kind.startswith(_CONSEQUENCES) and self.actor_kind not in _MACHINES

    @property
    def fired_late(self) -> bool:
        """Written down noticeably after it happened: a timer that fired late, or an order dated back."""
        return (self.recorded_at - self.at).total_seconds() >= 60


def timeline(reader: Reader, events: list[Event], deployment: Deployment, *, machinery: bool = False) -> list[EventRow]:
    """The events with names of people and steps; without the machinery unless asked for."""
    shown = [event for event in events if machinery or event.kind not in MACHINERY]
    refs = {ref for event in shown for ref in (event.actor, event.acting_for, _colleague(event)) if ref}
    names = names_of(reader, sorted({found for ref in refs if (found := _account(ref))}))
    process = _process(events)
    cited = {event.key: str(event.detail["clause"]) for event in events if event.detail.get("clause")}
    return [_row(event, names, deployment, process, cited) for event in shown]


def _process(events: list[Event]) -> str:
    """The procedure that the first event opened; empty for the main one, which a request begins."""
    return _process_of(events[0]) if events and events[0].kind == "procedure_opened" else ""


def _process_of(event: Event) -> str:
    return (event.key or "").partition("/")[0]


def _row(
    event: Event, names: Mapping[UUID, str], deployment: Deployment, process: str, cited: Mapping[str | None, str]
) -> EventRow:
    step, element, clause = _place(event, deployment)
    clause = cited.get(event.key, clause)  # a called process cites what its call cites
    account = _account(event.actor)
    kind = "officer" if account else event.actor
    acting_for = names.get(found, "") if event.acting_for and (found := _account(event.acting_for)) else None
    actor = names.get(account, "") if account else ""
    return EventRow(
        event.no, event.kind, event.at, event.recorded_at, actor, kind, acting_for, step, element, clause,
        event.detail, _desk(event, deployment, names), _milestone(event, deployment, process), event.hash.hex(),
        event.key or "", _is_awaited(event, deployment),
    )  # fmt: skip


def _place(event: Event, deployment: Deployment) -> tuple[str, str, str]:
    parts = (event.key or "").split("/")
    if len(parts) < 2 or parts[0] == AT_PORTAL:
        return "", "", ""
    try:
        element = deployment.definition.element(parts[0], parts[1])
    except KeyError:
        return parts[1], "/".join(parts[:2]), ""
    return element.name or element.id, "/".join(parts[:2]), element.clause


def _is_awaited(event: Event, deployment: Deployment) -> bool:
    process, _, rest = (event.key or "").partition("/")
    try:
        found = deployment.definition.element(process, rest.partition("/")[0])
    except KeyError:
        return False
    return found.type == "intermediateCatchEvent:timer"


def _desk(event: Event, deployment: Deployment, names: Mapping[UUID, str]) -> str:
    if (to := _colleague(event)) and (account := _account(to)):
        return names.get(account, "")
    detail = event.detail
    groups = detail.get("groups", []) if event.kind == "task_opened" else []
    if event.kind == "complained_of_named":
        groups = [detail["unit"]]
    if event.kind == "message_thrown" and isinstance(payload := detail.get("payload"), dict) and "to" in payload:
        groups = [payload["to"]]
    return "、".join(deployment.locality.group_name(group) for group in groups)


def _colleague(event: Event) -> str:
    """To whom a task was assigned (指派)."""
    return str(event.detail["to"]) if event.kind == "task_assigned" else ""


def _milestone(event: Event, deployment: Deployment, process: str) -> str:
    if event.kind != "milestone_reached":
        return ""
    return deployment.milestone_name(str(event.detail["name"]), _process_of(event) or process)


def _account(actor: str) -> UUID | None:
    kind, _, account = actor.partition(":")
    return UUID(account) if kind == "officer" and account else None
