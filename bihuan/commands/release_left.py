"""Put back (取消签收) what somebody claimed who can do it no longer: the account was closed, or the post was left."""

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import OFFICER
from bihuan.domain.ids import TaskId
from bihuan.store import cases, tables
from bihuan.store.stand_ins import IN_FORCE
from bihuan.store.statement import at_most, compiled
from bihuan.store.tasks import ASSIGN, lock_task
from bihuan.store.unit_of_work import UnitOfWork

LEFT = "left"
"""Why a task was released that its claimer did not release: it stands in the event."""
_account, _membership, _stand_in = tables.account, tables.membership, tables.stand_in
_WHO = sa.bindparam("account_id", type_=tables.ID)
STILL = compiled(
    sa.select(_account.c.id)
    .join_from(
        _account,
        _membership,
        sa.or_(
            _membership.c.account_id == _account.c.id,
            _membership.c.account_id.in_(
                sa.select(_stand_in.c.for_account).where(_stand_in.c.account_id == _WHO, IN_FORCE)
            ),
        ),
    )
    .where(
        _account.c.id == _WHO, _account.c.active, _membership.c.unit == sa.bindparam("unit"),
        _membership.c.role == sa.bindparam("role"),
    )
    .limit(at_most(1))
)  # fmt: skip
"""Whoever claimed a task, while in use and of its desk, also as a stand-in."""


def release_left(work: UnitOfWork, task_id: TaskId) -> bool:
    """Put a claimed task back for the colleagues of its desk; whether it was. Whoever may still do it keeps it.

    A claim starts no clock, and this stops none. Raises NotFound, NotAllowed for all but administrators of the locality
    and the command line.
    """
    case, task = lock_task(work, task_id)
    access.require_administrator(work.actor, case.locality)
    unit, _, role = task["group_key"].partition(":")
    if task["state"] != "open" or task["assignee"] is None:
        return False
    if work.one(STILL, account_id=task["assignee"], unit=unit, role=role or OFFICER, now=work.now):
        return False
    work.do(ASSIGN, task_id=task_id, to=None)
    detail = {"from": f"officer:{task['assignee']}", "why": LEFT}
    cases.record(work, case, "task_released", detail, key=task["key"])
    cases.write(work, case)
    return True
