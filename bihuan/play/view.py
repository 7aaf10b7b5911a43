"""What a player sees of a case: everything. Pages never use this; people see what they may see."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.errors import NotFound
from bihuan.domain.ids import CaseId, TaskId
from bihuan.engine import Waits, waits
from bihuan.locality.deployments import deployment_of
from bihuan.store import tables
from bihuan.store.messages import CARRY, LOOK
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Reader

_case, _task, _job, _notice = tables.case_file, tables.task, tables.job, tables.notice
_CASE_ID = sa.bindparam("case_id", type_=tables.ID)

_tasks = (
    sa.select(
        _task.c.id, _task.c.key, _task.c.name, _task.c.form, _task.c.group_key, _task.c.signature, _task.c.due_at,
        _task.c.original_due_at, _task.c.state,
    )
    .where(_task.c.case_id == _CASE_ID)
    .order_by(_task.c.opened_at, _task.c.id)
)  # fmt: skip
OPEN_TASKS = compiled(_tasks.where(_task.c.state == sa.literal_column("'open'")))
ALL_TASKS = compiled(_tasks)
CASE = compiled(
    sa.select(
        _case.c.deployment, _case.c.state, _case.c.handling_unit, _case.c.exit, _case.c.next_due_at,
    ).where(_case.c.id == _CASE_ID)
)  # fmt: skip
_OF_MESSAGES = _job.c.topic == sa.any_(sa.literal_column(f"array['{CARRY}', '{LOOK}']"))
JOBS = compiled(
    sa.select(_job.c.id, _job.c.key).where(
        _job.c.case_id == _CASE_ID, _job.c.state == sa.literal_column("'waiting'"), ~_OF_MESSAGES
    )
)
MESSAGE_JOBS = compiled(
    sa.select(_job.c.id, _job.c.topic)
    .where(
        _job.c.case_id == sa.any_(sa.bindparam("case_ids", type_=tables.IDS)),
        _job.c.state == sa.literal_column("'waiting'"),
        _OF_MESSAGES,
    )
    # What was thrown wakes those who wait; they look in the order in which they were opened.
    .order_by(_job.c.topic, sa.func.array_position(sa.bindparam("case_ids", type_=tables.IDS), _job.c.case_id), "key")
)
NEXT = compiled(
    sa.select(
        sa.func.least(
            *(
                sa.select(table.c.due_at)
                .where(table.c.state == sa.literal_column(f"'{state}'"))
                .order_by(table.c.due_at)
                .limit(at_most(1))
                .scalar_subquery()
                for table, state in ((tables.deadline, "running"), (_job, "waiting"))
            )
        ).label("at")
    )
)
NOTICES = compiled(
    sa.select(_notice.c.template, _notice.c.recipient, _notice.c.subject, _notice.c.body, _notice.c.written_at)
    .where(_notice.c.case_id == _CASE_ID)
    .order_by(_notice.c.id)
)


@dataclass(frozen=True, slots=True)
class SeenTask:
    """A task, open or not."""

    id: TaskId
    key: str
    name: str
    form: str | None
    group_key: str
    signature: bool
    due_at: datetime | None
    original_due_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A case as it stands."""

    deployment: str
    state: bytes
    handling_unit: str | None
    exit: str | None
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeenNotice:
    """A notice as it was written."""

    template: str
    recipient: str
    subject: str
    body: str
    written_at: datetime


def open_tasks(reader: Reader, case_id: CaseId) -> list[SeenTask]:
    """The case's open tasks, the first opened first."""
    return reader.all_as(SeenTask, OPEN_TASKS, case_id=case_id)


def all_tasks(reader: Reader, case_id: CaseId) -> list[SeenTask]:
    """Every task the case ever had, the first opened first."""
    return reader.all_as(SeenTask, ALL_TASKS, case_id=case_id)


def case(reader: Reader, case_id: CaseId) -> SeenCase:
    """The case row. Raises NotFound."""
    found = reader.one_as(SeenCase, CASE, case_id=case_id)
    if found is None:
        raise NotFound(f"Expected a case {case_id}, but there is none")
    return found


def open_now(reader: Reader, case_id: CaseId) -> Waits:
    """Everything the case waits for, as the engine says."""
    found = case(reader, case_id)
    return waits(deployment_of(reader, found.deployment).definition, found.state)


def next_due_at(reader: Reader) -> datetime | None:
    """The next instant at which a deadline or a job acts, of any case; None when none waits."""
    row = reader.one(NEXT)
    return row["at"] if row else None


def waiting_jobs(reader: Reader, case_id: CaseId) -> dict[UUID, str]:
    """Service tasks that wait for their handler: id -> key."""
    return {row["id"]: row["key"] for row in reader.all(JOBS, case_id=case_id)}


def message_jobs(reader: Reader, case_ids: list[CaseId]) -> list[tuple[UUID, str]]:
    """What is to be done to carry messages of these cases now: id and topic of each job."""
    return [(row["id"], row["topic"]) for row in reader.all(MESSAGE_JOBS, case_ids=case_ids)]


def notices(reader: Reader, case_id: CaseId) -> list[SeenNotice]:
    """Every notice written for the case."""
    return reader.all_as(SeenNotice, NOTICES, case_id=case_id)
