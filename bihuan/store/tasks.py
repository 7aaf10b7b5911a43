"""The task row of a deed, read once its case is locked."""

import sqlalchemy as sa

from bihuan.domain.errors import NotFound, TaskNotOpen
from bihuan.domain.ids import TaskId
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


def lock_task(work: UnitOfWork, task_id: TaskId) -> tuple[LockedCase, Row]:
    """Lock the case of a task, then read the task. Raises NotFound."""
    case, task = work.lock_then(LockedCase, cases.LOCK_OF_TASK, READ, task_id=task_id)
    if case is None or task is None:
        raise NotFound(f"Expected a task {task_id}, but there is none")
    return case, task


def require_open(task: Row) -> None:
    """Raise TaskNotOpen, naming who was first, unless the task is open."""
    if task["state"] != "open":
        raise TaskNotOpen(task["key"], completed_by=task["completer"], completed_at=task["ended_at"])
