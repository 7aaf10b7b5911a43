"""公告: what a locality announces on its portal, for everybody: the newest that its procedure has published.

Read are the answers of the one form that locality.toml names, of the case that reached the milestone; nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.clock import BEIJING
from bihuan.domain.events import canonical
from bihuan.domain.workdays import Calendar, CannotCount, workday_of_month
from bihuan.domain.workdays.periods import Period
from bihuan.locality.announcing import Announcing
from bihuan.locality.deployments import Deployment, current, deployment_of
from bihuan.locality.documents import ON, Document
from bihuan.queries.case_deeds import shown
from bihuan.store import tables
from bihuan.store.starts import OF_A_DESK
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Reader, Row

_case, _task, _event = tables.case_file, tables.task, tables.history_event
_PUBLISHED = (
    sa.select(sa.func.max(_event.c.at).label("published_at"))
    .where(
        _event.c.case_id == _case.c.id,
        _event.c.kind == sa.literal_column("'milestone_reached'"),
        _event.c.payload == sa.bindparam("reached", type_=sa.Text),
    )
    .lateral("published")
)
NEWEST = compiled(
    sa.select(_case.c.id, _case.c.deployment, _case.c.opened_at, _PUBLISHED.c.published_at)
    .join(_PUBLISHED, sa.true())
    .where(
        _case.c.locality == sa.bindparam("locality"),
        _case.c.process == sa.bindparam("procedure"),
        OF_A_DESK,
        _PUBLISHED.c.published_at.is_not(None),
    )
    .order_by(_case.c.id.desc())
    .limit(at_most(1))
)
WRITTEN = compiled(
    sa.select(_task.c.control, _task.c.answers, _task.c.ended_at)
    .where(
        _task.c.case_id == sa.bindparam("case_id", type_=tables.ID),
        _task.c.form == sa.bindparam("form"),
        _task.c.state == sa.literal_column("'completed'"),
        _task.c.ended_at <= sa.bindparam("published_at", type_=tables.INSTANT),
    )
    .order_by(_task.c.ended_at.desc())
    .limit(at_most(1))
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the portal's own page shows of it."""

    title: str
    month: str
    """Which it is about: 2026年11月."""
    published_at: datetime
    opens: str
    first_on: date | None
    last_on: date | None
    """When one may come in."""
    over: bool
    """That has passed."""
    text: str


@dataclass(frozen=True, slots=True)
class ComingIn:
    """On which days of this month one comes in, and what becomes of what is handed in today when it is none of them."""

    opens: str
    first_on: date
    last_on: date
    otherwise: str


@dataclass(frozen=True, slots=True)
class Printed:
    """The whole of it: a template and the words to put in. `key` never means anything else."""

    name: str
    """Of the locality."""
    title: str
    month: str
    document: Document
    words: Mapping[str, str]
    key: tuple[UUID, datetime]


def announcement(reader: Reader, locality: str) -> Announcement | None:
    """The newest published; None when there is none. Raises NotFound when there is no such locality."""
    here = current(reader, locality)
    announcing = here.deployment.locality.settings.announcement
    found = _newest(reader, locality, announcing) if announcing else None
    if announcing is None or found is None:
        return None
    row, written = found
    period = _about(row, announcing)
    first_on, last_on = _window(here.calendar, period, announcing.window)
    over = last_on is not None and reader.now.astimezone(BEIJING).date() > last_on
    text = str((written["answers"] or {}).get(announcing.text, ""))
    return Announcement(
        announcing.title, period.words, row["published_at"], announcing.opens, first_on, last_on, over, text
    )


def coming_in(deployment: Deployment, calendar: Calendar, now: datetime) -> ComingIn | None:
    """The days of this month, announced or not; None where one comes in at any time, or none can be counted."""
    announcing = deployment.locality.settings.announcement
    if announcing is None:
        return None
    first_on, last_on = _window(calendar, Period.at("month", now), announcing.window)
    if first_on is None or last_on is None:
        return None
    today = now.astimezone(BEIJING).date()
    otherwise = announcing.early if today < first_on else announcing.late if today > last_on else ""
    return ComingIn(announcing.opens, first_on, last_on, otherwise)


def printed(reader: Reader, locality: str) -> Printed | None:
    """The whole of the newest published, as the document of its own deployment prints it; None when there is none.

    Raises NotFound when there is no such locality.
    """
    deployment = current(reader, locality).deployment
    announcing = deployment.locality.settings.announcement
    found = _newest(reader, locality, announcing) if announcing else None
    if announcing is None or found is None:
        return None
    row, written = found
    then = deployment_of(reader, row["deployment"])
    named = then.locality.settings.announcement or announcing
    words = _words(then, named, written)
    return Printed(
        deployment.locality.name, announcing.title, _about(row, named).words,
        then.locality.document(named.document), words, (row["id"], row["published_at"]),
    )  # fmt: skip


def _newest(reader: Reader, locality: str, announcing: Announcing) -> tuple[Row, Row] | None:
    reached = canonical({"name": announcing.milestone})
    row = reader.one(NEWEST, locality=locality, procedure=announcing.procedure, reached=reached)
    if row is None:
        return None
    written = reader.one(WRITTEN, case_id=row["id"], form=announcing.form, published_at=row["published_at"])
    return (row, written) if written else None


def _about(row: Row, announcing: Announcing) -> Period:
    """The month that it is about."""
    period = Period.at("month", row["opened_at"])
    for _ in range(announcing.months):
        period = period.following
    return period


def _window(calendar: Calendar, period: Period, workdays: int) -> tuple[date, date] | tuple[None, None]:
    """The first and the last of the first working days of a month; none where they cannot be counted yet."""
    if not workdays:
        return None, None
    try:
        first, last = (workday_of_month(calendar, n, of=period.first_on) for n in (1, workdays))
    except CannotCount:
        return None, None
    return first.due_on, last.due_on


def _words(deployment: Deployment, announcing: Announcing, written: Row) -> dict[str, str]:
    """Of this form alone, whatever else the template of an older deployment asks for."""
    answers: dict[str, Any] = {**(written["answers"] or {}), **(written["control"] or {})}
    fields = deployment.locality.form(announcing.form).fields
    options = deployment.locality.options()
    words = {f"{announcing.form}.{one.key}": shown(one, answers.get(one.key) or "", options) for one in fields}
    return {**words, f"{announcing.form}.{ON}": f"{written['ended_at'].astimezone(BEIJING):%Y年%-m月%-d日}"}
