"""The statements of 我的待办: its views and their counts, page after page, and what is narrowed down.

A view is counted, and a page of it found, by the index `task_inbox` alone; only the rows of the page are then read.
"""

from functools import cache
from typing import Any, Final, Literal, get_args

import sqlalchemy as sa

from bihuan.queries.nearest_first import GROUPS, LATER, NEAREST_FIRST, OPEN_HERE, by_limit, nearest
from bihuan.store import tables
from bihuan.store.statement import Statement, at_most, compiled, untold

View = Literal["all", "unclaimed", "mine", "today", "soon", "overdue", "supporting", "rework", "watched"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
WATCHED: Final = "watched"
PAGE: Final = 50
MOST: Final = 1000
"""Tasks on a list that is printed or taken along (导出)."""

_task, _case, _request, _account = tables.task, tables.case_file, tables.request, tables.account
_watch = tables.watch
_NOW, _TODAY_ENDS, _SOON = (sa.bindparam(name, type_=tables.INSTANT) for name in ("now", "today_ends", "soon"))
_ME = sa.bindparam("me", type_=tables.ID)
_LOCALITY = sa.bindparam("locality", type_=sa.Text)
_VISIBLE = sa.and_(OPEN_HERE, _task.c.group_key == sa.any_(GROUPS))
_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "all": sa.true(),
    "unclaimed": _task.c.assignee.is_(None),
    "mine": _task.c.assignee == _ME,
    "today": sa.and_(_task.c.due_at > _NOW, _task.c.due_at <= _TODAY_ENDS),
    "soon": sa.and_(_task.c.due_at > _NOW, _task.c.due_at <= _SOON),
    "overdue": _task.c.due_at <= _NOW,
    "supporting": _task.c.part == sa.literal_column("'supporting'"),
    "rework": _task.c.part == sa.literal_column("'rework'"),
}
_SHOWN = (
    _task.c.id, _task.c.name, _task.c.group_key, _task.c.clause, _task.c.assignee, _task.c.due_at, _task.c.part,
    _task.c.reminders, _account.c.name.label("assignee_name"),
    _account.c.active.label("assignee_active"), _case.c.id.label("case_id"), _case.c.case_no,
    _case.c.category, _case.c.process, _case.c.channel, _case.c.complained_of,
    _request.c.subject, _request.c.struck_subject,
)  # fmt: skip
_NUMBER, _STEP, _CHANNEL, _MATTER = (sa.bindparam(name, type_=sa.Text) for name in ("no", "step", "by", "matter"))
_ANY = sa.literal_column("''", sa.Text)
_NARROWED = sa.and_(
    sa.or_(_NUMBER == _ANY, sa.func.strpos(_case.c.case_no, _NUMBER) > sa.literal_column("0")),
    sa.or_(_CHANNEL == _ANY, _case.c.channel == _CHANNEL),
    sa.or_(_MATTER == _ANY, _case.c.category == _MATTER, _case.c.process == _MATTER),
)
_MAY_READ = sa.and_(
    _case.c.locality == _LOCALITY,
    sa.or_(
        untold(sa.bindparam("oversees", type_=sa.Boolean)),
        _case.c.involved.op("&&")(untold(sa.bindparam("units", type_=sa.ARRAY(sa.Text)))),
    ),
)
_OF_MINE = sa.and_(_watch.c.account_id == _ME, _case.c.exit.is_(None), _MAY_READ)


@cache
def page(view: View, *, first: bool, narrowed: bool) -> Statement:
    """The rows of one page: found by their keys, then read. It ends one row too late, to tell whether more follow."""
    if view == WATCHED:
        return _watched(narrowed=narrowed)
    return _shown(_keys(view, first=first, narrowed=narrowed))


@cache
def limits(view: View, *, first: bool, narrowed: bool) -> Statement:
    """The limits of a page alone."""
    if view == WATCHED:
        return _watched(narrowed=narrowed)
    return compiled(_keys(view, first=first, narrowed=narrowed))


@cache
def whole(view: View) -> Statement:
    """A view in one piece, for paper and files."""
    return _watched(narrowed=True) if view == WATCHED else _shown(_keys(view, first=True, narrowed=True, most=MOST))


def _keys(view: View, *, first: bool, narrowed: bool, most: int = PAGE) -> sa.Select[Any]:
    """The tasks of one page, nearest limit first, by their keys; and one more, to tell whether others follow. Narrowed
    down, their cases are asked, too.
    """
    wanted = sa.select(_task.c.id, _task.c.due_at).where(OPEN_HERE, _CONDITIONS[view])
    if narrowed:
        wanted = wanted.join(_case, _case.c.id == _task.c.case_id).where(_NARROWED, _of_step(_task))
    if not first:
        wanted = wanted.where(LATER)
    if view == "mine":  # few, and found by whose they are
        mine = wanted.where(_task.c.group_key == sa.any_(GROUPS)).order_by(*NEAREST_FIRST)
        return mine.limit(at_most(most + 1))
    return nearest(wanted, most + 1)


def _shown(keys_of_page: sa.Select[Any]) -> Statement:
    keys = keys_of_page.subquery("keys")
    shown = (
        sa.select(*_SHOWN)
        .join_from(keys, _task, _task.c.id == keys.c.id)
        .join(_case, _case.c.id == _task.c.case_id)
        .join(_request, _request.c.case_id == _task.c.case_id)
        .outerjoin(_account, _account.c.id == _task.c.assignee)
    )
    return compiled(shown.order_by(*by_limit(keys)))


def _watched(*, narrowed: bool) -> Statement:
    """The cases that one watches, each with the step that is due first, if it waits for anybody's."""
    first = (
        sa.select(*(column for column in _SHOWN if column.table is _task))
        .where(_task.c.case_id == _case.c.id, tables.OPEN)
        .order_by(*NEAREST_FIRST)
        .limit(at_most(1))
        .lateral(_task.name)
    )
    columns = [first.c[column.name] if column.table is _task else column for column in _SHOWN]
    found = (
        sa.select(*columns)
        .join_from(_watch, _case, _case.c.id == _watch.c.case_id)
        .join(_request, _request.c.case_id == _case.c.id)
        .outerjoin(first, sa.true())
        .outerjoin(_account, _account.c.id == first.c.assignee)
        .where(_OF_MINE)
    )
    if narrowed:
        found = found.where(_NARROWED, _of_step(first))
    return compiled(found.order_by(first.c.due_at.asc().nulls_last(), _case.c.id).limit(at_most(MOST)))


def _of_step(tasks: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.or_(_STEP == _ANY, tasks.c.name == _STEP)


SOME = _shown(
    sa.select(_task.c.id, _task.c.due_at).where(
        _VISIBLE, _task.c.id == sa.any_(sa.bindparam("task_ids", type_=tables.IDS))
    )
)
COUNTS = compiled(
    sa.select(
        *(sa.func.count().filter(condition).label(f"in_{view}") for view, condition in _CONDITIONS.items()),
        sa.select(sa.func.count())
        .select_from(_watch.join(_case, _case.c.id == _watch.c.case_id))
        .where(_OF_MINE)
        .scalar_subquery()
        .label(f"in_{WATCHED}"),
    ).where(_VISIBLE)
)
