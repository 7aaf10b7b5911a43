"""The motion by which every case begins: numbered, written down, started in its diagram.

Called by `open_case` (a request or an order) and `open_procedure` (a desk or the calendar), which say who may.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bihuan.commands import step
from bihuan.commands.barring import COMPLAINED_OF, bar_named
from bihuan.domain import events
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotFound
from bihuan.domain.identity import Identity
from bihuan.domain.ids import CaseId, Key, new_id
from bihuan.locality.deployments import Deployment, deployment_of
from bihuan.locality.forms import Answers, Raw
from bihuan.locality.options import UNITS, options_with
from bihuan.locality.procedures import Procedure
from bihuan.store import cases, tables
from bihuan.store.cases import LockedCase
from bihuan.store.deployments import LOCALITY
from bihuan.store.likeness import keep_bands
from bihuan.store.presses import keep_press
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

_case, _request = tables.case_file, tables.request

ONE_AT_A_TIME = compiled(
    sa.text("select pg_advisory_xact_lock(hashtextextended(cast(:submission_id as text), 0)) is null as held")
)
REPEATED = compiled(
    sa.select(_case.c.id, _case.c.case_no)
    .join(_request, _request.c.case_id == _case.c.id)
    .where(_request.c.submission_id == sa.bindparam("submission_id", type_=tables.ID))
)
NEXT_NUMBER = compiled(
    sa.text(
        "insert into case_number (locality, year, last) values (:locality, :year, 1) "
        "on conflict (locality, year) do update set last = case_number.last + 1 returning last"
    )
)
IN_THE_REQUEST = frozenset({"subject", "body"})
"""Answers that lie in the request itself."""
IN_THE_ROW = frozenset({"category", "complained_of_unit"})
"""Control fields that lie in the case's row."""
NOBODY = Identity("", "")


@dataclass(frozen=True, slots=True)
class Opened:
    """The confirmation: the number, and the code by which the complainant comes back (never stored in clear).

    Without a complainant there is no code.
    """

    case_id: CaseId
    case_no: str
    query_code: str


@dataclass(frozen=True, slots=True)
class Place:
    """A locality as it is now, with the deployment that new cases follow."""

    row: Row
    deployment: Deployment
    units: Sequence[Row]

    def validated(self, form_id: str | None, raw: Raw, *, at_portal: bool = False) -> Answers:
        """The answers to a form that opens a case. Raises InvalidAnswers; without a form nothing may be filled in."""
        form = self.deployment.locality.form(form_id)
        return (form.at_portal() if at_portal else form).validate(raw, options_with(self.deployment, self.units))


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a case begins with."""

    procedure: Procedure
    form: str | None
    given: Answers
    origin: str
    channel: str
    event: str
    """The first of its history."""
    submission_id: UUID
    identity: Identity = NOBODY
    query_code: str = ""
    external_no: str | None = None
    submitted_at: datetime | None = None
    """When it was handed in, if not now; its limits count from now nevertheless."""
    begins_at: datetime | None = None
    """When the case begins, if that is over already: what was due since then follows at once."""
    period: str | None = None
    """The month or quarter of a case that the calendar opens: 2026-11, 2026Q4."""
    desks: frozenset[str] = frozenset()
    """Units that are part of it from the first moment."""


def arrive(
    work: UnitOfWork, locality: str, submission_id: UUID, query_code: str = ""
) -> tuple[Place, Opened | None]:  # fmt: skip
    """Where the case is to begin, and the one that this submission opened before, in one round trip.

    A submission that comes while the same is still on its way waits for it. Raises NotFound without such a locality.
    """
    rows, _, before, units = work.each(
        LOCALITY, ONE_AT_A_TIME, REPEATED, UNITS, locality=locality, submission_id=submission_id
    )
    if not rows:
        raise NotFound(f"Expected a locality {locality}, but none is deployed")
    place = Place(rows[0], deployment_of(work, rows[0]["deployment"]), units)
    return place, Opened(before[0]["id"], before[0]["case_no"], query_code) if before else None


def begin_case(work: UnitOfWork, place: Place, beginning: Beginning) -> Opened:
    """Open the case: its number, its row, what was handed in, its first event, and its first steps."""
    case = _new_case(work, place, beginning)
    _keep_request(work, case, beginning)
    _keep_answers(work, case, beginning)
    _keep_identity(work, case, beginning.identity)
    _record(work, case, beginning)
    step.start_case(work, case, bar_named(work, case, _control(case, beginning)), at=beginning.begins_at)
    return Opened(case.id, case.case_no, beginning.query_code)


def _control(case: LockedCase, beginning: Beginning) -> dict[str, Any]:
    """What the diagram knows from the first moment."""
    found = {
        COMPLAINED_OF: None, **beginning.given.control, "origin": case.origin, "case_no": case.case_no,
    }  # fmt: skip
    return found | {"period": beginning.period} if beginning.period else found


def _new_case(work: UnitOfWork, place: Place, beginning: Beginning) -> LockedCase:
    deployment, control = place.deployment, beginning.given.control
    opened_at = beginning.begins_at or work.now
    year = opened_at.astimezone(BEIJING).year
    number = work.one(NEXT_NUMBER, locality=place.row["id"], year=year)
    case = LockedCase(
        id=CaseId(new_id(work.now)), locality=place.row["id"],
        case_no=deployment.locality.case_no(year, number["last"] if number else 1), deployment=deployment.hash,
        process=beginning.procedure.id, origin=beginning.origin, category=str(control.get("category") or ""),
        handling_unit=None, complained_of=[], involved=sorted(beginning.desks), state=b"", events=0,
        head=events.GENESIS, next_due_at=None, dispatched_at=None, ended_at=None, exit=None,
        handed_on=0, calendar_version=place.row["calendar_version"],
    )  # fmt: skip
    case.row = work.add(
        _case,
        {
            "id": case.id, "locality": case.locality, "case_no": case.case_no, "deployment": case.deployment,
            "process": case.process, "origin": case.origin, "channel": beginning.channel, "category": case.category,
            "opened_at": opened_at,
            **{name: getattr(case, name) for name in cases.CHANGING},
        },
    )  # fmt: skip
    return case


def _keep_request(work: UnitOfWork, case: LockedCase, beginning: Beginning) -> None:
    text, code = beginning.given.text, beginning.query_code
    work.add(
        _request,
        {
            "case_id": case.id, "subject": text["subject"], "body": text.get("body", ""),
            "external_no": beginning.external_no, "query_code_hash": work.vault.lookup(code) if code else None,
            "submission_id": beginning.submission_id, "submitted_at": work.now,
        },
    )  # fmt: skip
    if beginning.procedure.main:
        keep_bands(work, case.id, case.locality, str(text["subject"]), str(text.get("body", "")))


def _keep_answers(work: UnitOfWork, case: LockedCase, beginning: Beginning) -> None:
    """What else was filled in to open the case: kept as what is written behind a button is."""
    procedure, given = beginning.procedure, beginning.given
    text = {key: value for key, value in given.text.items() if key not in IN_THE_REQUEST}
    if not beginning.form or (procedure.main and not text and not given.control.keys() - IN_THE_ROW):
        return
    keep_press(
        work, case, str(_start_of(procedure)), name=procedure.opens, form=beginning.form, control=given.control,
        text=text, submission_id=beginning.submission_id,
    )  # fmt: skip


def _keep_identity(work: UnitOfWork, case: LockedCase, identity: Identity) -> None:
    if not identity:
        return
    sealed = work.vault.seal(case.id, asdict(identity))
    work.add(
        tables.identity,
        {
            "case_id": case.id, "key_id": sealed.key_id, "nonce": sealed.nonce, "sealed": sealed.sealed,
            "phone_lookup": work.vault.lookup(identity.phone) if identity.phone else None,
        },
    )  # fmt: skip


def _record(work: UnitOfWork, case: LockedCase, beginning: Beginning) -> None:
    said: dict[str, Any] = {
        "sha256": beginning.given.digest, "origin": beginning.origin, "channel": beginning.channel,
    }  # fmt: skip
    if beginning.procedure.main:
        said["external_no"] = beginning.external_no
    key = None if beginning.procedure.main else str(_start_of(beginning.procedure))
    at = beginning.submitted_at or beginning.begins_at
    cases.record(work, case, beginning.event, said, key=key, at=at)


def _start_of(procedure: Procedure) -> Key:
    return Key(procedure.id, procedure.start, 1)
