"""Claim a task (签收), or put it back. A claim starts no clock: receipt is delivery (口径 E0)."""

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.ids import TaskId
from bihuan.store import cases, tables
from bihuan.store.statement import compiled
from bihuan.store.tasks import lock_task, require_open
from bihuan.store.unit_of_work import UnitOfWork

ASSIGN = compiled(
    sa.update(tables.task)
    .where(tables.task.c.id == sa.bindparam("task_id", type_=tables.ID))
    .values(assignee=sa.bindparam("by", type_=tables.ID))
)


def claim_task(work: UnitOfWork, task_id: TaskId) -> None:
    """Take the task in one's own name, also from a colleague of the same group. Claiming it again changes nothing."""
    _assign(work, task_id, "task_claimed", mine=True)


def release_task(work: UnitOfWork, task_id: TaskId) -> None:
    """Put the task back for the colleagues of the group."""
    _assign(work, task_id, "task_released", mine=False)


def _assign(work: UnitOfWork, task_id: TaskId, kind: str, *, mine: bool) -> None:
    case, task = lock_task(work, task_id)
    access.require_end(work.actor, [task["group_key"]], case_id=case.id, locality=case.locality)
    require_open(task)
    assignee = access.account_of(work.actor) if mine else None
    if task["assignee"] == assignee:
        return
    work.do(ASSIGN, task_id=task_id, by=assignee)
    detail = {"from": f"officer:{task['assignee']}"} if task["assignee"] else {}
    cases.record(work, case, kind, detail, key=task["key"])
    cases.write(work, case)
