"""研判分办: the stream of requests that wait to be looked through, and what helps to decide on one.

The locality's folder says which tasks come to the desk and what in their forms means what (`[triage]`); whatever is
suggested here, people decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from bihuan.domain.access import Officer
from bihuan.domain.errors import NotAllowed
from bihuan.domain.ids import TaskId
from bihuan.locality.deployments import Deployment, current, deployment_of
from bihuan.locality.desks import Triage
from bihuan.locality.fields import Field, plain_value
from bihuan.locality.folder import Locality
from bihuan.queries.foresight import SUGGESTED
from bihuan.queries.likeness import LikeCase, like, likes
from bihuan.queries.nearest_first import LATER, NEAREST_FIRST, OPEN_HERE, nearest
from bihuan.queries.nearness import Gauge, Nearness
from bihuan.queries.task_page import TaskPage
from bihuan.queries.veil import Veil, veils_of
from bihuan.queries.words import CHANNELS
from bihuan.store import tables
from bihuan.store.statement import Statement, compiled
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

PAGE = 20
EXCERPT = 90

_task, _case, _request, _event = tables.task, tables.case_file, tables.request, tables.history_event


def _page(*conditions: sa.ColumnElement[bool]) -> Statement:
    """A page of the stream, and one more."""
    wanted = sa.select(_task.c.id, _task.c.due_at).where(
        OPEN_HERE,
        _task.c.form == sa.any_(sa.bindparam("forms", type_=sa.ARRAY(sa.Text))),
        *conditions,
    )
    page = nearest(wanted, PAGE + 1).subquery("page")
    return compiled(
        sa.select(
            _task.c.id, _task.c.case_id, _task.c.name, _task.c.group_key, _task.c.clause, _task.c.due_at,
            _task.c.assignee, _case.c.case_no, _case.c.category, _case.c.origin, _case.c.channel, _case.c.opened_at,
            _case.c.complained_of, _request.c.subject, _request.c.body, _request.c.struck_subject,
            _request.c.struck_body,
        )
        .join(page, page.c.id == _task.c.id)
        .join(_case, _case.c.id == _task.c.case_id)
        .join(_request, _request.c.case_id == _task.c.case_id)
        .order_by(*NEAREST_FIRST)
    )  # fmt: skip


FIRST, NEXT = _page(), _page(LATER)
_OUTPUTS = _event.c.payload.cast(JSONB)["outputs"]
DECIDED = compiled(
    sa.select(_event.c.case_id, _OUTPUTS[SUGGESTED].astext.label("unit"))
    .where(
        _event.c.case_id == sa.any_(sa.bindparam("ids", type_=tables.IDS)),
        _event.c.kind == sa.literal_column("'decision_made'"),
        _OUTPUTS.has_key(SUGGESTED),
    )
    .order_by(_event.c.case_id, _event.c.no)
)


@dataclass(frozen=True, slots=True)
class TriageRow:
    """One request that waits at the desk. `like`: the one most like it that is there already, if any."""

    id: TaskId
    case_no: str
    subject: str
    excerpt: str
    category: str
    origin: str
    channel: str
    received_at: datetime
    step: str
    group: str
    clause: str
    nearness: Nearness
    claimed: bool
    suggested_unit: str
    like: LikeCase | None


@dataclass(frozen=True, slots=True)
class TriageStream:
    """A page of the stream; `following` is where the next one begins."""

    rows: tuple[TriageRow, ...]
    following: tuple[datetime | None, UUID] | None


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground for declining (不予受理的情形): its code, its text, and what the complainant is told."""

    code: str
    text: str
    told: str
    """What the notice to the complainant is called."""
    repeated: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A unit that is suggested, and why."""

    unit: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Aid:
    """What the page of a triage task shows beside its form."""

    like: tuple[LikeCase, ...]
    grounds: tuple[Ground, ...]
    suggestions: tuple[Suggestion, ...]
    lead: Field | None
    supporting: tuple[Field, ...]
    declined_by: str
    repeated: str
    repeated_note: str

    def repeating(self, case_no: str) -> dict[str, str]:
        """The form filled in so far when an officer finds that the request repeats this one; else nothing."""
        if not self.repeated or case_no not in {one.case_no for one in self.like}:
            return {}
        note = {self.repeated_note: f"与 {case_no} 重复。"} if self.repeated_note else {}
        return {self.declined_by: self.repeated, **note}


def seats_any(reader: Reader, actor: Officer, deployment: str | None) -> bool:
    """Whether this officer sits at the desk of triage, in the deployment that is in force."""
    return deployment is not None and deployment_of(reader, deployment).locality.settings.triage.seats(actor)


def triage_stream(
    reader: Reader, vault: Vault, actor: Officer, after: tuple[datetime | None, UUID] | None = None
) -> TriageStream:
    """Requests that wait at this officer's desk, nearest limit first. Raises NotAllowed for whoever has no seat."""
    here = current(reader, actor.locality)
    settings = here.deployment.locality.settings
    if not settings.triage.seats(actor):
        raise NotAllowed(f"Expected {actor.ref} to sit at the desk of triage of {actor.locality}, but it does not")
    values: dict[str, Any] = {
        "locality": actor.locality, "groups": sorted(actor.groups), "forms": list(settings.triage.forms),
    }  # fmt: skip
    if after:
        values |= {"after_due": after[0], "after_id": after[1]}
    rows = reader.all(NEXT if after else FIRST, **values)
    more, rows = len(rows) > PAGE, rows[:PAGE]
    gauge = Gauge.of(here.calendar, settings, reader.now)
    shown = tuple(_rows(reader, vault, actor, rows, here.deployment, gauge))
    return TriageStream(shown, (rows[-1]["due_at"], rows[-1]["id"]) if more else None)


def _rows(
    reader: Reader, vault: Vault, actor: Officer, rows: list[Row], deployment: Deployment, gauge: Gauge
) -> Iterator[TriageRow]:
    if not rows:
        return
    ids = [row["case_id"] for row in rows]
    veils = veils_of(reader, vault, actor, ((row["case_id"], row["complained_of"]) for row in rows))
    near = likes(reader, vault, actor, ids)
    units = {row["case_id"]: row["unit"] for row in reader.all(DECIDED, ids=ids)}
    locality = deployment.locality
    for row in rows:
        case_id, veil = row["case_id"], veils[row["case_id"]]
        unit = units.get(case_id)
        yield TriageRow(
            row["id"], row["case_no"], veil.over_request(row["subject"], row["struck_subject"]), _excerpt(row, veil),
            locality.categories.get(row["category"], ""),
            locality.settings.origins.get(row["origin"], row["origin"]),
            CHANNELS.get(row["channel"], str(row["channel"])), row["opened_at"], row["name"],
            locality.group_name(row["group_key"]), row["clause"] or "", gauge.nearness(row["due_at"]),
            row["assignee"] is not None, locality.unit_name(unit) if unit else "",
            next(iter(near.get(case_id, ())), None),
        )  # fmt: skip


def _excerpt(row: Row, veil: Veil) -> str:
    text = " ".join(veil.over_request(row["body"], row["struck_body"]).split())
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


def aid_for(reader: Reader, vault: Vault, actor: Officer, page: TaskPage) -> Aid | None:
    """What helps with this task, when it is one of the desk's; its page has made sure that the officer may see it."""
    header = page.case.header
    locality = deployment_of(reader, header.deployment).locality
    triage = locality.settings.triage
    if page.form.id not in triage.forms:
        return None
    fields = {field.key: field for field in page.form.fields}
    near = like(reader, vault, actor, header.id)
    declines = triage.declined_by in fields
    return Aid(
        near, tuple(_grounds(locality, triage, fields, header.case_no)) if declines else (),
        tuple(_suggestions(page, near)) if triage.lead in fields else (), fields.get(triage.lead),
        tuple(fields[name] for name in triage.supporting if name in fields), triage.declined_by,
        triage.repeated if declines else "", triage.repeated_note if triage.repeated_note in fields else "",
    )  # fmt: skip


def _grounds(locality: Locality, triage: Triage, fields: dict[str, Field], case_no: str) -> Iterator[Ground]:
    texts = {plain_value(option.value): option.label for option in fields[triage.declined_by].options}
    for code, template in triage.grounds.items():
        told = locality.notice(template).render({"case_no": case_no})[0] if template else ""
        yield Ground(code, texts.get(code, code), told, code == triage.repeated)


def _suggestions(page: TaskPage, near: tuple[LikeCase, ...]) -> Iterator[Suggestion]:
    """What the duty table proposes, then the units that handle requests much like this one."""
    seen = set()
    if page.case.suggested_unit:
        seen.add(page.case.suggested_unit)
        yield Suggestion(page.case.suggested_unit, page.case.suggested_unit_name or "", "职责分工表建议")
    for one in near:
        if one.unit and one.unit not in seen:
            seen.add(one.unit)
            yield Suggestion(one.unit, one.handling_unit or "", f"承办相似工单 {one.case_no}")
