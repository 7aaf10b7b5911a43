"""The case file (工单) as a page: request, where it stands, limits, what was done, history, diagrams, documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.folding import fold
from bihuan.domain.ids import Key
from bihuan.locality.deployments import calendar_of
from bihuan.locality.forms import Options
from bihuan.locality.options import options_of
from bihuan.queries.case_calls import CALLS, Call, calls_in
from bihuan.queries.case_deeds import PRESSES, TASKS, Deed, DoneRows, deeds_of
from bihuan.queries.case_header import CaseHeader, OpenedCase, open_case_file
from bihuan.queries.case_notices import NOTICES, Notices
from bihuan.queries.case_units import UnitPart, units_of
from bihuan.queries.case_waits import (
    DEADLINES,
    AwaitedRow,
    ButtonRow,
    DeadlineRow,
    OpenTaskRow,
    awaited_of,
    buttons_of,
    deadline_row,
    open_tasks,
    waits_of,
)
from bihuan.queries.documents import documents_begun
from bihuan.queries.drawing import Drawing, drawings_of
from bihuan.queries.history import history
from bihuan.queries.likeness import LikeCase, like
from bihuan.queries.nearness import Gauge
from bihuan.queries.outlook import Outlooks
from bihuan.queries.timeline import EventRow, timeline
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

MOST_ALIKE = 4
_watch = tables.watch
WATCH = compiled(
    sa.select(_watch.c.since_at).where(
        _watch.c.account_id == sa.bindparam("me", type_=tables.ID),
        _watch.c.case_id == sa.bindparam("case_id", type_=tables.ID),
    )
)


@dataclass(frozen=True, slots=True)
class CaseNow:
    """Where a case stands, to one officer: what stands beside a form that is filled in about it."""

    header: CaseHeader
    tasks: tuple[OpenTaskRow, ...]
    deadlines: tuple[DeadlineRow, ...]
    buttons: tuple[ButtonRow, ...]
    awaited: tuple[AwaitedRow, ...]
    """Waits on nobody's desk."""
    outlooks: Outlooks
    """What follows when an open step is done, a button is pressed or a limit passes: worked out for what is shown."""
    suggested_unit: str | None
    """What the duty table (职责分工表) suggests, as a unit id."""
    suggested_unit_name: str | None
    watched: bool
    """Whether the reader keeps an eye on the case (关注)."""
    now: datetime
    seen: Mapping[Key, Mapping[str, Any]]
    """Of each open task and button the control data it sees: what the texts of its form tell of the case."""


@dataclass(frozen=True, slots=True)
class CasePage(CaseNow):
    """All that a case's pages show to one officer: where it stands, and what became of it so far."""

    events: list[EventRow]
    deed_of: Mapping[str, Deed]
    """What was filled in at a step, by the key of the task or button."""
    notices: Notices
    calls: Mapping[str, Call]
    may_call: bool
    """This reader may note telephone calls."""
    drawings: tuple[Drawing, ...]
    documents: tuple[str, ...]
    may_audit: bool
    units: tuple[UnitPart, ...]
    alike: tuple[LikeCase, ...] = ()
    """Requests much like this one (相似工单) that this reader may read."""


def case_page(reader: Reader, vault: Vault, actor: Officer, case_no: str) -> CasePage:
    """The case with this number. Raises NotFound when there is none or this officer may not read it."""
    case = open_case_file(reader, vault, actor, case_no=case_no)
    return with_alike(reader, vault, actor, page_of(reader, case, actor, options_of(reader, case.deployment)))


def with_alike(reader: Reader, vault: Vault, actor: Officer, page: CasePage) -> CasePage:
    """The page of a request with those much like it; only requests are compared."""
    return replace(page, alike=() if page.header.procedure else like(reader, vault, actor, page.header.id, MOST_ALIKE))


def case_header(reader: Reader, vault: Vault, actor: Officer, case_no: str) -> CaseHeader:
    """The head of a case that this officer may read. Raises NotFound."""
    return open_case_file(reader, vault, actor, case_no=case_no).header


def case_now(reader: Reader, case: OpenedCase, actor: Officer) -> CaseNow:
    """Where an opened case file stands."""
    tasks, deadlines, watch = reader.each(TASKS, DEADLINES, WATCH, case_id=case.header.id, me=actor.account_id)
    return _now(reader, case, actor, tasks, deadlines, watched=bool(watch))


def page_of(reader: Reader, case: OpenedCase, actor: Officer, options: Options) -> CasePage:
    """The page of an opened case file."""
    tasks, deadlines, watch, presses, calls, notices = reader.each(
        TASKS, DEADLINES, WATCH, PRESSES, CALLS, NOTICES, case_id=case.header.id, me=actor.account_id
    )
    now, done = _now(reader, case, actor, tasks, deadlines, watched=bool(watch)), DoneRows(tasks, presses)
    events = history(reader, case.row["id"])
    return CasePage(
        **{field.name: getattr(now, field.name) for field in fields(CaseNow)},
        events=timeline(reader, events, case.deployment),
        deed_of=_deed_of(case, deeds_of(reader, case, actor, done, options)),
        notices=Notices(notices),
        calls=calls_in(calls, case, actor),
        may_call=access.has_a_part(actor, locality=case.row["locality"], involved=case.row["involved"]),
        drawings=drawings_of(case.deployment.definition, case.row["process"], fold(events)),
        documents=documents_begun(case.deployment, case.row["process"], done.forms),
        may_audit=access.oversees(actor),
        units=units_of(case, tasks, now.tasks),
    )


def _now(
    reader: Reader, case: OpenedCase, actor: Officer, tasks: list[Row], deadlines: list[Row], *, watched: bool
) -> CaseNow:
    calendar = calendar_of(reader, case.row["locality"], case.row["calendar_version"])
    gauge = Gauge.of(calendar, case.deployment.locality.settings, reader.now)
    open_now = waits_of(case)
    suggested = open_now.control.get("suggested_unit") if case.row["handling_unit"] is None else None
    return CaseNow(
        case.header, open_tasks(case, actor, tasks, gauge), tuple(deadline_row(row, case, gauge) for row in deadlines),
        buttons_of(case, actor, open_now, reader.now), awaited_of(case, open_now),
        Outlooks(case, open_now, calendar, reader.now), suggested,
        case.deployment.locality.unit_name(suggested) if suggested else None, watched, reader.now,
        open_now.seen,
    )  # fmt: skip


def _deed_of(case: OpenedCase, deeds: Sequence[Deed]) -> dict[str, Deed]:
    """By key; what a request was handed in with by none, as the event that says so has none."""
    found = {one.key: one for one in deeds}
    process = case.row["process"]
    opening = found.get(str(Key(process, case.deployment.definition.processes[process].start, 1)))
    return found | {"": opening} if opening else found
