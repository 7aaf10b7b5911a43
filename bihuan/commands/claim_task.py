"""Claim a task (签收), or put it back. A claim starts no clock: receipt is delivery (口径 E0)."""

from bihuan.domain import access
from bihuan.domain.errors import AlreadyClaimed
from bihuan.domain.ids import TaskId
from bihuan.store import cases
from bihuan.store.tasks import ASSIGN, lock_task, require_open
from bihuan.store.unit_of_work import UnitOfWork


def claim_task(work: UnitOfWork, task_id: TaskId, *, from_colleague: bool = True) -> None:
    """Take the task in one's own name, also from a colleague of the same group. Claiming it again changes nothing.

    Not `from_colleague`: raise AlreadyClaimed instead, as for many tasks at once. Raises NotFound, NotAllowed for
    another desk's, TaskNotOpen.
    """
    _assign(work, task_id, "task_claimed", mine=True, from_colleague=from_colleague)


def release_task(work: UnitOfWork, task_id: TaskId) -> None:
    """Put the task back for the colleagues of the group."""
    _assign(work, task_id, "task_released", mine=False, from_colleague=True)


def _assign(work: UnitOfWork, task_id: TaskId, kind: str, *, mine: bool, from_colleague: bool) -> None:
    case, task = lock_task(work, task_id)
    access.require_end(work.actor, [task["group_key"]], case_id=case.id, locality=case.locality)
    require_open(task)
    assignee = access.account_of(work.actor) if mine else None
    if task["assignee"] == assignee:
        return
    if task["assignee"] and not from_colleague:
        raise AlreadyClaimed(task["key"])
    work.do(ASSIGN, task_id=task_id, to=assignee)
    detail = {"from": f"officer:{task['assignee']}"} if task["assignee"] else {}
    cases.record(work, case, kind, detail, key=task["key"])
    cases.write(work, case)
