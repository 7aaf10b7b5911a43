"""How a request becomes a case: a company hands it in (受理), or the province sends an order (承接转办).

The two deeds differ in who may, in the form, and in the origin that the diagram asks about; what follows is one.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bihuan.commands import step
from bihuan.domain import events
from bihuan.domain.access import PLATFORM, Machine, Officer, Visitor
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotAllowed, NotFound
from bihuan.domain.identity import Identity
from bihuan.domain.ids import CaseId, new_id
from bihuan.engine import Start
from bihuan.locality.deployments import Deployment, deployment_of
from bihuan.locality.forms import Answers, Raw
from bihuan.locality.options import validated
from bihuan.store import cases, tables
from bihuan.store.cases import LockedCase
from bihuan.store.deployments import locality_row
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

_case, _request, _number = tables.case_file, tables.request, tables.case_number

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


@dataclass(frozen=True, slots=True)
class Opened:
    """The confirmation: the number, and the code by which the complainant comes back (never stored in clear)."""

    case_id: CaseId
    case_no: str
    query_code: str


@dataclass(frozen=True, slots=True)
class _Turn:
    held: bool


def submit_request(
    work: UnitOfWork, locality: str, answers: Raw, identity: Mapping[str, str], *, submission_id: UUID,
    channel: str = "portal",
) -> Opened:  # fmt: skip
    """Hand a request in at our own portal. The same submission again answers the same number and code.

    Raises InvalidAnswers (422) with a sentence a field, NotAllowed (403) for anyone but a visitor of this locality or
    its platform.
    """
    if not isinstance(work.actor, Visitor | Officer) or work.actor.locality != locality:
        raise NotAllowed(f"Expected a visitor of {locality}, but {work.actor.ref} is none")
    return _open(
        work, locality, "request", answers, Identity.of(identity, required=True), origin="portal", channel=channel,
        submission_id=submission_id, external_no=None, received_at=None,
    )  # fmt: skip


def receive_order(
    work: UnitOfWork, locality: str, answers: Raw, identity: Mapping[str, str], *, submission_id: UUID,
    external_no: str, received_at: datetime | None = None,
) -> Opened:  # fmt: skip
    """Receive an order that the province passed down (ZB-16). `received_at` is the sender's instant, if not now."""
    actor = work.actor
    if not (isinstance(actor, Machine) or (isinstance(actor, Officer) and PLATFORM in actor.units)):
        raise NotAllowed(f"Expected the platform to receive an order, but {actor.ref} is not of it")
    return _open(
        work, locality, "province_order", answers, Identity.of(identity, required=False), origin="province",
        channel="province", submission_id=submission_id, external_no=external_no, received_at=received_at,
    )  # fmt: skip


def _open(
    work: UnitOfWork, locality: str, form_key: str, answers: Raw, identity: Identity, *, origin: str, channel: str,
    submission_id: UUID, external_no: str | None, received_at: datetime | None,
) -> Opened:  # fmt: skip
    code = work.vault.query_code(submission_id)
    # A click that comes while the first is still being handed in waits for it, and then finds it.
    _, repeated = work.lock_then(_Turn, ONE_AT_A_TIME, REPEATED, submission_id=submission_id)
    if repeated is not None:
        return Opened(repeated["id"], repeated["case_no"], code)
    row = locality_row(work, locality)
    if row is None:
        raise NotFound(f"Expected a locality {locality}, but none is deployed")
    deployment = deployment_of(work, row["deployment"])
    given = validated(work, deployment, form_key, answers)
    case = _new_case(work, row, deployment, given.control, origin=origin, channel=channel)
    _keep_request(work, case, given, submission_id=submission_id, external_no=external_no, code=code)
    _keep_identity(work, case, identity)
    submitted = {"sha256": given.digest, "origin": origin, "channel": channel, "external_no": external_no}
    cases.record(work, case, "request_submitted", submitted, at=received_at)
    control = {**given.control, "origin": origin, "complained_of_unit": case.complained_of_unit or ""}
    step.advance_case(work, case, Start(case.process, control))
    return Opened(case.id, case.case_no, code)


def _new_case(
    work: UnitOfWork, locality: Row, deployment: Deployment, control: Mapping[str, Any], *, origin: str, channel: str
) -> LockedCase:
    year = work.now.astimezone(BEIJING).year
    number = work.one(NEXT_NUMBER, locality=locality["id"], year=year)
    serial = number["last"] if number else 1
    case = LockedCase(
        id=CaseId(new_id(work.now)), locality=locality["id"],
        case_no=deployment.locality.case_no(year, serial), deployment=deployment.hash,
        process=deployment.locality.settings.process, origin=origin, category=str(control.get("category") or ""),
        handling_unit=None, complained_of_unit=str(control.get("complained_of_unit") or "") or None, involved=[],
        state=b"", events=0, head=events.GENESIS, next_due_at=None, dispatched_at=None, ended_at=None, exit=None,
        calendar_version=locality["calendar_version"],
    )  # fmt: skip
    case.row = work.add(
        _case,
        {
            "id": case.id, "locality": case.locality, "case_no": case.case_no, "deployment": case.deployment,
            "process": case.process, "origin": origin, "channel": channel, "category": case.category,
            "complained_of_unit": case.complained_of_unit, "opened_at": work.now,
            **{name: getattr(case, name) for name in cases.CHANGING},
        },
    )  # fmt: skip
    return case


def _keep_request(
    work: UnitOfWork, case: LockedCase, given: Answers, *, submission_id: UUID, external_no: str | None, code: str
) -> None:
    work.add(
        _request,
        {
            "case_id": case.id, "subject": given.text["subject"], "body": given.text["body"],
            "external_no": external_no, "query_code_hash": work.vault.lookup(code), "submission_id": submission_id,
            "submitted_at": work.now,
        },
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
