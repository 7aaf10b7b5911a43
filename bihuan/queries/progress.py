"""What a complainant (企业、群众) sees of the own case: plain steps, the next promised date, letters, the own deeds.

Found by number and query code together; neither alone tells anything, and a wrong pair does not say which is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from bihuan.domain.access import COMPLAINANT, Complainant
from bihuan.domain.errors import NotFound
from bihuan.domain.ids import CaseId
from bihuan.locality.deployments import Deployment, deployment_of
from bihuan.locality.folder import Contact
from bihuan.queries.complainants_deeds import GIVEN, SAID, ComplainantsDeeds, deeds_of_complainant
from bihuan.queries.documents import documents_handed
from bihuan.queries.handed_in import HANDED_IN, handed_in
from bihuan.queries.who_sees import WhoSees, who_sees
from bihuan.store import tables
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

_case, _request, _task, _deadline = tables.case_file, tables.request, tables.task, tables.deadline
_press, _event, _notice = tables.press, tables.history_event, tables.notice
_ID = sa.bindparam("case_id", type_=tables.ID)

FIND = compiled(
    sa.select(_case.c.id)
    .join(_request, _request.c.case_id == _case.c.id)
    .where(
        _case.c.locality == sa.bindparam("locality"),
        _case.c.case_no == sa.bindparam("case_no"),
        _request.c.query_code_hash == sa.bindparam("code", type_=sa.LargeBinary),
    )
)
CASE = compiled(
    sa.select(_case, _request.c.subject, _request.c.submitted_at)
    .join(_request, _request.c.case_id == _case.c.id)
    .where(_case.c.id == _ID)
)
MILESTONES = compiled(
    sa.select(_event.c.at, _event.c.payload.cast(JSONB)["name"].astext.label("name"))
    .where(_event.c.case_id == _ID, _event.c.kind == "milestone_reached")
    .order_by(_event.c.no)
)
_ARMED_FOR = (
    sa.select(_event.c.payload.cast(JSONB)["audience"])
    .where(_event.c.case_id == _ID, _event.c.kind == "button_armed", _event.c.key == _press.c.key)
    .limit(at_most(1))
    .scalar_subquery()
)
"""Who might press the button."""


def _written(
    answers: sa.Column[Any], groups: sa.ColumnElement[Any], at: sa.Column[Any], *whose: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    """What a form says to the complainant, and whose form it was."""
    reply, told = answers["reply_to_company"].astext, answers["told_company"].astext
    words = sa.func.coalesce(reply, told, "")
    columns = words.label("words"), groups.label("groups"), at.label("at"), reply.is_not(None).label("reply")
    return sa.select(*columns).where(*whose, words != "")


LETTERS = compiled(
    sa.union_all(
        _written(
            _task.c.answers, sa.func.jsonb_build_array(_task.c.group_key), _task.c.ended_at,
            _task.c.case_id == _ID, _task.c.state == "completed",
        ),
        _written(
            _press.c.answers, _ARMED_FOR, _press.c.pressed_at, _press.c.case_id == _ID, _press.c.pressed_by.is_not(None)
        ),
    ).order_by(sa.desc("at"), "words")
)  # fmt: skip
NOTICES = compiled(
    sa.select(_notice.c.written_at, _notice.c.subject, _notice.c.body)
    .where(_notice.c.case_id == _ID, _notice.c.recipient == COMPLAINANT)
    .order_by(_notice.c.written_at.desc(), _notice.c.template)
)
FILLED_IN = compiled(sa.select(_task.c.form).distinct().where(_task.c.case_id == _ID, _task.c.state == "completed"))
PROMISES = compiled(
    sa.select(_task.c.due_at, _task.c.name, _task.c.group_key, _deadline.c.internal, _deadline.c.original_due_at)
    .join(_deadline, sa.and_(_deadline.c.case_id == _task.c.case_id, _deadline.c.key == _task.c.deadline_key))
    .where(_task.c.case_id == _ID, _task.c.state == "open")
    .order_by(_deadline.c.internal, _task.c.due_at)
    .limit(at_most(1))
)
RATED = compiled(
    sa.select(_press.c.pressed_at, _press.c.control).where(
        _press.c.case_id == _ID, _press.c.pressed_by.is_(None), _press.c.control.has_key("rating")
    )
)


@dataclass(frozen=True, slots=True)
class Step:
    """One plain step: reached when, or not yet."""

    name: str
    words: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised next: which step, by when; missed when its instant has passed.

    `internal`: the document sets no limit for it now, the locality has set its own. `by_unit`: the handling unit is to
    keep it, not the platform or a supervisor.
    """

    step: str
    due_at: datetime
    missed: bool
    internal: bool
    by_unit: bool
    original_due_at: datetime

    @property
    def moved(self) -> bool:
        """An extension was granted, or the calendar changed."""
        return self.due_at != self.original_due_at


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody wrote to the complainant: a reply (答复), or what is told on the way (告知), an extension say."""

    words: str
    at: datetime
    reply: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A notice (通知) to the complainant, as it was also sent to telephone or mailbox."""

    at: datetime
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The complainant's page."""

    case_id: CaseId
    case_no: str
    locality: str
    locality_name: str
    called: str
    subject: str
    handed_in: tuple[tuple[str, str], ...]
    """What was filled in, under its labels: the own words, whole."""
    submitted_at: datetime
    handling_unit: str | None
    steps: tuple[Step, ...]
    promise: Promise | None
    letters: tuple[Letter, ...]
    """The newest first."""
    notices: tuple[Told, ...]
    """The newest first."""
    documents: tuple[str, ...]
    """Made out to the complainant (受理通知书), by name."""
    deeds: ComplainantsDeeds
    rated: tuple[datetime, str] | None
    exit: str | None
    ended_at: datetime | None
    channel: str
    who_sees: WhoSees
    contact: Contact | None

    @property
    def following(self) -> Step | None:
        """The plain step after the last that was reached."""
        last = max((place for place, step in enumerate(self.steps) if step.at), default=-1)
        return next(iter(self.steps[last + 1 :]), None)


def find_case(reader: Reader, vault: Vault, locality: str, case_no: str, query_code: str) -> CaseId | None:
    """The case of this number and query code, or None. Callers limit how often anyone may ask."""
    code = query_code.replace(" ", "").replace("-", "")
    found = reader.one(FIND, locality=locality, case_no=case_no.strip().upper()[:60], code=vault.lookup(code[:64]))
    return CaseId(found["id"]) if found else None


def progress(reader: Reader, actor: Complainant) -> Progress:
    """The page of the complainant's own case. Raises NotFound."""
    row = reader.one(CASE, case_id=actor.case_id)
    if row is None:
        raise NotFound(f"Expected a case {actor.case_id}, but there is none")
    deployment = deployment_of(reader, row["deployment"])
    milestones, letters, filled_in, promises, rated, given, said, own, told = reader.each(
        MILESTONES, LETTERS, FILLED_IN, PROMISES, RATED, GIVEN, SAID, HANDED_IN, NOTICES, case_id=row["id"]
    )
    reached = {found["name"]: found["at"] for found in milestones}
    return Progress(
        row["id"], row["case_no"], row["locality"], deployment.locality.name,
        deployment.locality.settings.called, row["subject"], handed_in(own, deployment), row["submitted_at"],
        deployment.locality.unit_name(row["handling_unit"]) if row["handling_unit"] else None,
        _steps(deployment, reached), _promise(promises, row["handling_unit"], reader.now),
        _letters(letters, row["complained_of"]),
        tuple(Told(one["written_at"], one["subject"], one["body"]) for one in told),
        documents_handed(deployment, row["process"], [done["form"] for done in filled_in]),
        deeds_of_complainant(reader, row, deployment, given, said), _rated(rated, deployment), row["exit"],
        row["ended_at"], row["channel"], who_sees(deployment), deployment.locality.settings.contact,
    )  # fmt: skip


def _steps(deployment: Deployment, reached: Mapping[str, datetime]) -> tuple[Step, ...]:
    return tuple(Step(step.name, step.words, reached.get(name)) for name, step in deployment.plain_steps().items())


def _letters(rows: list[Row], complained_of: list[str]) -> tuple[Letter, ...]:
    """What the complained-of unit wrote never goes to the company but through the platform."""
    told = (row for row in rows if not any(group.partition(":")[0] in complained_of for group in row["groups"]))
    return tuple(Letter(row["words"], row["at"], row["reply"]) for row in told)


def _promise(nearest: list[Row], handling_unit: str | None, now: datetime) -> Promise | None:
    row = next(iter(nearest), None)
    if row is None:
        return None
    by_unit = row["group_key"].partition(":")[0] == handling_unit
    missed = row["due_at"] <= now
    return Promise(row["name"], row["due_at"], missed, row["internal"], by_unit, row["original_due_at"])


def _rated(ratings: list[Row], deployment: Deployment) -> tuple[datetime, str] | None:
    row = next(iter(ratings), None)
    if row is None:
        return None
    scale, given = deployment.locality.settings.rating_scale, row["control"].get("rating")
    label = scale[given - 1] if isinstance(given, int) and 0 < given <= len(scale) else ""
    return row["pressed_at"], label
