"""History folded into a picture: what a case waited for after any of its events.

Replay (回放) shows the picture; the proof compares it with what is stored. It reads events alone, so that an auditor
needs nothing but the history.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bihuan.domain.events import Event

Detail = Mapping[str, Any]


@dataclass(slots=True)
class Picture:
    """A case after some of its events. Waits are kept by their key, as they were opened."""

    tasks: dict[str, Detail] = field(default_factory=dict)
    buttons: dict[str, Detail] = field(default_factory=dict)
    deadlines: dict[str, datetime] = field(default_factory=dict)
    jobs: dict[str, str] = field(default_factory=dict)
    messages: dict[str, Detail] = field(default_factory=dict)
    milestones: dict[str, datetime] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    """Elements passed, `process/element`, each once, in order."""
    flows: list[str] = field(default_factory=list)
    """Sequence flows taken, each once, in order."""
    exit: str | None = None
    number: int = 0
    """Of the last event folded in."""

    def see(self, event: Event) -> None:
        """Fold one more event in."""
        self.number = event.no
        key, detail = event.key or "", event.detail
        match event.kind:
            case "task_opened":
                self.tasks[key] = detail
            case "task_completed" | "task_cancelled":
                self.tasks.pop(key, None)
                self._pass(key, event.kind == "task_completed")
            case "button_armed":
                self.buttons[key] = detail
            case "button_pressed" | "button_disarmed":
                self.buttons.pop(key, None)
                self._pass(key, event.kind == "button_pressed")
            case "deadline_set":
                self.deadlines[key] = datetime.fromisoformat(detail["due_at"])
            case "deadline_moved":
                self.deadlines[key] = datetime.fromisoformat(detail["new"])
            case "deadline_passed" | "deadline_ended":
                self.deadlines.pop(key, None)
                self._pass(key, event.kind == "deadline_passed")
            case "job_requested":
                self.jobs[key] = detail["topic"]
            case "job_done" | "job_cancelled":
                self.jobs.pop(key, None)
                self._pass(key, event.kind == "job_done")
            case "job_failed" if detail.get("caught"):
                self.jobs.pop(key, None)
            case "message_awaited":
                self.messages[key] = detail
            case "message_received" | "message_dismissed":
                self.messages.pop(key, None)
                self._pass(key, event.kind == "message_received")
            case "milestone_reached":
                self.milestones[detail["name"]] = event.at
            case "path_taken":
                self._take(detail)
            case "case_ended":
                self.exit = detail["exit"] or "closed"
            case _:
                pass  # a deed that moves nothing in the diagram: a claim, a signature, a look at the identity

    def _pass(self, key: str, passed: bool) -> None:
        element = "/".join(key.split("/")[:2])
        if passed and element not in self.passed:
            self.passed.append(element)

    def _take(self, detail: Detail) -> None:
        self.passed.extend(one for one in detail["elements"] if one not in self.passed)
        self.flows.extend(one for one in detail["flows"] if one not in self.flows)


def fold(events: Iterable[Event]) -> Picture:
    """The picture after all these events, which begin with the first."""
    picture = Picture()
    for event in events:
        picture.see(event)
    return picture
