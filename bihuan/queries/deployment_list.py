"""流程部署: which versions of a locality's folder were put in force, when, by whom, and how many cases follow each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.administration import COMMAND_LINE
from bihuan.domain.errors import NotFound
from bihuan.locality.deployments import deployment_of
from bihuan.queries.people import names_of
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row

_deployment, _locality, _case = tables.deployment, tables.locality, tables.case_file
READ = compiled(
    sa.select(
        _deployment.c.hash, _deployment.c.deployed_at, _deployment.c.deployed_by, _deployment.c.note,
        (_locality.c.deployment == _deployment.c.hash).label("in_force"),
        sa.select(sa.func.count()).where(_case.c.deployment == _deployment.c.hash, tables.RUNS)
        .scalar_subquery().label("open_cases"),
    )
    .join(_locality, _locality.c.id == _deployment.c.locality)
    .where(_deployment.c.locality == sa.bindparam("locality"))
    .order_by(_deployment.c.deployed_at.desc())
)  # fmt: skip
_NOBODY = UUID(int=0)
LOCALITY_OF = compiled(sa.select(_deployment.c.locality).where(_deployment.c.hash == sa.bindparam("hash")))


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """One deployment (部署)."""

    hash: str
    deployed_at: datetime
    deployed_by: str
    note: str
    in_force: bool
    open_cases: int
    processes: tuple[tuple[str, str], ...]
    """(id, name) of each diagram."""


def deployments(reader: Reader, actor: Officer) -> list[DeploymentRow]:
    """The locality's deployments, the latest first. Raises NotAllowed for all but process owners and administrators."""
    access.require_role(actor, "process_owner", "administrator")
    rows = reader.all(READ, locality=actor.locality)
    accounts = {row["deployed_by"]: UUID(row["deployed_by"][8:]) for row in rows if _is_officer(row["deployed_by"])}
    names = names_of(reader, sorted(set(accounts.values())))
    return [_row(reader, row, names.get(accounts.get(row["deployed_by"], _NOBODY), COMMAND_LINE)) for row in rows]


def diagram(reader: Reader, actor: Officer, content_hash: str, process: str) -> bytes:
    """The XML of a process of a deployment of the officer's own locality. Raises NotFound."""
    row = reader.one(LOCALITY_OF, hash=content_hash)
    if row is None or row["locality"] != actor.locality:
        raise NotFound(f"Expected a deployment {content_hash} of {actor.locality}, but there is none")
    deployment = deployment_of(reader, content_hash)
    found = deployment.definition.processes.get(process)
    if found is None:
        raise NotFound(f"Expected a process {process} in {content_hash}, but there is none")
    return deployment.locality.diagrams[found.file]


def _row(reader: Reader, row: Row, by: str) -> DeploymentRow:
    return DeploymentRow(
        row["hash"], row["deployed_at"], by, row["note"], row["in_force"], row["open_cases"],
        _processes(reader, row["hash"]),
    )  # fmt: skip


def _is_officer(ref: str) -> bool:
    return ref.startswith("officer:")


def _processes(reader: Reader, content_hash: str) -> tuple[tuple[str, str], ...]:
    processes = deployment_of(reader, content_hash).definition.processes.values()
    return tuple((process.id, process.name) for process in processes)
