"""The head of a case file (工单): what it is, where it stands, the request as this reader may see it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Complainant, Officer
from bihuan.domain.errors import NotFound
from bihuan.domain.identity import Mark
from bihuan.domain.ids import CaseId
from bihuan.locality.deployments import Deployment, deployment_of
from bihuan.queries.veil import MaskedIdentity, Veil, masked_identity, reads_original, veil_of, veils_of
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

_case, _request, _locality = tables.case_file, tables.request, tables.locality

_READ = (
    sa.select(
        _case, _request.c.subject, _request.c.body, _request.c.struck_subject, _request.c.struck_body,
        _request.c.external_no, _request.c.submitted_at, _locality.c.calendar_version,
    )
    .join(_request, _request.c.case_id == _case.c.id)
    .join(_locality, _locality.c.id == _case.c.locality)
)  # fmt: skip
BY_ID = compiled(_READ.where(_case.c.id == sa.bindparam("case_id", type_=tables.ID)))
BY_NUMBER = compiled(
    _READ.where(_case.c.locality == sa.bindparam("locality"), _case.c.case_no == sa.bindparam("case_no"))
)


@dataclass(frozen=True, slots=True)
class RequestText:
    """The request (诉求) for one reader. The originals and their marks are there for the platform alone."""

    subject: str
    body: str
    struck: bool
    """The platform has struck it out by hand."""
    original_subject: str | None = None
    original_body: str | None = None
    marks: tuple[Mark, ...] = ()
    """Places in the original body that may betray who wrote it."""
    subject_marks: tuple[Mark, ...] = ()
    suggested_subject: str = ""
    suggested_body: str = ""
    """What striking out begins with: all that is known to tell, blacked out."""


@dataclass(frozen=True, slots=True)
class CaseHeader:
    """What every page about a case begins with."""

    id: CaseId
    case_no: str
    locality: str
    locality_name: str
    deployment: str
    process: str
    procedure: str
    """Its procedure's name, when it is not the main one that requests begin."""
    category: str
    origin: str
    origin_name: str
    """Where it came from, in the locality's words."""
    channel: str
    external_no: str | None
    handling_unit: str | None
    complained_of: str
    """The units complained about, by name."""
    opened_at: datetime
    dispatched_at: datetime | None
    ended_at: datetime | None
    exit: str | None
    request: RequestText
    identity: MaskedIdentity
    may_strike_out: bool


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case file that its reader may read: the row, its deployment and the veil."""

    row: Row
    deployment: Deployment
    veil: Veil


@dataclass(frozen=True, slots=True)
class OpenedCase(CaseFile):
    """The same with its head, for the parts of an officer's page."""

    header: CaseHeader


def own_case_file(reader: Reader, vault: Vault, actor: Complainant) -> CaseFile:
    """The complainant's own case, veiled as whatever leaves the house. Raises NotFound."""
    row = reader.one(BY_ID, case_id=actor.case_id)
    if row is None:
        raise NotFound(f"Expected a case {actor.case_id}, but there is none")
    return CaseFile(row, deployment_of(reader, row["deployment"]), veil_of(reader, vault, row["id"]))


def open_case_file(
    reader: Reader, vault: Vault, actor: Officer, *, case_id: UUID | None = None, case_no: str = ""
) -> OpenedCase:
    """The case by id or by number. Raises NotFound also when this officer may not read it: nobody learns it exists."""
    if case_id is not None:
        row = reader.one(BY_ID, case_id=case_id)
    else:
        row = reader.one(BY_NUMBER, locality=actor.locality, case_no=case_no)
    if row is None or not access.may_read_case(
        actor, case_id=row["id"], locality=row["locality"], involved=row["involved"]
    ):
        raise NotFound(f"Expected {actor.ref} to be able to read case {case_no or case_id}, but it cannot")
    deployment = deployment_of(reader, row["deployment"])
    veil = veils_of(reader, vault, actor, [(row["id"], row["complained_of"])])[row["id"]]
    return OpenedCase(row, deployment, veil, _header(reader, vault, actor, row, deployment, veil))


def _header(reader: Reader, vault: Vault, actor: Officer, row: Row, deployment: Deployment, veil: Veil) -> CaseHeader:
    locality = deployment.locality

    def unit(name: str | None) -> str | None:
        return locality.unit_name(name) if name else None

    return CaseHeader(
        id=row["id"], case_no=row["case_no"], locality=row["locality"], locality_name=locality.name,
        deployment=row["deployment"], process=row["process"],
        procedure=deployment.procedure_name(row["process"]),
        category=locality.settings.categories.get(row["category"], ""), origin=row["origin"],
        origin_name=locality.settings.origins.get(row["origin"], row["origin"]), channel=row["channel"],
        external_no=row["external_no"], handling_unit=unit(row["handling_unit"]),
        complained_of="、".join(map(locality.unit_name, row["complained_of"])), opened_at=row["opened_at"],
        dispatched_at=row["dispatched_at"], ended_at=row["ended_at"], exit=row["exit"],
        request=_request_text(reader, vault, actor, row, veil),
        identity=masked_identity(
            reader, vault, actor, row["id"], locality=row["locality"], handling_unit=row["handling_unit"],
            complained_of=row["complained_of"], answering=locality.organisation.answering,
        ),
        may_strike_out=veil.lifted and row["exit"] is None,
    )  # fmt: skip


def _request_text(reader: Reader, vault: Vault, actor: Officer, row: Row, veil: Veil) -> RequestText:
    struck = row["struck_body"] is not None
    subject, body = row["subject"], row["body"]
    if not reads_original(actor, row["complained_of"]):
        shown = veil.over_request(subject, row["struck_subject"]), veil.over_request(body, row["struck_body"])
        return RequestText(*shown, struck)
    telling = veil_of(reader, vault, row["id"])
    return RequestText(
        row["struck_subject"] if struck else subject, row["struck_body"] if struck else body, struck, subject, body,
        telling.marks(body), telling.marks(subject), telling.over(subject), telling.over(body),
    )  # fmt: skip
