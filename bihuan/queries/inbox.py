"""我的待办: the open tasks of an officer and of the officer's groups, nearest limit first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.access import Officer
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotFound
from bihuan.domain.ids import TaskId
from bihuan.locality.deployments import Deployment, calendar_of, deployment_of, national_calendar
from bihuan.queries.inbox_notices import READ as NOTICES
from bihuan.queries.inbox_notices import NoticeRow, notices_in
from bihuan.queries.nearness import Gauge, Nearness
from bihuan.queries.veil import veils_of
from bihuan.store import tables
from bihuan.store.deployments import LOCALITY
from bihuan.store.statement import Statement, compiled
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

Which = Literal["all", "mine", "unclaimed", "today", "overdue"]
PAGE = 50

_task, _case, _request, _account = tables.task, tables.case_file, tables.request, tables.account
_NOW, _TODAY_ENDS = (sa.bindparam(name, type_=tables.INSTANT) for name in ("now", "today_ends"))
_ME = sa.bindparam("me", type_=tables.ID)
_GROUPS = sa.bindparam("groups", type_=sa.ARRAY(sa.Text))
_VISIBLE = sa.and_(
    _task.c.locality == sa.bindparam("locality"),
    _task.c.state == sa.literal_column("'open'"),
    _task.c.group_key == sa.any_(_GROUPS),
)
_WHICH: dict[str, sa.ColumnElement[bool]] = {
    "all": sa.true(),
    "mine": _task.c.assignee == _ME,
    "unclaimed": _task.c.assignee.is_(None),
    "today": sa.and_(_task.c.due_at >= _NOW, _task.c.due_at <= _TODAY_ENDS),
    "overdue": _task.c.due_at <= _NOW,
}
_AFTER_DUE = sa.bindparam("after_due", type_=tables.INSTANT)
_AFTER_ID = sa.bindparam("after_id", type_=tables.ID)
_SOONEST_FIRST = (_task.c.due_at.asc().nulls_last(), _task.c.id)
_LATER = sa.or_(
    _task.c.due_at > _AFTER_DUE,
    sa.and_(_task.c.due_at == _AFTER_DUE, _task.c.id > _AFTER_ID),
    sa.and_(_task.c.due_at.is_(None), sa.or_(_AFTER_DUE.is_not(None), _task.c.id > _AFTER_ID)),
)
_COLUMNS = sa.select(
    _task.c.id, _task.c.case_id, _task.c.key, _task.c.name, _task.c.group_key, _task.c.clause, _task.c.assignee,
    _task.c.opened_at, _task.c.due_at, _account.c.name.label("assignee_name"), _case.c.case_no, _case.c.category,
    _case.c.process, _case.c.complained_of,
    _request.c.subject, _request.c.struck_subject,
).join(_case, _case.c.id == _task.c.case_id).join(_request, _request.c.case_id == _task.c.case_id).outerjoin(
    _account, _account.c.id == _task.c.assignee
)  # fmt: skip


def _page(which: str, *, first: bool) -> Statement:
    condition = sa.and_(_VISIBLE, _WHICH[which]) if first else sa.and_(_VISIBLE, _WHICH[which], _LATER)
    return compiled(_COLUMNS.where(condition).order_by(*_SOONEST_FIRST).limit(PAGE + 1))


PAGES = {(which, first): _page(which, first=first) for which in _WHICH for first in (True, False)}
ONE = compiled(_COLUMNS.where(_VISIBLE, _task.c.id == sa.bindparam("task_id", type_=tables.ID)))
COUNTS = compiled(
    sa.select(*(sa.func.count().filter(condition).label(f"in_{which}") for which, condition in _WHICH.items())).where(
        _VISIBLE
    )
)


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One open task as the inbox lists it."""

    id: TaskId
    case_no: str
    subject: str
    step: str
    clauses: tuple[str, ...]
    group: str
    matter: str
    """The procedure, when it is not the main one; else the category of the request."""
    nearness: Nearness
    mine: bool
    claimed_by: str | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of it; `following` is where the next one begins."""

    which: Which
    rows: tuple[InboxRow, ...]
    counts: dict[str, int]
    notices: tuple[NoticeRow, ...]
    following: tuple[datetime | None, UUID] | None


def inbox(
    reader: Reader, vault: Vault, actor: Officer, which: Which = "all",
    after: tuple[datetime | None, UUID] | None = None,
) -> Inbox:  # fmt: skip
    """The open tasks that this officer may do. Others' never appear: the groups are the officer's own."""
    values = _values(reader, actor)
    due, task_id = after or (None, None)
    place = {"after_due": due, "after_id": task_id} if after else {}
    (counted,), rows, localities, notices = reader.each(
        COUNTS, PAGES[which, after is None], LOCALITY, NOTICES, **values, **place
    )
    counts = {name: counted[f"in_{name}"] for name in _WHICH}
    more, rows = len(rows) > PAGE, rows[:PAGE]
    following = (rows[-1]["due_at"], rows[-1]["id"]) if more else None
    found = _rows(reader, vault, actor, rows, localities)
    return Inbox(which, found, counts, notices_in(notices), following)


def inbox_row(reader: Reader, vault: Vault, actor: Officer, task_id: UUID) -> InboxRow:
    """One task of the inbox, as it is now. Raises NotFound when it is not (or no longer) this officer's to do."""
    found, localities = reader.each(ONE, LOCALITY, **_values(reader, actor), task_id=task_id)
    rows = _rows(reader, vault, actor, found, localities)
    if not rows:
        raise NotFound(f"Expected task {task_id} in the inbox of {actor.ref}, but it is not there")
    return rows[0]


def _values(reader: Reader, actor: Officer) -> dict[str, Any]:
    today = national_calendar().on(reader.now.astimezone(BEIJING).date())
    return {
        "locality": actor.locality, "groups": sorted(actor.groups), "me": actor.account_id, "now": reader.now,
        "today_ends": today.due_at,
    }  # fmt: skip


def _rows(reader: Reader, vault: Vault, actor: Officer, rows: list[Row], localities: list[Row]) -> tuple[InboxRow, ...]:
    if not rows:
        return ()
    locality = localities[0]
    deployment = deployment_of(reader, locality["deployment"])
    calendar = calendar_of(reader, actor.locality, locality["calendar_version"])
    gauge = Gauge.of(calendar, deployment.locality.settings, reader.now)
    veils = veils_of(reader, vault, actor, [(row["case_id"], row["complained_of"]) for row in rows])
    return tuple(
        _row(row, actor, deployment, gauge, veils[row["case_id"]].over_request(row["subject"], row["struck_subject"]))
        for row in rows
    )


def _row(row: Row, actor: Officer, deployment: Deployment, gauge: Gauge, subject: str) -> InboxRow:
    return InboxRow(
        id=row["id"],
        case_no=row["case_no"],
        subject=subject,
        step=row["name"],
        clauses=tuple((row["clause"] or "").split()),
        group=deployment.locality.group_name(row["group_key"]),
        matter=deployment.matter(row["process"], row["category"]),
        nearness=gauge.nearness(row["due_at"]),
        mine=row["assignee"] == actor.account_id,
        claimed_by=row["assignee_name"],
    )
