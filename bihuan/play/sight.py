"""A case as a scenario looks at it: what is open, sent and recorded, under the names that people use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bihuan.domain.events import Event
from bihuan.domain.workdays import LampThresholds, lamp
from bihuan.locality.deployments import calendar_of
from bihuan.locality.rules.examples import SYSTEM, plain
from bihuan.play import view
from bihuan.play.life import Life
from bihuan.play.naming import SYSTEM_ACTORS, Names
from bihuan.queries.history import history

NEVER: Final = datetime.max.replace(tzinfo=UTC)
"""When a task without a limit is due."""


@dataclass(frozen=True, slots=True)
class OpenTask:
    """An open task."""

    task: str
    of: str
    due: datetime | None
    was: datetime | None
    late: bool
    lamp: str | None


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A notice that a message event sent, with its words."""

    notice: str
    to: str
    text: str
    cites: frozenset[str]
    """The rules whose document and part it tells."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything there is to see at one moment. `fresh` are the events since the last step."""

    exit: str | None
    tasks: tuple[OpenTask, ...]
    buttons: tuple[str, ...]
    jobs: tuple[str, ...]
    running: int
    """Waits of any kind."""
    events: tuple[Event, ...]
    fresh: tuple[Event, ...]
    sent: tuple[SentNotice, ...]
    """All of this life."""
    fresh_sent: tuple[SentNotice, ...]


class Onlooker:
    """Looks at one life, again and again."""

    def __init__(self, life: Life, names: Names) -> None:
        self._life, self._names = life, names

    def look(self, since: int) -> Sight:
        """What there is to see now; `since` is how many events there were at the last step."""
        stage, case_id = self._life.play.stage, self._life.case_id
        with stage.app.read() as reader:
            case = view.case(reader, case_id)
            tasks, waits = view.open_tasks(reader, case_id), view.open_now(reader, case_id)
            events, notices = history(reader, case_id), view.notices(reader, case_id)
            calendar = calendar_of(reader, self._life.play.locality, 0)
        amber = self._life.play.deployment.locality.settings.amber_workdays
        thresholds = LampThresholds.at(calendar, stage.now, amber_workdays=amber)
        return Sight(
            exit=case.exit,
            tasks=tuple(self._task(task, stage.now, thresholds) for task in tasks),
            buttons=tuple(plain(button.name) for button in waits.buttons),
            jobs=tuple(self._names.element(str(job.key)) for job in waits.jobs),
            running=sum(map(len, (waits.tasks, waits.buttons, waits.deadlines, waits.jobs, waits.messages))),
            events=tuple(events),
            fresh=tuple(events[since:]),
            sent=tuple(self._sent(events, notices)),
            fresh_sent=tuple(self._sent(events[since:], notices)),
        )

    def element(self, event: Event) -> str:
        """The name of what an event is about."""
        return self._names.element(event.key)

    def by(self, event: Event) -> str:
        """Who did it, as a scenario writes it."""
        if event.actor in SYSTEM_ACTORS:
            return SYSTEM
        return self._names.called(self._life.play.cast.group_of(event.actor))

    def _task(self, task: view.SeenTask, now: datetime, thresholds: LampThresholds) -> OpenTask:
        moved = task.original_due_at if task.original_due_at != task.due_at else None
        return OpenTask(
            plain(task.name), self._names.called(task.group_key), task.due_at, moved,
            late=task.due_at is not None and now >= task.due_at,
            lamp=lamp(task.due_at, now, thresholds) if task.due_at else None,
        )  # fmt: skip

    def _sent(self, events: Iterable[Event], notices: list[view.SeenNotice]) -> Iterable[SentNotice]:
        for event in events:
            if event.kind != "message_thrown" or event.detail["name"] != "notice":
                continue
            template, to = event.detail["payload"]["template"], event.detail["payload"]["to"]
            words = [
                f"{one.subject} {one.body}"
                for one in notices
                if (one.template, one.recipient, one.written_at) == (template, to, event.at)
            ]
            clause, text = str(event.detail["clause"] or ""), " ".join(words)
            told = self._life.play.deployment.locality.rulebook.cite(clause)
            cites = frozenset(clause.split()) if told and told in text else frozenset()
            yield SentNotice(self.element(event), self._names.called(to), text, cites)
