"""What a player sees of a case: everything that is open. Pages never use this; people see what they may see."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.ids import CaseId, TaskId
from bihuan.engine import OpenButton, waits
from bihuan.locality.deployments import Deployment, deployment_of
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

_case, _task = tables.case_file, tables.task
_CASE_ID = sa.bindparam("case_id", type_=tables.ID)

TASKS = compiled(
    sa.select(
        _task.c.id, _task.c.key, _task.c.name, _task.c.form, _task.c.group_key, _task.c.signature, _task.c.due_at,
        _task.c.original_due_at,
    )
    .where(_task.c.case_id == _CASE_ID, _task.c.state == sa.literal_column("'open'"))
    .order_by(_task.c.opened_at, _task.c.id)
)  # fmt: skip
CASE = compiled(
    sa.select(
        _case.c.id, _case.c.case_no, _case.c.deployment, _case.c.state, _case.c.handling_unit, _case.c.exit,
        _case.c.ended_at,
    ).where(_case.c.id == _CASE_ID)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeenTask:
    """An open task."""

    id: TaskId
    key: str
    name: str
    form: str | None
    group_key: str
    signature: bool
    due_at: datetime | None
    original_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A case as it stands."""

    id: UUID
    case_no: str
    deployment: str
    state: bytes
    handling_unit: str | None
    exit: str | None
    ended_at: datetime | None


def open_tasks(reader: Reader, case_id: CaseId) -> list[SeenTask]:
    """The case's open tasks, the first opened first."""
    return reader.all_as(SeenTask, TASKS, case_id=case_id)


def case(reader: Reader, case_id: CaseId) -> SeenCase:
    """The case row."""
    found = reader.one_as(SeenCase, CASE, case_id=case_id)
    if found is None:
        raise LookupError(f"Expected a case {case_id}, but there is none")
    return found


def open_buttons(reader: Reader, case_id: CaseId) -> tuple[OpenButton, ...]:
    """What may be pressed now: 延期申请, 退回, 评价, in the diagram's words."""
    found = case(reader, case_id)
    return waits(deployment(reader, found).definition, found.state).buttons


def deployment(reader: Reader, seen: SeenCase) -> Deployment:
    """The version that the case runs on."""
    return deployment_of(reader, seen.deployment)
