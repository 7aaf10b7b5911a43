"""The task row of a deed, read once its case is locked; who has it, and how often its unit was reminded."""

from datetime import datetime

import sqlalchemy as sa

from bihuan.domain.errors import NotFound, TaskNotOpen
from bihuan.domain.ids import CaseId, TaskId
from bihuan.store import cases, tables
from bihuan.store.cases import LockedCase
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

_task, _account = tables.task, tables.account

READ = compiled(
    sa.select(_task, _account.c.name.label("completer"))
    .outerjoin(_account, _account.c.id == _task.c.completed_by)
    .where(_task.c.id == sa.bindparam("task_id", type_=tables.ID))
)
OF_CASE = compiled(
    sa.select(_task.c.id).where(
        _task.c.case_id == sa.bindparam("in_case", type_=tables.ID),
        _task.c.key == sa.bindparam("at_key", type_=sa.Text),
    )
)
ASSIGN = compiled(
    sa.update(_task)
    .where(_task.c.id == sa.bindparam("task_id", type_=tables.ID))
    .values(assignee=sa.bindparam("to", type_=tables.ID))
)
_UNIT = sa.bindparam("unit", type_=sa.Text)
REMIND = compiled(
    sa.update(_task)
    .where(
        _task.c.case_id == sa.bindparam("in_case", type_=tables.ID),
        tables.OPEN,
        _task.c.opened_at < sa.bindparam("at", type_=tables.INSTANT),
        sa.or_(_UNIT.is_(None), sa.func.split_part(_task.c.group_key, ":", 1) == _UNIT),
    )
    .values(reminders=_task.c.reminders + 1)
)


def lock_task(work: UnitOfWork, task_id: TaskId) -> tuple[LockedCase, Row]:
    """Lock the case of a task, then read the task. Raises NotFound."""
    case, task = work.lock_then(LockedCase, cases.LOCK_OF_TASK, READ, task_id=task_id)
    if case is None or task is None:
        raise NotFound(f"Expected a task {task_id}, but there is none")
    return case, task


def require_task_of(work: UnitOfWork, case_id: CaseId, key: str) -> None:
    """Raise NotFound unless the case has, or had, a task with this key: what a page sends may be anything."""
    if work.one(OF_CASE, in_case=case_id, at_key=key) is None:
        raise NotFound(f"Expected a task of case {case_id} by its key, but there is none")


def require_open(task: Row) -> None:
    """Raise TaskNotOpen, naming who was first, unless the task is open."""
    if task["state"] != "open":
        raise TaskNotOpen(task["key"], completed_by=task["completer"], completed_at=task["ended_at"])


def count_reminder(work: UnitOfWork, case_id: CaseId, *, at: datetime, unit: str | None = None) -> None:
    """A unit was reminded (催办) of what it had open of the case by then; without one, every unit was."""
    work.do(REMIND, in_case=case_id, at=at, unit=unit)
