"""Assign a task (指派) to a colleague of the same desk. As a claim, it starts no clock."""

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.errors import AlreadyClaimed, NotAllowed
from bihuan.domain.ids import AccountId, TaskId
from bihuan.store import cases, tables
from bihuan.store.cases import LockedCase
from bihuan.store.statement import compiled
from bihuan.store.tasks import ASSIGN, lock_task, require_open
from bihuan.store.unit_of_work import Row, UnitOfWork

_account, _membership = tables.account, tables.membership

COLLEAGUE = compiled(
    sa.select(_account.c.id, _account.c.name, _account.c.locality, _membership.c.unit, _membership.c.role)
    .join(_membership, _membership.c.account_id == _account.c.id)
    .where(_account.c.id == sa.bindparam("account_id", type_=tables.ID), _account.c.active)
)


def assign_task(work: UnitOfWork, task_id: TaskId, to: AccountId) -> None:
    """Hand a task of one's own desk to a colleague of that desk, who finds it claimed in their name.

    Only what nobody has claimed, or oneself has. Doing it again changes nothing. Raises NotFound, TaskNotOpen;
    NotAllowed for another desk's task, and for somebody who may not have it; AlreadyClaimed for a colleague's.
    """
    case, task = lock_task(work, task_id)
    access.require_end(work.actor, [task["group_key"]], case_id=case.id, locality=case.locality)
    require_open(task)
    _require_right(work, case, task, to)
    if task["assignee"] == to:
        return
    if task["assignee"] not in (None, access.account_of(work.actor)):
        raise AlreadyClaimed(task["key"])
    work.do(ASSIGN, task_id=task_id, to=to)
    before = {"from": f"officer:{task['assignee']}"} if task["assignee"] else {}
    cases.record(work, case, "task_assigned", {"to": f"officer:{to}", **before}, key=task["key"])
    cases.write(work, case)


def _require_right(work: UnitOfWork, case: LockedCase, task: Row, to: AccountId) -> None:
    rows = work.all(COLLEAGUE, account_id=to)
    colleague = _officer(rows) if rows else None
    group, barred = task["group_key"], case.complained_of
    if colleague is None or not access.may_be_assigned(colleague, group, locality=case.locality, complained_of=barred):
        raise NotAllowed(
            f"Expected {to} to be one of {group} whom no complaint bars, but it is not",
            "不能指派给这位同事：须是同一单位、同一岗位的在用账号，且不属于被反映单位。",
        )


def _officer(rows: list[Row]) -> Officer:
    memberships = frozenset((row["unit"], row["role"]) for row in rows)
    return Officer(AccountId(rows[0]["id"]), rows[0]["name"], rows[0]["locality"], memberships)
