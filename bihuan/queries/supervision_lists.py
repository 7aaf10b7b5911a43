"""The supervision lists (督办清单) as SQL: which open steps each holds, in which order, and how many there are."""

from functools import cache
from typing import Final, Literal

import sqlalchemy as sa

from bihuan.domain.events import canonical
from bihuan.queries.heat import ON_RUNG
from bihuan.queries.nearest_first import AFTER_DUE, AFTER_ID, LATER, NEAREST_FIRST, NEVER, OPEN_HERE
from bihuan.store import tables
from bihuan.store.statement import Statement, at_most, compiled
from bihuan.store.supervised import EXTENDS, HANDED_ON, SUPERVISED
from bihuan.store.tables import RUNS

List = Literal[
    "all", "late", "soon", "late_day", "late_week", "late_long", "taken_over", "with_office", "extensions", "silent",
    "handed_on",
]  # fmt: skip
PAGE: Final = 50
MOST_SILENT: Final = 100
SILENCES: Final = (3, 5, 10)
"""Working days without a deed, of which one is chosen."""
SILENT: Final = 5

_task, _case, _request, _press = tables.task, tables.case_file, tables.request, tables.press
_event = tables.history_event
_NOW, _SINCE = (sa.bindparam(name, type_=tables.INSTANT) for name in ("now", "silent_since"))
_TOOK_OVER = sa.exists().where(
    _event.c.case_id == _case.c.id,
    _event.c.kind == sa.literal_column("'milestone_reached'"),
    _event.c.payload == sa.literal_column(f"'{canonical({'name': 'taken_over'})}'"),
)
_TAKEN_OVER, _WITH_OFFICE, _WENT_ON = (
    sa.select(_case.c.id).where(_case.c.locality == sa.bindparam("locality"), RUNS, *conditions)
    for conditions in ((SUPERVISED, _TOOK_OVER), (SUPERVISED, ~_TOOK_OVER), (HANDED_ON,))
)
_OTHER = _task.alias("other")
_NEAREST_OF_ITS_CASE = ~sa.exists().where(
    _OTHER.c.case_id == _task.c.case_id, _OTHER.c.state == sa.literal_column("'open'"),
    sa.tuple_(sa.func.coalesce(_OTHER.c.due_at, NEVER), _OTHER.c.id)
    < sa.tuple_(sa.func.coalesce(_task.c.due_at, NEVER), _task.c.id),
)  # fmt: skip
_NOBODY_ACTED = sa.and_(
    _task.c.opened_at < _SINCE,
    ~sa.exists().where(
        _OTHER.c.case_id == _task.c.case_id, _OTHER.c.state == sa.literal_column("'completed'"),
        _OTHER.c.ended_at >= _SINCE,
    ),
    ~sa.exists().where(_press.c.case_id == _task.c.case_id, _press.c.pressed_at >= _SINCE),
)  # fmt: skip
_LISTS: dict[str, sa.ColumnElement[bool]] = {
    "all": sa.true(),
    "late": _task.c.due_at <= _NOW,
    **ON_RUNG,
    "taken_over": sa.and_(_task.c.case_id.in_(_TAKEN_OVER), _NEAREST_OF_ITS_CASE),
    "with_office": sa.and_(_task.c.case_id.in_(_WITH_OFFICE), _NEAREST_OF_ITS_CASE),
    "extensions": EXTENDS,
    "silent": _NOBODY_ACTED,
    "handed_on": sa.and_(_task.c.case_id.in_(_WENT_ON), _NEAREST_OF_ITS_CASE),
}
"""Open steps; of lists of cases the nearest of each, so that a case with two open steps is one."""
_ORDERS = {"silent": (_task.c.opened_at, _task.c.id), "handed_on": (_case.c.handed_on.desc(), _task.c.id)}
_WAITED_LESS = sa.tuple_(_task.c.opened_at, _task.c.id) > sa.tuple_(AFTER_DUE, AFTER_ID)
UNPAGED: Final = frozenset({"handed_on"})
"""Few, and in an order of its own: the first are shown."""
_FROM = sa.select(
    _task.c.id, _task.c.case_id, _task.c.name, _task.c.group_key, _task.c.clause, _task.c.due_at,
    _task.c.opened_at, _case.c.case_no, _case.c.process, _case.c.handling_unit, _case.c.dispatched_at,
    _case.c.complained_of,
    _request.c.subject, _request.c.struck_subject,
).join(_case, _case.c.id == _task.c.case_id).join(_request, _request.c.case_id == _task.c.case_id)  # fmt: skip


@cache
def list_of(which: List, *, of_unit: bool = False, of_step: bool = False, later: bool = False) -> Statement:
    """A page of a list: of one unit's groups, of one step, after a place. Found first, then read: its rows alone."""
    conditions = [OPEN_HERE, _LISTS[which]]
    if of_unit:
        conditions.append(_task.c.group_key == sa.any_(sa.bindparam("groups", type_=sa.ARRAY(sa.Text))))
    if of_step:
        conditions.append(_task.c.name == sa.bindparam("step", type_=sa.Text))
    if later:
        conditions.append(_WAITED_LESS if which == "silent" else LATER)
    order = _ORDERS.get(which, NEAREST_FIRST)
    found = sa.select(_task.c.id)
    if which == "handed_on":
        found = found.join(_case, _case.c.id == _task.c.case_id)
    page = found.where(*conditions).order_by(*order).limit(at_most(PAGE + 1)).subquery("page")
    return compiled(_FROM.join(page, page.c.id == _task.c.id).order_by(*order))


COUNTS = compiled(
    sa.select(
        *(
            sa.select(sa.func.count()).where(OPEN_HERE, _LISTS[name]).scalar_subquery().label(name)
            for name in ("taken_over", "with_office", "extensions", "handed_on")
        ),
        # No more than so many: whoever looks for a silence of weeks is not kept waiting for a number.
        sa.select(sa.func.count())
        .select_from(sa.select(_task.c.id).where(OPEN_HERE, _NOBODY_ACTED).limit(at_most(MOST_SILENT + 1)).subquery())
        .scalar_subquery()
        .label("silent"),
    )
)
