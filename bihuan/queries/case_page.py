"""The case file (工单) as a page: request, where it stands, limits, what was done, history, diagrams, documents."""

from dataclasses import dataclass

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.folding import fold
from bihuan.locality.deployments import calendar_of
from bihuan.locality.forms import Options
from bihuan.locality.options import options_of
from bihuan.queries.case_deeds import Deed, deeds_of, task_rows
from bihuan.queries.case_header import CaseHeader, OpenedCase, open_case_file
from bihuan.queries.case_waits import (
    ButtonRow,
    DeadlineRow,
    OpenTaskRow,
    buttons_of,
    deadlines_of,
    open_tasks,
    waits_of,
)
from bihuan.queries.documents import documents_offered
from bihuan.queries.drawing import Drawing, drawings_of
from bihuan.queries.history import history
from bihuan.queries.nearness import Gauge
from bihuan.queries.timeline import EventRow, timeline
from bihuan.queries.watching import watches
from bihuan.store.unit_of_work import Reader
from bihuan.store.vault import Vault


@dataclass(frozen=True, slots=True)
class CasePage:
    """All that a case's pages show to one officer."""

    header: CaseHeader
    tasks: tuple[OpenTaskRow, ...]
    deeds: tuple[Deed, ...]
    deadlines: tuple[DeadlineRow, ...]
    buttons: tuple[ButtonRow, ...]
    events: list[EventRow]
    drawings: tuple[Drawing, ...]
    documents: tuple[str, ...]
    suggested_unit: str | None
    """What the duty table (职责分工表) suggests, as a unit id."""
    suggested_unit_name: str | None
    may_audit: bool
    watched: bool = False
    """Whether the reader keeps an eye on the case (关注)."""


def case_page(reader: Reader, vault: Vault, actor: Officer, case_no: str) -> CasePage:
    """The case with this number. Raises NotFound when there is none or this officer may not read it."""
    case = open_case_file(reader, vault, actor, case_no=case_no)
    return page_of(reader, case, actor, options_of(reader, case.deployment))


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
    return CasePage(
        case.header,
        open_tasks(case, actor, tasks, gauge),
        deeds_of(reader, case, actor, tasks, options),
        deadlines_of(reader, case, gauge),
        buttons_of(case, actor, open_now, reader.now),
        timeline(reader, events, case.deployment),
        drawings_of(case.deployment.definition, case.row["process"], fold(events)),
        documents_offered(case.deployment, case.row["process"]),
        suggested,
        case.deployment.locality.unit_name(suggested) if suggested else None,
        access.oversees(actor),
        watched=watches(reader, actor, case.row["id"]),
    )
