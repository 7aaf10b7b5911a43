"""The case file (工单) as a page: request, where it stands, limits, what was done, history, diagrams, documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.folding import fold
from bihuan.domain.ids import Key
from bihuan.locality.deployments import calendar_of
from bihuan.locality.forms import Options
from bihuan.locality.options import options_of
from bihuan.queries.case_calls import Call, calls_of
from bihuan.queries.case_deeds import Deed, deeds_of, task_rows
from bihuan.queries.case_header import CaseHeader, OpenedCase, open_case_file
from bihuan.queries.case_notices import Notices
from bihuan.queries.case_units import UnitPart, units_of
from bihuan.queries.case_waits import (
    AwaitedRow,
    ButtonRow,
    DeadlineRow,
    OpenTaskRow,
    awaited_of,
    buttons_of,
    deadlines_of,
    open_tasks,
    waits_of,
)
from bihuan.queries.documents import documents_offered
from bihuan.queries.drawing import Drawing, drawings_of
from bihuan.queries.history import history
from bihuan.queries.likeness import LikeCase, like
from bihuan.queries.nearness import Gauge
from bihuan.queries.outlook import Outlooks
from bihuan.queries.timeline import EventRow, timeline
from bihuan.queries.watching import watches
from bihuan.store.unit_of_work import Reader
from bihuan.store.vault import Vault

MOST_ALIKE = 4


@dataclass(frozen=True, slots=True)
class CasePage:
    """All that a case's pages show to one officer."""

    header: CaseHeader
    tasks: tuple[OpenTaskRow, ...]
    deadlines: tuple[DeadlineRow, ...]
    buttons: tuple[ButtonRow, ...]
    events: list[EventRow]
    deed_of: Mapping[str, Deed]
    """What was filled in at a step, by the key of the task or button."""
    notices: Notices
    calls: Mapping[str, Call]
    may_call: bool
    """This reader may note telephone calls."""
    drawings: tuple[Drawing, ...]
    documents: tuple[str, ...]
    suggested_unit: str | None
    """What the duty table (职责分工表) suggests, as a unit id."""
    suggested_unit_name: str | None
    may_audit: bool
    now: datetime
    units: tuple[UnitPart, ...]
    awaited: tuple[AwaitedRow, ...]
    """Waits on nobody's desk."""
    outlooks: Outlooks
    """What follows when an open step is done, a button is pressed or a limit passes: worked out for what is shown."""
    alike: tuple[LikeCase, ...] = ()
    """Requests much like this one (相似工单) that this reader may read."""
    watched: bool = False
    """Whether the reader keeps an eye on the case (关注)."""


def case_page(reader: Reader, vault: Vault, actor: Officer, case_no: str) -> CasePage:
    """The case with this number. Raises NotFound when there is none or this officer may not read it."""
    case = open_case_file(reader, vault, actor, case_no=case_no)
    page = page_of(reader, case, actor, options_of(reader, case.deployment))
    return replace(page, alike=() if page.header.procedure else like(reader, vault, actor, page.header.id, MOST_ALIKE))


def case_header(reader: Reader, vault: Vault, actor: Officer, case_no: str) -> CaseHeader:
    """The head of a case that this officer may read. Raises NotFound."""
    return open_case_file(reader, vault, actor, case_no=case_no).header


def page_of(reader: Reader, case: OpenedCase, actor: Officer, options: Options) -> CasePage:
    """The page of an opened case file."""
    calendar = calendar_of(reader, case.row["locality"], case.row["calendar_version"])
    gauge = Gauge.of(calendar, case.deployment.locality.settings, reader.now)
    open_now = waits_of(case)
    tasks = task_rows(reader, case)
    events = history(reader, case.row["id"])
    suggested = open_now.control.get("suggested_unit") if case.row["handling_unit"] is None else None
    open_rows, buttons = open_tasks(case, actor, tasks, gauge), buttons_of(case, actor, open_now, reader.now)
    deeds = deeds_of(reader, case, actor, tasks, options)
    return CasePage(
        case.header,
        open_rows,
        deadlines_of(reader, case, gauge),
        buttons,
        timeline(reader, events, case.deployment),
        _deed_of(case, deeds),
        Notices(reader, case.row["id"]),
        calls_of(reader, case, actor),
        access.has_a_part(actor, locality=case.row["locality"], involved=case.row["involved"]),
        drawings_of(case.deployment.definition, case.row["process"], fold(events)),
        documents_offered(case.deployment, case.row["process"]),
        suggested,
        case.deployment.locality.unit_name(suggested) if suggested else None,
        access.oversees(actor),
        reader.now,
        units_of(case, tasks, open_rows),
        awaited_of(case, open_now),
        Outlooks(case, open_now, calendar, reader.now),
        watched=watches(reader, actor, case.row["id"]),
    )


def _deed_of(case: OpenedCase, deeds: Sequence[Deed]) -> dict[str, Deed]:
    """By key; what a request was handed in with by none, as the event that says so has none."""
    found = {one.key: one for one in deeds}
    process = case.row["process"]
    opening = found.get(str(Key(process, case.deployment.definition.processes[process].start, 1)))
    return found | {"": opening} if opening else found
