"""异常: technical faults that wait for an administrator."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.store import tables
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Reader

LATEST = 200
_incident, _case, _job, _account = tables.incident, tables.case_file, tables.job, tables.account

READ = compiled(
    sa.select(
        _incident.c.id, _case.c.case_no, _incident.c.key, _incident.c.reason, _incident.c.state,
        _incident.c.opened_at, _incident.c.resolved_at, _incident.c.resolution, _job.c.topic,
        _account.c.name.label("resolved_by"),
    )
    .join(_case, _case.c.id == _incident.c.case_id)
    .outerjoin(_job, _job.c.id == _incident.c.job_id)
    .outerjoin(_account, _account.c.id == _incident.c.resolved_by)
    .where(_incident.c.locality == sa.bindparam("locality"))
    .order_by(_incident.c.state != sa.literal_column("'open'"), _incident.c.opened_at.desc())
    .limit(at_most(LATEST))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident. `reason` names nobody."""

    id: UUID
    case_no: str
    key: str | None
    reason: str
    state: str
    opened_at: datetime
    resolved_at: datetime | None
    resolution: str | None
    topic: str | None
    resolved_by: str | None


def incidents(reader: Reader, actor: Officer) -> list[IncidentRow]:
    """The locality's incidents, open ones first. Raises NotAllowed for all but administrators."""
    access.require_administrator(actor, actor.locality)
    return reader.all_as(IncidentRow, READ, locality=actor.locality)
