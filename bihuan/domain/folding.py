"""History folded into a picture: what a case waited for after any of its events.

Replay (回放) shows the picture; the proof compares it with what is stored. It reads events alone, so that an auditor
needs nothing but the history.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from bihuan.domain.events import Event

Detail = Mapping[str, Any]

_OPENS = {
    "task_opened": "tasks",
    "button_armed": "buttons",
    "job_requested": "jobs",
    "message_awaited": "messages",
}
_ENDS = {
    "task_completed": "tasks",
    "task_cancelled": "tasks",
    "button_pressed": "buttons",
    "button_disarmed": "buttons",
    "job_done": "jobs",
    "job_cancelled": "jobs",
    "message_received": "messages",
    "message_dismissed": "messages",
}
_PASSES = {"task_completed", "button_pressed", "job_done", "message_received"}


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit as it stood: running, passed or ended, and when it is or was due."""

    state: Literal["running", "passed", "ended"]
    due_at: datetime


@dataclass(slots=True)
class Picture:
    """A case after some of its events. Waits are kept by their key, as they were opened."""

    tasks: dict[str, Detail] = field(default_factory=dict)
    buttons: dict[str, Detail] = field(default_factory=dict)
    limits: dict[str, Limit] = field(default_factory=dict)
    """Every time limit there ever was."""
    jobs: dict[str, Detail] = field(default_factory=dict)
    messages: dict[str, Detail] = field(default_factory=dict)
    milestones: dict[str, datetime] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    """Elements passed, `process/element`, each once, in order."""
    flows: list[str] = field(default_factory=list)
    """Sequence flows taken, each once, in order."""
    exit: str | None = None
    number: int = 0
    """Of the last event folded in."""

    @property
    def deadlines(self) -> dict[str, datetime]:
        """The limits that run: when each is due."""
        return {key: limit.due_at for key, limit in self.limits.items() if limit.state == "running"}

    def copied(self) -> "Picture":
        """The picture as it is now, whatever is folded into this one later."""
        return replace(
            self, tasks=dict(self.tasks), buttons=dict(self.buttons), limits=dict(self.limits), jobs=dict(self.jobs),
            messages=dict(self.messages), milestones=dict(self.milestones), passed=list(self.passed),
            flows=list(self.flows),
        )  # fmt: skip

    def see(self, event: Event) -> None:
        """Fold one more event in. A deed that moves nothing in the diagram (a claim, a signature) changes nothing."""
        self.number = event.no
        key = event.key or ""
        if event.kind in _OPENS:
            getattr(self, _OPENS[event.kind])[key] = event.detail
        elif event.kind in _ENDS:
            getattr(self, _ENDS[event.kind]).pop(key, None)
            if event.kind in _PASSES:
                self._pass(key)
        else:
            self._see_other(event, key)

    def _see_other(self, event: Event, key: str) -> None:
        detail = event.detail
        match event.kind:
            case "deadline_set":
                self.limits[key] = Limit("running", datetime.fromisoformat(detail["due_at"]))
            case "deadline_moved":
                self.limits[key] = Limit("running", datetime.fromisoformat(detail["new"]))
            case "button_moved":
                self.buttons[key] = {**self.buttons[key], "until": detail["new"]}
            case "deadline_passed":
                self.limits[key] = replace(self.limits[key], state="passed")
                self._pass(key)
            case "deadline_ended":
                self.limits[key] = replace(self.limits[key], state="ended")
            case "job_failed" if detail["caught"]:
                self.jobs.pop(key, None)
            case "milestone_reached":
                self.milestones[detail["name"]] = event.at
            case "path_taken":
                _once(self.passed, detail["elements"])
                _once(self.flows, detail["flows"])
            case "case_ended":
                self.exit = detail["exit"] or "closed"

    def _pass(self, key: str) -> None:
        _once(self.passed, ["/".join(key.split("/")[:2])])


def _once(known: list[str], more: Iterable[str]) -> None:
    known.extend(one for one in more if one not in known)


def fold(events: Iterable[Event]) -> Picture:
    """The picture after all these events, which begin with the first."""
    picture = Picture()
    for event in events:
        picture.see(event)
    return picture
