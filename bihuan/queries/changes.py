"""What one event of a case changed (变化前后): the picture before it laid over the picture after it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bihuan.domain.events import Event
from bihuan.domain.folding import Limit, Picture
from bihuan.locality.deployments import Deployment
from bihuan.locality.fields import Field
from bihuan.locality.forms import Options
from bihuan.queries.case_deeds import shown

What = Literal["task", "button", "limit", "limit_state", "milestone", "answer", "exit"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise after the event. Instants stay instants, for the page to word."""

    what: What
    name: str
    before: str | datetime | None
    after: str | datetime | None


class Telling:
    """Tells changes in the words of a case's own deployment."""

    def __init__(self, deployment: Deployment, process: str, options: Options) -> None:
        self._deployment, self._process, self._options = deployment, process, options

    def each(self, events: Iterable[Event]) -> dict[int, tuple[Change, ...]]:
        """What every event changed, by its number. The events begin with the first."""
        found, picture = {}, Picture()
        for event in events:
            before = picture.copied()
            picture.see(event)
            found[event.no] = self.changes(before, picture, event)
        return found

    def changes(self, before: Picture, after: Picture, event: Event) -> tuple[Change, ...]:
        """All that the event changed, tasks first."""
        return (
            *self._opened_and_closed("task", before.tasks, after.tasks),
            *self._opened_and_closed("button", before.buttons, after.buttons),
            *self._limits(before.limits, after.limits),
            *(
                Change(
                    "milestone", self._deployment.milestone_name(name, self._process), before.milestones.get(name), at
                )
                for name, at in after.milestones.items()
                if before.milestones.get(name) != at
            ),
            *self._answers(event),
            *([Change("exit", "", before.exit, after.exit)] if before.exit != after.exit else ()),
        )

    def _opened_and_closed(
        self, what: What, before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
    ) -> Iterator[Change]:
        for key, detail in before.items():
            if key not in after:
                yield Change(what, self._name(key), self._desk(detail), None)
        for key, detail in after.items():
            if key not in before:
                yield Change(what, self._name(key), None, self._desk(detail))

    def _limits(self, before: Mapping[str, Limit], after: Mapping[str, Limit]) -> Iterator[Change]:
        for key, limit in after.items():
            earlier = before.get(key)
            if earlier is None or earlier.due_at != limit.due_at:
                yield Change("limit", self._name(key), earlier.due_at if earlier else None, limit.due_at)
            if earlier is not None and earlier.state != limit.state:
                yield Change("limit_state", self._name(key), earlier.state, limit.state)

    def _answers(self, event: Event) -> Iterator[Change]:
        """The choices by which the procedure went on; what people wrote otherwise is in no history."""
        if event.kind not in ("task_completed", "button_pressed"):
            return
        control = event.detail.get("control") or {}
        for field in self._fields(event):
            value = control.get(field.key)
            if field.control and value not in (None, "", []):
                yield Change("answer", field.label, None, shown(field, value, self._options))

    def _fields(self, event: Event) -> tuple[Field, ...]:
        """Of the form that was filled in: that of the event's own element, since others may call the same key else."""
        process, element = (event.key or "//").split("/")[:2]
        try:
            form = self._deployment.definition.element(process, element).form
        except KeyError:
            return ()
        found = self._deployment.locality.forms.get(form or "")
        return tuple(found.fields) if found else ()

    def _desk(self, detail: Mapping[str, Any]) -> str:
        return _named(_groups(detail), self._deployment)

    def _name(self, key: str) -> str:
        process, element = key.split("/")[:2]
        try:
            found = self._deployment.definition.element(process, element)
        except KeyError:
            return element
        on = self._deployment.definition.element(process, found.on).name if found.on else ""
        return " · ".join(part for part in (on, found.name or element) if part)


def desks_of(events: list[Event], deployment: Deployment) -> dict[int, str]:
    """At whose desk each officer's deed was done, by the event's number: the group whose task or button it was."""
    groups: dict[str, Sequence[str]] = {}
    found = {}
    for event in events:
        if event.key and event.kind in ("task_opened", "button_armed"):
            groups[event.key] = _groups(event.detail)
        elif event.key in groups and event.actor.startswith("officer:") and not _by_administrator(event):
            found[event.no] = _named(groups[event.key], deployment)
    return found


def _by_administrator(event: Event) -> bool:
    """Put back because whoever had claimed it left: a deed of the house, at no desk of the case."""
    return event.kind == "task_released" and "why" in event.detail


def _groups(detail: Mapping[str, Any]) -> Sequence[str]:
    return detail.get("groups") or detail.get("audience") or ()


def _named(groups: Sequence[str], deployment: Deployment) -> str:
    return "、".join(deployment.locality.group_name(group) for group in groups)
