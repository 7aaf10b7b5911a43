"""坐诊: a locality's sessions month by month, who is booked into which in what order, and how far each has come.

The locality's folder says where all of this lies (`[sessions]`). The calendar is for all who take part in casework; of
the requests each officer sees those that officer may read. Nothing here says who booked.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.errors import NotAllowed, NotFound
from bihuan.domain.workdays import month as month_of
from bihuan.locality.deployments import Current, Deployment, current, deployment_of, national_calendar
from bihuan.locality.desks import Sessions
from bihuan.locality.fields import Option
from bihuan.locality.folder import Locality
from bihuan.queries.nearness import Gauge, Nearness
from bihuan.queries.veil import veils_of
from bihuan.store import tables
from bihuan.store.messages import message
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

MONTHS = 13
"""As many of the newest months are listed."""
MOST_BOOKED = 500

_task, _case, _request, _event = tables.task, tables.case_file, tables.request, tables.history_event
_IDS = sa.bindparam("ids", type_=tables.IDS)
BOOKED_MONTHS = compiled(
    sa.text(
        "with recursive months (key) as ("
        "select max(correlation_key) from message where locality = :locality and name = :booked union all "
        "select (select max(correlation_key) from message where locality = :locality and name = :booked "
        "and correlation_key < months.key) from months where months.key is not null) "
        "select key from months where key is not null limit :months"
    )
)
"""Each month once, however many are booked: from one key of the index to the next."""
ANNOUNCED = compiled(
    sa.select(message.c.case_id, message.c.correlation_key, message.c.thrown_at, _case.c.case_no, _case.c.involved)
    .join(_case, _case.c.id == message.c.case_id)
    .where(message.c.locality == sa.bindparam("locality"), message.c.name == sa.bindparam("announced"))
    .order_by(message.c.correlation_key.desc(), message.c.id.desc())
    .limit(sa.bindparam("months", type_=sa.Integer))
)
SCHEDULES = compiled(
    sa.select(_task.c.case_id, _task.c.control)
    .where(
        _task.c.case_id == sa.any_(_IDS),
        _task.c.form == sa.bindparam("schedule"),
        _task.c.state == sa.literal_column("'completed'"),
    )
    .order_by(_task.c.ended_at)
)
_later = message.alias("later")
BOOKED = compiled(
    sa.select(
        message.c.id.label("turn"), _case.c.id, _case.c.case_no, _case.c.locality, _case.c.category,
        _case.c.handling_unit, _case.c.complained_of, _case.c.involved, _case.c.exit, _request.c.subject,
        _request.c.struck_subject,
    )
    .join(_case, _case.c.id == message.c.case_id)
    .join(_request, _request.c.case_id == message.c.case_id)
    .where(
        message.c.locality == sa.bindparam("locality"),
        message.c.name == sa.bindparam("booked"),
        message.c.correlation_key == sa.bindparam("month"),
        ~sa.exists().where(_later.c.case_id == _case.c.id, _later.c.name == message.c.name, _later.c.id > message.c.id),
    )
    .order_by(message.c.id)
    .limit(at_most(MOST_BOOKED))
)  # fmt: skip
"""Who is booked for a month: who was put off to a later one (转入下月) is booked for that."""
TASKS = compiled(
    sa.select(_task.c.case_id, _task.c.form, _task.c.state, _task.c.ended_at, _task.c.due_at, _task.c.control)
    .where(
        _task.c.case_id == sa.any_(_IDS),
        _task.c.form == sa.any_(sa.bindparam("forms", type_=sa.ARRAY(sa.Text))),
        _task.c.state != sa.literal_column("'cancelled'"),
    )
    .order_by(_task.c.opened_at, _task.c.key)
)
_VALUE = _event.c.payload.cast(JSONB)["outputs"][sa.bindparam("order", type_=sa.Text)].astext
ORDERS = compiled(
    sa.select(_event.c.case_id, _VALUE.label("value"))
    .where(
        _event.c.case_id == sa.any_(_IDS), _event.c.kind == sa.literal_column("'decision_made'"), _VALUE.is_not(None)
    )
    .order_by(_event.c.case_id, _event.c.no)
)


@dataclass(frozen=True, slots=True)
class Doing:
    """A step of a booked request: done when, or due when, or not there yet."""

    done_at: datetime | None = None
    nearness: Nearness | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """A request booked (挂号) for a month, in its place in the order."""

    case_no: str
    subject: str
    category: str
    unit: str
    queue_band: str
    exit: str | None
    session: str
    """Empty until it is arranged."""
    call_up: Doing
    record: Doing
    document: str
    """The record sheet, once there is one."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session: when, where, under whom, and who is booked into it."""

    id: str
    name: str
    month: str
    on: date
    begins_at: datetime
    ends_at: datetime
    units: tuple[str, ...]
    """Who holds it: the department that presides first, then those that hold it jointly (联合“坐诊”)."""
    place: str
    announced_at: datetime
    uid: str
    bookings: tuple[Booking, ...] = ()

    @property
    def unit(self) -> str:
        """All of them, as one reads them."""
        return "、".join(self.units)

    @property
    def called_up(self) -> int:
        """How many of those booked were called up (叫号)."""
        return sum(one.call_up.done_at is not None for one in self.bookings)

    @property
    def recorded(self) -> int:
        """How many have a record sheet."""
        return sum(bool(one.document) for one in self.bookings)


@dataclass(frozen=True, slots=True)
class SessionDesk:
    """A month at the desk, and the months there are, the newest first."""

    name: str
    month: str
    months: tuple[str, ...]
    sessions: tuple[Session, ...]
    waiting: tuple[Booking, ...]
    """Booked for the month, in no session yet."""
    arranged_in: str
    """The number of the case that arranges the month, for those who may read it."""
    hidden: int
    """Requests of other departments that the reader, who oversees none, may not read."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The desk as the locality set it up."""

    locality: str
    here: Current
    desk: Sessions

    @property
    def names(self) -> Locality:
        return self.here.deployment.locality

    @property
    def kinds(self) -> tuple[Option, ...]:
        """The sessions that a month may have: id and name."""
        form = self.names.form(self.desk.arrange)
        return next((field.options for field in form.fields if field.key == self.desk.field), ())


def holds_sessions(reader: Reader, actor: Officer, deployment: str | None) -> bool:
    """Whether the officer's locality holds sessions, and the officer takes part in casework there."""
    return deployment is not None and bool(actor.units) and _desk_of(deployment_of(reader, deployment)) is not None


def session_desk(reader: Reader, vault: Vault, actor: Officer, month: str = "") -> SessionDesk:
    """A month's sessions with their bookings; when none is named, of the month that runs, else of the newest.

    Raises NotAllowed for whoever takes no part in casework, NotFound where no sessions are held or in no such month.
    """
    place = _place(reader, actor)
    announced = {row["correlation_key"]: row for row in reversed(_announced(reader, place))}
    booked = reader.all(BOOKED_MONTHS, locality=place.locality, booked=place.desk.booked, months=MONTHS)
    months = tuple(sorted({*announced, *(row["key"] for row in booked)}, reverse=True))
    if month and month not in months:
        raise NotFound(f"Expected sessions of {place.locality} in {month}, but there are none")
    now = month_of(reader.now)
    chosen = month or (now if now in months else next(iter(months), ""))
    bookings, hidden = _bookings(reader, vault, actor, place, chosen) if chosen else ([], 0)
    row = announced.get(chosen)
    found = [_with(session, bookings) for session in _sessions(reader, place, [row])] if row else []
    known = {session.id for session in found}
    may_read = row is not None and access.may_read_case(
        actor, case_id=row["case_id"], locality=place.locality, involved=row["involved"]
    )
    return SessionDesk(
        place.desk.name, chosen, months, tuple(found),
        tuple(one for one in bookings if one.session not in known and one.exit is None),
        row["case_no"] if row and may_read else "", 0 if access.oversees(actor) else hidden,
    )  # fmt: skip


def sessions_ahead(reader: Reader, actor: Officer) -> tuple[Session, ...]:
    """The sessions of the newest months, without their bookings: for a calendar program. Raises as `session_desk`."""
    place = _place(reader, actor)
    newest = {row["correlation_key"]: row for row in reversed(_announced(reader, place))}
    return tuple(sorted(_sessions(reader, place, newest.values()), key=lambda one: one.begins_at))


def _place(reader: Reader, actor: Officer) -> _Place:
    if not actor.units:
        raise NotAllowed(f"Expected {actor.ref} to take part in casework, but it does not")
    here = current(reader, actor.locality)
    desk = _desk_of(here.deployment)
    if desk is None:
        raise NotFound(f"Expected {actor.locality} to hold sessions, but it holds none")
    return _Place(actor.locality, here, desk)


def _desk_of(deployment: Deployment) -> Sessions | None:
    return deployment.locality.settings.sessions


def _announced(reader: Reader, place: _Place) -> list[Row]:
    """The months whose sessions are set, the newest first."""
    return reader.all(ANNOUNCED, locality=place.locality, announced=place.desk.announced, months=MONTHS)


def _sessions(reader: Reader, place: _Place, announced: Iterable[Row]) -> Iterator[Session]:
    """The sessions that months have set, as their schedules last said, in the order of time within a month."""
    months = {row["case_id"]: row for row in announced}
    schedules = {
        row["case_id"]: row["control"] for row in reader.all(SCHEDULES, ids=list(months), schedule=place.desk.schedule)
    }
    for case_id, control in schedules.items():
        found = [_session(place, months[case_id], control, kind) for kind in place.kinds]
        yield from sorted((one for one in found if one), key=lambda one: (one.begins_at, one.id))


def _session(place: _Place, row: Row, control: Mapping[str, Any], kind: Option) -> Session | None:
    on, half = control.get(f"{kind.value}_on"), control.get(f"{kind.value}_half")
    hours = place.desk.hours.get(str(half))
    if not on or not hours:
        return None
    begins_at, ends_at = (national_calendar().on(str(on), at=at).due_at for at in hours)
    fields = (f"{kind.value}_unit", *place.desk.joint.get(str(kind.value), ()))
    units = dict.fromkeys(str(control[name]) for name in fields if control.get(name))
    return Session(
        str(kind.value), kind.label, row["correlation_key"], date.fromisoformat(str(on)), begins_at, ends_at,
        tuple(map(place.names.unit_name, units)), place.desk.place, row["thrown_at"],
        f"{row['case_id']}-{kind.value}@bihuan",
    )  # fmt: skip


def _with(session: Session, bookings: list[Booking]) -> Session:
    chosen = tuple(one for one in bookings if one.session == session.id)
    return replace(session, bookings=chosen)


def _bookings(
    reader: Reader, vault: Vault, actor: Officer, place: _Place, month: str
) -> tuple[list[Booking], int]:  # fmt: skip
    """Those of a month that this officer may read, in their order; and how many there are besides."""
    every = reader.all(BOOKED, locality=place.locality, booked=place.desk.booked, month=month)
    rows = [
        row
        for row in every
        if access.may_read_case(actor, case_id=row["id"], locality=row["locality"], involved=row["involved"])
    ]
    veils = veils_of(reader, vault, actor, ((row["id"], row["complained_of"]) for row in rows))
    gauge = Gauge.of(place.here.calendar, place.names.settings, reader.now)
    done = _done(reader, place.desk, [row["id"] for row in rows])
    found = [
        _booking(row, veils[row["id"]].over_request(row["subject"], row["struck_subject"]), place, done, gauge)
        for row in rows
    ]
    # Those without a band come last: they are not yet that far.
    return sorted(found, key=lambda one: (one.queue_band == "", one.queue_band, one.case_no)), len(every) - len(rows)


@dataclass(frozen=True, slots=True)
class _Done:
    """How far the requests of a month have come."""

    tasks: Mapping[tuple[UUID, str], Row]
    """The last task of each case and form."""
    sessions: Mapping[UUID, str]
    queue_bands: Mapping[UUID, str]


def _done(reader: Reader, desk: Sessions, ids: list[UUID]) -> _Done:
    tasks: dict[tuple[UUID, str], Row] = {}
    sessions: dict[UUID, str] = {}
    for task in reader.all(TASKS, ids=ids, forms=list(desk.forms)):
        tasks[task["case_id"], task["form"]] = task
        if task["form"] == desk.arrange and task["state"] == "completed":
            sessions[task["case_id"]] = str((task["control"] or {}).get(desk.field) or "")
    ordered = reader.all(ORDERS, ids=ids, order=desk.order) if desk.order else []
    return _Done(tasks, sessions, {row["case_id"]: row["value"] for row in ordered})


def _booking(row: Row, subject: str, place: _Place, done: _Done, gauge: Gauge) -> Booking:
    names, desk = place.names, place.desk
    record = _doing(done.tasks.get((row["id"], desk.record)), gauge)
    return Booking(
        row["case_no"], subject, names.categories.get(row["category"], ""),
        names.unit_name(row["handling_unit"]) if row["handling_unit"] else "", done.queue_bands.get(row["id"], ""),
        row["exit"], done.sessions.get(row["id"], ""), _doing(done.tasks.get((row["id"], desk.call_up)), gauge),
        record, desk.document if record.done_at else "",
    )  # fmt: skip


def _doing(task: Row | None, gauge: Gauge) -> Doing:
    if task is None:
        return Doing()
    if task["state"] == "completed":
        return Doing(done_at=task["ended_at"])
    return Doing(nearness=gauge.nearness(task["due_at"]))
