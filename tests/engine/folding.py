"""The law of the facts: folded one after the other they give exactly what a case waits for."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain.ids import Key
from bihuan.engine import Awaited, Fact, OpenButton, OpenDeadline, OpenJob, OpenTask, Waits
from bihuan.engine.view import in_order

ENDS = {
    "task_completed": "tasks",
    "task_cancelled": "tasks",
    "button_pressed": "buttons",
    "button_disarmed": "buttons",
    "deadline_passed": "deadlines",
    "deadline_ended": "deadlines",
    "job_done": "jobs",
    "job_cancelled": "jobs",
    "message_received": "messages",
    "message_dismissed": "messages",
}


class Folding:
    """What is open after some facts. `limits` remembers deadlines that passed: a task stays late."""

    def __init__(self) -> None:
        self.tasks: dict[Key, OpenTask] = {}
        self.buttons: dict[Key, OpenButton] = {}
        self.deadlines: dict[Key, OpenDeadline] = {}
        self.jobs: dict[Key, OpenJob] = {}
        self.messages: dict[Key, Awaited] = {}
        self.limits: dict[Key, OpenDeadline] = {}
        self.milestones: dict[str, datetime] = {}
        self.control: dict[str, Any] = {}

    def see(self, fact: Fact) -> None:
        """Fold one fact in."""
        detail = fact.detail
        if fact.kind in ENDS:
            del getattr(self, ENDS[fact.kind])[fact.key]
        elif fact.kind == "job_failed" and detail["caught"]:
            del self.jobs[fact.key]
        elif fact.kind == "milestone_reached":
            self.milestones[detail["name"]] = fact.at
        elif fact.kind == "path_taken":
            self.control.update(detail.get("control", {}))
        else:
            self._open(fact.kind, fact.key, detail)

    def _open(self, kind: str, key: Key | None, detail: Any) -> None:
        if key is None:
            return
        match kind:
            case "task_opened":
                self.tasks[key] = OpenTask(
                    key,
                    detail["name"],
                    detail["form"],
                    tuple(detail["groups"]),
                    detail["lane"],
                    detail["clause"],
                    detail["signature"],
                    _key(detail["deadline"]),
                    None,
                )
            case "button_armed":
                self.buttons[key] = OpenButton(
                    key,
                    detail["name"],
                    detail["form"],
                    tuple(detail["audience"]),
                    _key(detail["on"]),
                    detail["interrupting"],
                    _instant(detail["until"]),
                    detail["clause"],
                )
            case "button_moved":
                self.buttons[key] = replace(self.buttons[key], until=_instant(detail["new"]))
            case "deadline_set" | "deadline_moved":
                self.deadlines[key] = self.limits[key] = OpenDeadline(
                    key,
                    detail["name"],
                    datetime.fromisoformat(detail["due_at"]),
                    _key(detail["on"]),
                    detail["interrupting"],
                    detail["internal"],
                    detail["rule"],
                    detail["clause"],
                )
            case "job_requested":
                self.jobs[key] = OpenJob(key, detail["topic"])
            case "message_awaited":
                self.messages[key] = Awaited(key, detail["name"], detail["correlation_key"])

    def waits(self) -> Waits:
        """What is open."""
        return Waits(
            tuple(self._governed(self.tasks[key]) for key in sorted(self.tasks, key=in_order)),
            *(
                tuple(found[key] for key in sorted(found, key=in_order))
                for found in (self.buttons, self.deadlines, self.jobs, self.messages)
            ),
            milestones=self.milestones,
            control=self.control,
        )

    def _governed(self, task: OpenTask) -> OpenTask:
        """The task under the earliest limit of the activity whose limit it had when it opened."""
        if task.deadline is None:
            return task
        on = self.limits[task.deadline].on
        limit = min((each for each in self.limits.values() if each.on == on), key=lambda each: each.due_at)
        fields = (task.key, task.name, task.form, task.groups, task.lane, task.clause, task.signature)
        return OpenTask(*fields, limit.key, limit.due_at)


def _key(text: str | None) -> Key | None:
    return None if text is None else Key.parse(text)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
