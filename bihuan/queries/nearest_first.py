"""Lists of open tasks, the nearest limit first and those without one last, turned from the last row of a page."""

from typing import Any

import sqlalchemy as sa

from bihuan.store import tables
from bihuan.store.statement import at_most, untold

_task = tables.task
OPEN_HERE = sa.and_(_task.c.locality == sa.bindparam("locality"), tables.OPEN)
"""The open tasks of the reader's locality."""


def by_limit(tasks: sa.FromClause) -> tuple[sa.ColumnElement[Any], ...]:
    """The order of these tasks: the nearest limit first, those without one last."""
    return tasks.c.due_at.asc().nulls_last(), tasks.c.id


NEAREST_FIRST = by_limit(_task)
AFTER_DUE, AFTER_ID = sa.bindparam("after_due", type_=tables.INSTANT), sa.bindparam("after_id", type_=tables.ID)
NEVER = sa.literal_column("'infinity'::timestamptz", tables.INSTANT)
# A sub-select, so that it is not told to the planner (`untold`) either.
_PLACE = sa.select(sa.func.coalesce(AFTER_DUE, NEVER), AFTER_ID).scalar_subquery()
LATER = sa.tuple_(sa.func.coalesce(_task.c.due_at, NEVER), _task.c.id) > _PLACE
"""What comes after the row with `after_due` and `after_id`."""

GROUPS = untold(sa.bindparam("groups", type_=sa.ARRAY(sa.Text)))


def nearest(wanted: sa.Select[Any], most: int) -> sa.Select[Any]:
    """The keys (id, due_at) of those tasks wanted that wait for these groups, `most` of them.

    Each group's queue is read by itself, in its order, which an index has: of a first page where all are wanted no
    further than `most`. And a plan that was made without knowing the groups is the best one.
    """
    end = at_most(most)
    group = sa.func.unnest(GROUPS).table_valued("key").render_derived(name="of_reader")
    of_group = wanted.where(_task.c.group_key == group.c.key)
    queue = of_group.order_by(*NEAREST_FIRST).limit(end).lateral("queue")
    found = sa.select(queue.c.id, queue.c.due_at).select_from(group.join(queue, sa.true()))
    return found.order_by(*by_limit(queue)).limit(end)
