"""Lists of open tasks, the nearest limit first and those without one last, turned from the last row of a page."""

import sqlalchemy as sa

from bihuan.store import tables

_task = tables.task
AFTER_DUE, AFTER_ID = sa.bindparam("after_due", type_=tables.INSTANT), sa.bindparam("after_id", type_=tables.ID)
NEAREST_FIRST = (_task.c.due_at.asc().nulls_last(), _task.c.id)
LATER = sa.or_(
    _task.c.due_at > AFTER_DUE,
    sa.and_(_task.c.due_at == AFTER_DUE, _task.c.id > AFTER_ID),
    sa.and_(_task.c.due_at.is_(None), sa.or_(AFTER_DUE.is_not(None), _task.c.id > AFTER_ID)),
)
"""What comes after the row with `after_due` and `after_id`."""
