"""工单 and 流转核查: officers find the cases they may read; an auditor steps through the history of one, and sees the
proof that nobody changed it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.events import Event
from bihuan.domain.folding import Picture, fold
from bihuan.domain.workdays.receipt import Receipt
from bihuan.locality.deployments import Deployment, calendar_of, current
from bihuan.locality.options import options_of
from bihuan.locality.procedures import Procedure, procedures_of
from bihuan.queries.case_header import CaseHeader, open_case_file
from bihuan.queries.case_waits import DeadlineRow, deadlines_of
from bihuan.queries.changes import Change, Telling, desks_of
from bihuan.queries.drawing import Drawing, drawings_of
from bihuan.queries.history import Verdict, history, verify, whole_part
from bihuan.queries.nearness import Gauge
from bihuan.queries.timeline import EventRow, timeline
from bihuan.queries.veil import Veil, veils_of
from bihuan.store import tables
from bihuan.store.statement import Statement, at_most, compiled, untold
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

State = Literal["all", "open", "ended"]
PAGE = 50
LOOKS = frozenset({"identity_revealed", "evidence_packed"})
"""Events by which somebody saw who complained; a pack only when it says so."""
COUNTED = frozenset({"deadline_set", "deadline_moved", "deadline_confirmed"})
"""Events that tell how a limit was counted."""

_case, _request = tables.case_file, tables.request
_STATES: dict[str, sa.ColumnElement[bool]] = {
    "all": sa.true(),
    "open": tables.RUNS,
    "ended": _case.c.exit.is_not(None),
}
_FROM = sa.select(
    _case.c.id, _case.c.case_no, _case.c.process, _case.c.channel, _case.c.opened_at, _case.c.ended_at, _case.c.exit,
    _case.c.handling_unit, _case.c.complained_of, _case.c.events, _case.c.deployment, _request.c.subject,
    _request.c.struck_subject, tables.unit.c.name.label("unit_name"),
).join(_request, _request.c.case_id == _case.c.id).outerjoin(
    tables.unit, sa.and_(tables.unit.c.locality == _case.c.locality, tables.unit.c.id == _case.c.handling_unit)
)  # fmt: skip


def _list(state: str) -> Statement:
    """A page of them: found by the index `case_file_found` alone, then read. Titles are not searched: they may hold a
    name.
    """
    number, before, process, unit = (
        sa.bindparam(name, type_=sa.Text) for name in ("number", "before", "process", "unit")
    )
    day = sa.bindparam("received_on", type_=sa.Date)
    newest = _case.c.case_no.desc()
    oversees, units = sa.bindparam("oversees", type_=sa.Boolean), sa.bindparam("units", type_=sa.ARRAY(sa.Text))
    wanted = sa.and_(
        _case.c.locality == sa.bindparam("locality"),
        sa.or_(untold(oversees), _case.c.involved.op("&&")(untold(units))),
        _STATES[state],
        sa.or_(process == "", _case.c.process == process),
        sa.or_(unit == "", _case.c.handling_unit == unit),
        sa.or_(day.is_(None), sa.and_(_case.c.opened_at >= _midnight(day), _case.c.opened_at < _midnight(day + 1))),
        sa.or_(number == "", sa.func.strpos(_case.c.case_no, number) > 0),
        sa.or_(before == "", _case.c.case_no < before),
    )
    page = sa.select(_case.c.locality, _case.c.case_no).where(wanted).order_by(newest).limit(at_most(PAGE + 1))
    keys = page.subquery("page")
    on_page = sa.and_(keys.c.locality == _case.c.locality, keys.c.case_no == _case.c.case_no)
    return compiled(_FROM.join(keys, on_page).order_by(newest))


def _midnight(day: sa.ColumnElement[Any]) -> sa.ColumnElement[datetime]:
    """The instant with which a day begins, in Beijing."""
    return sa.func.timezone("Asia/Shanghai", sa.cast(day, sa.TIMESTAMP), type_=tables.INSTANT)


LISTS = {state: _list(state) for state in _STATES}


@dataclass(frozen=True, slots=True)
class Sought:
    """Which cases somebody looks for: of a state, by part of their number, of a procedure, with a unit, of a day."""

    state: State = "all"
    number: str = ""
    process: str = ""
    unit: str = ""
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in the list."""

    case_no: str
    procedure: str
    """Its name, when it is not the main one."""
    subject: str
    unit: str | None
    channel: str
    opened_at: datetime
    ended_at: datetime | None
    exit: str | None
    events: int


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page of cases, the newest number first; `following` is the number the next page begins after."""

    rows: tuple[CaseRow, ...]
    procedures: tuple[Procedure, ...]
    units: Mapping[str, str]
    """The procedures and units there are to choose from."""
    following: str | None


@dataclass(frozen=True, slots=True)
class Replay:
    """A case after event `no`: who did what up to then, where its tokens stood, and whether its history is whole."""

    header: CaseHeader
    events: list[EventRow]
    current: EventRow
    drawings: tuple[Drawing, ...]
    waiting: tuple[str, ...]
    """Names of the steps open after this event."""
    milestones: dict[str, datetime]
    verdict: Verdict
    deadlines: tuple[DeadlineRow, ...]
    changes: Mapping[int, tuple[Change, ...]]
    """What each event changed, by its number: of as many as can be believed."""
    desks: Mapping[int, str]
    """At whose desk an officer's deed was done, by its number."""
    looks: tuple[EventRow, ...]
    """Every time up to the last event that somebody saw who complained."""

    @property
    def last(self) -> int:
        return len(self.events)


def cases(reader: Reader, vault: Vault, actor: Officer, sought: Sought, before: str = "") -> CaseList:
    """The cases that the officer may read: all of the locality, or those that the own units ever had a task of. Raises
    NotAllowed for who takes no part in casework.
    """
    access.require_case_reader(actor, locality=actor.locality)
    deployment = current(reader, actor.locality).deployment
    rows = reader.all(
        LISTS[sought.state], locality=actor.locality, before=before, oversees=access.oversees(actor),
        units=sorted(actor.units), **_as_values(sought),
    )  # fmt: skip
    veils = veils_of(reader, vault, actor, [(row["id"], row["complained_of"]) for row in rows[:PAGE]])
    found = tuple(_case_row(row, veils[row["id"]], deployment.procedure_name(row["process"])) for row in rows[:PAGE])
    following = found[-1].case_no if len(rows) > PAGE else None
    units = {unit.id: unit.name for unit in deployment.locality.organisation.units.values()}
    return CaseList(found, tuple(procedures_of(deployment)), units, following)


def _as_values(sought: Sought) -> dict[str, Any]:
    return {
        "number": sought.number, "process": sought.process, "unit": sought.unit, "received_on": sought.received_on
    }  # fmt: skip


def replay(reader: Reader, vault: Vault, actor: Officer, case_no: str, number: int | None = None) -> Replay:
    """A case after its `number`-th event (the last one, if not said). Raises NotFound, NotAllowed."""
    access.require_overseer(actor, locality=actor.locality)
    case = open_case_file(reader, vault, actor, case_no=case_no)
    events = history(reader, case.row["id"])
    number = max(1, min(number or len(events), len(events)))
    believed = whole_part(events)
    seen = believed[:number]
    picture = fold(seen)
    rows = timeline(reader, events, case.deployment, machinery=True)
    calendar = calendar_of(reader, case.row["locality"], case.row["calendar_version"])
    gauge = Gauge.of(calendar, case.deployment.locality.settings, events[number - 1].at)
    return Replay(
        case.header,
        rows,
        rows[number - 1],
        drawings_of(case.deployment.definition, case.row["process"], picture, whole=fold(believed)),
        _waiting(picture, case.deployment),
        dict(picture.milestones),
        verify(reader, case.row["id"]),
        _limits_as_of(deadlines_of(reader, case, gauge), seen, picture, gauge),
        Telling(case.deployment, case.row["process"], options_of(reader, case.deployment)).each(believed),
        desks_of(believed, case.deployment),
        tuple(row for row in rows if row.kind in LOOKS and row.detail.get("identity") is not False),
    )


def _limits_as_of(
    rows: Iterable[DeadlineRow], events: list[Event], picture: Picture, gauge: Gauge
) -> tuple[DeadlineRow, ...]:
    """The limits there were then, as they stood: not yet passed, not yet moved, counted as they were counted then."""
    counted = {event.key: event.detail for event in events if event.kind in COUNTED and "receipt" in event.detail}
    return tuple(_as_of(row, picture, counted.get(row.key, {}), gauge) for row in rows if row.key in picture.limits)


def _as_of(row: DeadlineRow, picture: Picture, counted: Mapping[str, Any], gauge: Gauge) -> DeadlineRow:
    limit = picture.limits[row.key]
    over = limit.state != "running"  # what ends it may be a later event of the same second
    finished_at, ended_at = (at if over and at and at <= gauge.now else None for at in (row.finished_at, row.ended_at))
    receipt = Receipt.from_json(counted["receipt"]) if counted.get("receipt") else None
    # A limit that somebody moved keeps its beginning; one that the calendar moved may follow a limit that moved, too.
    began = counted.get("anchor_at") if "old" not in counted or counted.get("why") else None
    return replace(
        row, anchor_at=datetime.fromisoformat(began) if began else row.anchor_at, state=limit.state,
        due_at=limit.due_at, nearness=gauge.nearness(limit.due_at), finished_at=finished_at, ended_at=ended_at,
        provisional=bool(counted.get("provisional")), lines=receipt.lines() if receipt else (),
        counted=receipt.counted if receipt else 0,
    )  # fmt: skip


def _case_row(row: Row, veil: Veil, procedure: str) -> CaseRow:
    subject = veil.over_request(row["subject"], row["struck_subject"])
    return CaseRow(
        row["case_no"], procedure, subject, row["unit_name"], row["channel"], row["opened_at"], row["ended_at"],
        row["exit"], row["events"],
    )  # fmt: skip


def _waiting(picture: Picture, deployment: Deployment) -> tuple[str, ...]:
    outside = [key for key, detail in picture.buttons.items() if not detail.get("on")]
    keys = [*picture.tasks, *picture.jobs, *picture.messages, *outside]
    return tuple(_step_name(key, deployment) for key in keys)


def _step_name(key: str, deployment: Deployment) -> str:
    process, element = key.split("/")[:2]
    return deployment.definition.element(process, element).name or element
