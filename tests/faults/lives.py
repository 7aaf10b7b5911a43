"""Seeded lives of 淄博's cases: who hands in what when, which officer decides what, and after how many days.

All of it follows from the seed, the case's place and the key of what is open, never from how fast anything happened. So
the same seed, played with faults and without, must come to the same end.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import sqlalchemy as sa

from bihuan.bootstrap import App
from bihuan.commands.attach_file import attach_files
from bihuan.commands.complete_task import complete_task
from bihuan.commands.open_case import receive_order, submit_request
from bihuan.commands.press_button import press_button
from bihuan.domain.access import Actor, Complainant, Machine, Visitor
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import BihuanError, StorageFull
from bihuan.domain.ids import CaseId, TaskId
from bihuan.locality.deployments import deployment_of
from bihuan.locality.options import options_of
from bihuan.play import view
from bihuan.play.filling import FAVOURABLE, Sent, filled
from bihuan.store import tables
from bihuan.store.statement import compiled
from tests.a_file import sent
from tests.people import COMPANY, REQUEST, Town

UNITS = ("commerce", "market_regulation", "housing", "taxation")
DELAYS = (0, 0, 0, 0, 1, 1, 2, 4, 9, 25)
"""Days somebody takes over a task."""
HAND_IN_DAYS = 3
"""Requests come in during the first days."""
FULL_OF_DOUBT = 0.12
"""How often a decision is not the favourable one."""

_task, _case = tables.task, tables.case_file
OPEN = compiled(
    sa.select(_task.c.id, _task.c.case_id, _task.c.key, _task.c.form, _task.c.group_key, _case.c.deployment)
    .join(_case, _case.c.id == _task.c.case_id)
    .where(_task.c.state == sa.literal_column("'open'"))
    .order_by(_task.c.case_id, _task.c.key)
)
IDLE = compiled(
    sa.select(_case.c.id)
    .where(
        _case.c.exit.is_(None),
        ~sa.exists().where(_task.c.case_id == _case.c.id, _task.c.state == sa.literal_column("'open'")),
    )
    .order_by(_case.c.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Script:
    """So many cases over so many days; from the middle on the clock leaps a week at once."""

    seed: int
    cases: int
    days: int

    def steps(self) -> Iterator[tuple[int, datetime]]:
        """(day, instant): one in the afternoon, when no limit of 淄博 ends, until midnight."""
        monday = datetime.now(UTC).astimezone(BEIJING) + timedelta(days=9)
        monday -= timedelta(days=monday.weekday())
        first = datetime.combine(monday.date(), time(13), BEIJING)
        for day in range(self.days):
            leapt = day if day < self.days // 2 else day + 7
            yield leapt, (first + timedelta(days=leapt)).astimezone(UTC)

    def chance(self, *names: object) -> random.Random:
        """A source of chance for one question."""
        return random.Random("/".join(map(str, (self.seed, *names))))

    def submission(self, *names: object) -> UUID:
        """The submission id of one deed: the same however often it is tried."""
        return uuid5(NAMESPACE_OID, "/".join(map(str, (self.seed, *names))))

    def hand_ins(self, day: int) -> list[int]:
        """The cases that are handed in on this day."""
        return [place for place in range(self.cases) if place % HAND_IN_DAYS == day]

    def delay(self, place: int, key: str) -> int:
        """How many days this lies."""
        return self.chance(place, key, "delay").choice(DELAYS)

    def decisions(self, place: int, key: str) -> dict[str, str]:
        """What is decided, by control field."""
        chance = self.chance(place, key, "decision")
        found = {**FAVOURABLE, "agreed": "true", "handling_unit": chance.choice(UNITS)}
        for name, value in found.items():
            if value in ("true", "false") and chance.random() < FULL_OF_DOUBT:
                found[name] = "false" if value == "true" else "true"
        found["rating"] = str(chance.choice((1, 2, 4, 5, 5)))
        return found

    def attaches(self, place: int) -> bool:
        """Whether the complainant sends a file afterwards."""
        return self.chance(place, "attach").random() < 0.5

    def content(self, place: int) -> bytes:
        """The file: a text of several blocks."""
        return b"%d\n" % place * self.chance(place, "content").randrange(10, 60_000)

    def sends_back(self, place: int, key: str) -> bool:
        """Whether the unit says that it is not responsible (退回)."""
        return self.chance(place, key, "send back").random() < 0.15


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing somebody does; `name` says it in reports."""

    name: str
    submission_id: UUID
    actor: Actor
    do: Callable[[App], object]
    task_id: UUID | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)


class Lives:
    """All cases of a script on one database: what is to be done on a day, seen as it is now."""

    def __init__(self, script: Script, town: Town) -> None:
        self.script, self._town = script, town
        self.places: dict[CaseId, int] = {}
        self._since: dict[tuple[int, str], int] = {}
        self._tried: set[UUID] = set()

    def hand_ins(self, day: int) -> list[Deed]:
        """The requests of this day."""
        return [self._hand_in(place) for place in self.script.hand_ins(day)]

    def deeds(self, day: int) -> list[Deed]:
        """What is to be done now, each at most once, and of each case one: what follows may end another of its tasks,
        and whoever came first would decide. Nothing: the day is over.
        """
        with self._town.app.read() as reader:
            rows, idle = reader.all(OPEN), reader.all(IDLE)
            self._remember(reader)
        waits = self._of_waits([CaseId(row["id"]) for row in idle], day)
        found = [*self._attachments(day), *self._of_tasks(rows, day), *waits]
        first: dict[str, Deed] = {}
        for deed in found:
            if deed.submission_id not in self._tried:
                first.setdefault(deed.name.partition(" ")[0], deed)
        fresh = list(first.values())
        self._tried |= {deed.submission_id for deed in fresh}
        return fresh

    def _remember(self, reader: Any) -> None:
        rows = reader.all(compiled(sa.select(tables.request.c.case_id, tables.request.c.submission_id)))
        known = {self.script.submission(place, "request"): place for place in range(self.script.cases)}
        self.places = {CaseId(row["case_id"]): known[row["submission_id"]] for row in rows}

    def _attachments(self, day: int) -> Iterator[Deed]:
        """A file of their complainants, for some of the requests that came in on this day."""
        for case_id, place in self.places.items():
            if place in self.script.hand_ins(day) and self.script.attaches(place):
                yield self._attach(case_id, place)

    def _attach(self, case_id: CaseId, place: int) -> Deed:
        submission_id, content = self.script.submission(place, "attach"), self.script.content(place)

        def do(app: App) -> object:
            file = sent(app, f"{place}.txt", content)
            try:
                with app.begin(Complainant(case_id)) as work:
                    return attach_files(work, case_id, [file], submission_id=submission_id)
            finally:
                file.content.close()

        return Deed(f"{place} attach", submission_id, Complainant(case_id), do)

    def _of_tasks(self, rows: list[dict[str, Any]], day: int) -> Iterator[Deed]:
        for row in rows:
            place, key = self.places[row["case_id"]], row["key"]
            if key.split("/")[1] == "first_reply" and self.script.sends_back(place, key):
                yield from self._press(CaseId(row["case_id"]), place, "send_back", day)
            if self._is_time(place, key, day):
                yield self._complete(row, place)

    def _of_waits(self, case_ids: list[CaseId], day: int) -> Iterator[Deed]:
        for case_id in case_ids:
            yield from self._press(case_id, self.places[case_id], "rated", day)

    def _is_time(self, place: int, key: str, day: int) -> bool:
        since = self._since.setdefault((place, key), day)
        return day - since >= self.script.delay(place, key)

    def _hand_in(self, place: int) -> Deed:
        submission_id = self.script.submission(place, "request")
        complained_of = self.script.chance(place, "complained").choice(("", "", "taxation"))
        answers = REQUEST | ({"complained_of_unit": complained_of} if complained_of else {})
        actor: Actor = Machine("province") if place % 3 else Visitor("zibo")

        def do(app: App) -> object:
            with app.begin(actor) as work:
                if isinstance(actor, Visitor):
                    return submit_request(work, "zibo", answers, COMPANY, submission_id=submission_id)
                return receive_order(
                    work, "zibo", answers, COMPANY, submission_id=submission_id, external_no=f"SD{place}"
                )  # fmt: skip

        return Deed(f"{place} request", submission_id, actor, do)

    def _complete(self, row: dict[str, Any], place: int) -> Deed:
        key, task_id = row["key"], TaskId(row["id"])
        unit, _, role = row["group_key"].partition(":")
        actor, submission_id = self._town.officer(unit, role or "officer"), self.script.submission(place, key)
        answers = self._answers(row["deployment"], row["form"], self.script.decisions(place, key))

        def do(app: App) -> object:
            with app.begin(actor) as work:
                return complete_task(work, task_id, answers, submission_id=submission_id)

        return Deed(f"{place} {key}", submission_id, actor, do, task_id, answers)

    def _press(self, case_id: CaseId, place: int, element: str, day: int) -> Iterator[Deed]:
        with self._town.app.read() as reader:
            armed = view.open_now(reader, case_id).buttons
            deployment = view.case(reader, case_id).deployment
        for button in armed:
            key = str(button.key)
            if button.key.element == element and self._is_time(place, key, day):
                actor = Complainant(case_id) if element == "rated" else self._town.officer(button.audience[0])
                yield self._pressed(case_id, place, key, actor, self._answers(
                    deployment, button.form, self.script.decisions(place, key)))  # fmt: skip

    def _pressed(self, case_id: CaseId, place: int, key: str, actor: Actor, answers: Sent) -> Deed:
        submission_id = self.script.submission(place, key)

        def do(app: App) -> object:
            with app.begin(actor) as work:
                return press_button(work, case_id, key, answers, submission_id=submission_id)

        return Deed(f"{place} {key}", submission_id, actor, do)

    def _answers(self, deployment: str, form: str | None, decided: Mapping[str, str]) -> Sent:
        with self._town.app.read() as reader:
            found = deployment_of(reader, deployment)
            return filled(found.locality.form(form), {}, options_of(reader, found), otherwise=decided) if form else {}


def insisted(deed: Deed, app: App, again: Callable[[Exception], bool]) -> str:
    """Do it until it is answered: 'done', or the code of the refusal. `again` says which faults are tried again."""
    while True:
        try:
            deed.do(app)
        except StorageFull as full:  # nothing was kept: whoever sent it tries again
            if not again(full):
                raise
        except BihuanError as refusal:
            return refusal.code
        except Exception as fault:
            if not again(fault):
                raise
        else:
            return "done"
