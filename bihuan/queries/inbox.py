"""我的待办: the open tasks of an officer and of the officer's groups, and the cases the officer watches; nearest limit
first.

Counts, rows, notices and who asks to be stood in for come in one pipeline. What is shown of a request goes through the
veil.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from bihuan.domain.access import Officer, oversees
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotFound
from bihuan.domain.ids import TaskId
from bihuan.domain.workdays import LampThresholds
from bihuan.locality.deployments import Deployment, InForce, current, national_calendar
from bihuan.locality.part import Part
from bihuan.queries.inbox_notices import READ as NOTICES
from bihuan.queries.inbox_notices import NoticeRow, notices_in
from bihuan.queries.inbox_statements import COUNTS, MOST, PAGE, SOME, VIEWS, WATCHED, View, limits, page, whole
from bihuan.queries.nearness import Gauge, Nearness
from bihuan.queries.stand_ins import LENT, Lent
from bihuan.queries.veil import Veil, closed_veils_of, veils_of
from bihuan.queries.words import CHANNELS
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

Place = tuple[datetime | None, UUID]
"""Where a page ends: the limit and the task of its last row."""
ONE_WORKDAY = 1


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a view is narrowed down to; empty: all of it. Only what every reader of the case may know is asked."""

    number: str = ""
    """A part of the case's number."""
    step: str = ""
    channel: str = ""
    matter: str = ""
    """A category, or a procedure."""

    def __bool__(self) -> bool:
        return bool(self.number or self.step or self.channel or self.matter)

    @property
    def values(self) -> dict[str, str]:
        """As the statements know them."""
        return {"no": self.number, "step": self.step, "by": self.channel, "matter": self.matter}


NOTHING = Narrowing()


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One open task as the inbox lists it; of a case that is watched the step due first, or none."""

    id: TaskId | None
    case_no: str
    subject: str
    step: str
    clauses: tuple[str, ...]
    group_key: str
    group: str
    part: Part | None
    matter: str
    """The procedure, when it is not the main one; else the category of the request."""
    channel: str
    reminders: int
    """How often the unit was reminded (催办) of the case since the task opened."""
    nearness: Nearness
    mine: bool
    claimed_by: str | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of it; `following` is where the next one begins."""

    view: View
    rows: tuple[InboxRow, ...]
    counts: dict[str, int]
    notices: tuple[NoticeRow, ...]
    following: Place | None
    lent: tuple[Lent, ...] = ()
    """For whom the officer may act just now (代理), unless acting for somebody already."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What changes by itself on a page that stays open: the counts, and each row's lamp by task or case number."""

    counts: dict[str, int]
    lamps: tuple[tuple[str, Nearness], ...] = field(default=())


def inbox(
    reader: Reader, vault: Vault, actor: Officer, view: View = "all", after: Place | None = None,
    *, narrowing: Narrowing = NOTHING, in_force: InForce | None = None,
) -> Inbox:  # fmt: skip
    """A view of the open tasks that this officer may do. Others' never appear: the groups are the officer's own.

    `in_force`: what is in force in the officer's locality, when the caller has read it already.
    """
    desk = _Desk.of(reader, actor, in_force)
    listed = page(view, first=after is None, narrowed=bool(narrowing))
    (counted,), rows, notices, lent = reader.each(
        COUNTS, listed, NOTICES, LENT, **desk.values, **narrowing.values, **_place(after)
    )
    more, rows = view != WATCHED and len(rows) > PAGE, rows if view == WATCHED else rows[:PAGE]
    following = (rows[-1]["due_at"], rows[-1]["id"]) if more else None
    veils = veils_of(reader, vault, actor, [(row["case_id"], row["complained_of"]) for row in rows])
    others = () if actor.acting_for else tuple(Lent(**row) for row in lent)
    return Inbox(view, desk.rows(rows, veils), _counts(counted), notices_in(notices), following, others)


def inbox_rows(reader: Reader, vault: Vault, actor: Officer, task_ids: list[UUID]) -> tuple[InboxRow, ...]:
    """These tasks of the inbox, as they are now. Raises NotFound when none is (or is still) this officer's to do."""
    desk = _Desk.of(reader, actor, None)
    rows = reader.all(SOME, **desk.values, task_ids=task_ids)
    if not rows:
        raise NotFound(f"Expected some of tasks {task_ids} in the inbox of {actor.ref}, but they are not there")
    veils = veils_of(reader, vault, actor, [(row["case_id"], row["complained_of"]) for row in rows])
    return desk.rows(rows, veils)


def pulse(
    reader: Reader, actor: Officer, view: View, after: Place | None, *, narrowing: Narrowing = NOTHING,
    in_force: InForce | None = None,
) -> Pulse:  # fmt: skip
    """The counts and lamps of a page as they are now: no texts, no identities are read for it."""
    desk = _Desk.of(reader, actor, in_force)
    listed = limits(view, first=after is None, narrowed=bool(narrowing))
    (counted,), rows = reader.each(COUNTS, listed, **desk.values, **narrowing.values, **_place(after))
    shown, name = (rows, "case_no") if view == WATCHED else (rows[:PAGE], "id")
    return Pulse(_counts(counted), tuple((str(row[name]), desk.gauge.nearness(row["due_at"])) for row in shown))


def whole_view(
    reader: Reader, vault: Vault, actor: Officer, view: View, *, narrowing: Narrowing = NOTHING, leaves_house: bool
) -> tuple[tuple[InboxRow, ...], bool]:
    """A view in one piece, up to MOST tasks, and whether there are more; for paper, and for files.

    What leaves the house (`leaves_house`) shows nobody who complained, not even the platform.
    """
    desk = _Desk.of(reader, actor, None)
    rows = reader.all(whole(view), **desk.values, **narrowing.values)
    cut, rows = len(rows) > MOST, rows[:MOST]
    if leaves_house:
        veils = closed_veils_of(reader, vault, [row["case_id"] for row in rows])
    else:
        veils = veils_of(reader, vault, actor, [(row["case_id"], row["complained_of"]) for row in rows])
    return desk.rows(rows, veils), cut


def _claimer(row: Row) -> str | None:
    """Who has claimed it; of a closed account it is said, so that a colleague takes it over."""
    name: str | None = row["assignee_name"]
    return name if name is None or row["assignee_active"] else f"{name}（账号已停用）"


def _counts(counted: Row) -> dict[str, int]:
    return {view: counted[f"in_{view}"] for view in VIEWS}


def _place(after: Place | None) -> dict[str, Any]:
    return {"after_due": after[0], "after_id": after[1]} if after else {}


@dataclass(frozen=True, slots=True)
class _Desk:
    """An officer's, with what its statements are asked and its rows measured by."""

    actor: Officer
    deployment: Deployment
    gauge: Gauge
    values: dict[str, Any]

    @classmethod
    def of(cls, reader: Reader, actor: Officer, in_force: InForce | None) -> "_Desk":
        now = current(reader, actor.locality, in_force)
        deployment, calendar = now.deployment, now.calendar
        today = national_calendar().on(reader.now.astimezone(BEIJING).date())
        values = {
            "locality": actor.locality, "groups": sorted(actor.groups), "me": actor.account_id, "now": reader.now,
            "today_ends": today.due_at, "units": sorted(actor.units), "oversees": oversees(actor),
            "soon": LampThresholds.at(calendar, reader.now, amber_workdays=ONE_WORKDAY).amber_until,
        }  # fmt: skip
        return cls(actor, deployment, Gauge.of(calendar, deployment.locality.settings, reader.now), values)

    def rows(self, rows: list[Row], veils: dict[UUID, Veil]) -> tuple[InboxRow, ...]:
        return tuple(self._row(row, veils[row["case_id"]]) for row in rows)

    def _row(self, row: Row, veil: Veil) -> InboxRow:
        group = row["group_key"]
        return InboxRow(
            id=row["id"],
            case_no=row["case_no"],
            subject=veil.over_request(row["subject"], row["struck_subject"]),
            step=row["name"] or "",
            clauses=tuple((row["clause"] or "").split()),
            group_key=group or "",
            group=self.deployment.locality.group_name(group) if group else "",
            part=row["part"],
            matter=self.deployment.matter(row["process"], row["category"]),
            channel=CHANNELS.get(row["channel"], str(row["channel"])),
            reminders=row["reminders"] or 0,
            nearness=self.gauge.nearness(row["due_at"]),
            mine=row["assignee"] is not None and row["assignee"] == self.actor.account_id,
            claimed_by=_claimer(row),
        )
