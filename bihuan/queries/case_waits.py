"""What a case waits for, as its pages show it: open tasks, limits with their receipts, buttons one may press."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Actor
from bihuan.domain.ids import Key, TaskId
from bihuan.domain.workdays import ReceiptLine
from bihuan.domain.workdays.receipt import Receipt
from bihuan.engine import OpenButton, Waits, waits
from bihuan.queries.case_header import OpenedCase
from bihuan.queries.nearness import Gauge, Nearness
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row

_deadline = tables.deadline
_LIMIT = re.compile(r"limit\(\s*[\"'](\w+)[\"']")
_task, _event = tables.task, tables.history_event
_LATER = _deadline.alias("later")
_ACTIVITY = (
    sa.func.split_part(_deadline.c.on_key, "/", 1) + "/" + sa.func.split_part(_deadline.c.on_key, "/", 2)
)  # fmt: skip
_TASK_DONE = (
    sa.select(_task.c.ended_at)
    .where(_task.c.case_id == _deadline.c.case_id, _task.c.key == _deadline.c.on_key, _task.c.state == "completed")
    .scalar_subquery()
)
# What holds several steps (限期办理) is finished when the path leads on from it, and before it is entered anew.
_PART_DONE = (
    sa.select(sa.func.min(_event.c.at))
    .where(
        _event.c.case_id == _deadline.c.case_id,
        _event.c.kind == "path_taken",
        _event.c.at >= sa.func.coalesce(_deadline.c.ended_at, _deadline.c.set_at),
        _event.c.at <= sa.func.coalesce(_deadline.c.ended_at, sa.literal_column("'infinity'")),
        sa.func.strpos(_event.c.payload, '"' + _ACTIVITY + '"') > 0,
        ~sa.exists()
        .where(
            _LATER.c.case_id == _deadline.c.case_id,
            _LATER.c.on_key != _deadline.c.on_key,
            sa.func.starts_with(_LATER.c.on_key, _ACTIVITY + "/"),
            _LATER.c.set_at >= _deadline.c.set_at,
            _LATER.c.set_at <= _event.c.at,
        )
        .correlate(_deadline, _event),
    )
    .scalar_subquery()
)
DEADLINES = compiled(
    sa.select(_deadline, sa.func.coalesce(_TASK_DONE, _PART_DONE).label("finished_at"))
    .where(_deadline.c.case_id == sa.bindparam("case_id", type_=tables.ID))
    .order_by(_deadline.c.set_at, _deadline.c.due_at, _deadline.c.key)
)


Outcome = Literal["running", "kept", "late", "missed", "dropped", "came"]


@dataclass(frozen=True, slots=True)
class OpenTaskRow:
    """A step somebody has to do now."""

    id: TaskId
    key: str
    step: str
    group: str
    group_key: str
    claimed_by: str | None
    clause: str
    opened_at: datetime
    nearness: Nearness
    original_due_at: datetime | None
    mine: bool
    """The reader belongs to its group."""


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A time limit (办理时限) with the days it counts (计算依据)."""

    key: str
    name: str
    clause: str
    rule: str
    anchor: str
    anchor_at: datetime | None
    due_at: datetime
    original_due_at: datetime
    nearness: Nearness
    provisional: bool
    internal: bool
    reason: str
    """Why an internal limit is as long as it is, in the locality's words."""
    state: str
    passed_at: datetime | None
    ended_at: datetime | None
    finished_at: datetime | None
    """When what it limits was done; None: not yet, or it was taken away."""
    lines: tuple[ReceiptLine, ...]
    counted: int
    basis: str
    """By which notices its days are counted or skipped."""
    awaited: bool = False
    """A date that the case waits for, on nobody's desk: nothing is late when it has come."""

    @property
    def moved(self) -> bool:
        """An extension was granted, or the calendar changed."""
        return self.due_at != self.original_due_at

    @property
    def outcome(self) -> Outcome:
        """Whether it was kept: what it limits was done before or after it passed, or is not to be done any more."""
        if self.awaited and self.state == "passed":
            return "came"
        if self.finished_at is None or self.state == "running":
            return "running" if self.state == "running" else "missed" if self.state == "passed" else "dropped"
        return "late" if self.state == "passed" else "kept"

    @property
    def over_at(self) -> datetime | None:
        """When what it limits was done, or taken away."""
        return self.finished_at or self.ended_at


@dataclass(frozen=True, slots=True)
class ButtonRow:
    """Something this officer may do besides finishing the task (延期申请, 退回)."""

    key: str
    name: str
    clause: str
    consequence: str
    form: str | None
    until: datetime | None
    over: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class AwaitedRow:
    """What the case waits for besides its officers: the complainant, another case, a handler, a date."""

    key: str
    name: str
    who: str
    until: datetime | None


def awaited_of(case: OpenedCase, open_now: Waits) -> tuple[AwaitedRow, ...]:
    """Waits on nobody's desk: answers from outside, messages of other cases, jobs of the system, dates."""
    locality = case.deployment.locality
    outside = [
        AwaitedRow(str(one.key), one.name, "、".join(map(locality.group_name, one.audience)), one.until)
        for one in open_now.buttons
        if one.on is None
    ]
    others = [(one.key, "其他工单") for one in open_now.messages] + [(one.key, "系统") for one in open_now.jobs]
    found = [AwaitedRow(str(key), _drawn(case, key), who, None) for key, who in others]
    dates = [AwaitedRow(str(one.key), one.name, "", one.due_at) for one in open_now.deadlines if one.on is None]
    return (*outside, *found, *dates)


def _drawn(case: OpenedCase, key: Key) -> str:
    return case.deployment.definition.element(key.process, key.element).name


def waits_of(case: OpenedCase) -> Waits:
    """What the engine's state waits for."""
    return waits(case.deployment.definition, case.row["state"])


def open_tasks(case: OpenedCase, actor: Actor, tasks: list[Row], gauge: Gauge) -> tuple[OpenTaskRow, ...]:
    """The open ones among a case's task rows."""
    return tuple(
        OpenTaskRow(
            row["id"], row["key"], row["name"], case.deployment.locality.group_name(row["group_key"]),
            row["group_key"], row["claimer"], row["clause"] or "", row["opened_at"], gauge.nearness(row["due_at"]),
            row["original_due_at"],
            access.may_end(actor, [row["group_key"]], case_id=case.row["id"], locality=case.row["locality"]),
        )
        for row in tasks
        if row["state"] == "open"
    )  # fmt: skip


def deadlines_of(reader: Reader, case: OpenedCase, gauge: Gauge) -> tuple[DeadlineRow, ...]:
    """Every limit the case ever had, in the order they were set."""
    return tuple(deadline_row(row, case, gauge) for row in reader.all(DEADLINES, case_id=case.row["id"]))


def buttons_of(case: OpenedCase, actor: Actor, open_now: Waits, now: datetime) -> tuple[ButtonRow, ...]:
    """The buttons and outside waits whose audience this actor belongs to; those whose time is over say so."""
    return tuple(
        _button_row(button, case, now)
        for button in open_now.buttons
        if access.may_end(actor, button.audience, case_id=case.row["id"], locality=case.row["locality"])
    )


def _button_row(button: OpenButton, case: OpenedCase, now: datetime) -> ButtonRow:
    element = case.deployment.definition.element(button.key.process, button.key.element)
    over = button.until is not None and now >= button.until
    return ButtonRow(
        str(button.key), button.name, button.clause, element.documentation or "", button.form, button.until,
        over, element.refusal or "",
    )  # fmt: skip


def deadline_row(row: Row, case: OpenedCase, gauge: Gauge) -> DeadlineRow:
    """One limit for a page: as it is stored, or as a dry run says it would be."""
    receipt: dict[str, Any] | None = row["receipt"]
    found = Receipt.from_json(receipt) if receipt else None
    return DeadlineRow(
        row["key"], limit_name(case, row["name"], row["on_key"]), row["clause"] or "", row["rule"],
        _anchor(row, case), row["anchor_at"],
        row["due_at"], row["original_due_at"], gauge.nearness(row["due_at"]), row["provisional"], row["internal"],
        _reason(row, case), row["state"], row["passed_at"], row["ended_at"], row["finished_at"],
        found.lines() if found else (), found.counted if found else 0, found.basis if found else "",
        row["on_key"] is None,
    )  # fmt: skip


def _anchor(row: Row, case: OpenedCase) -> str:
    anchor, process = row["anchor"], case.row["process"]
    return case.deployment.milestone_name(anchor.removesuffix("_at"), process) if anchor else ""


def _reason(row: Row, case: OpenedCase) -> str:
    if not row["internal"]:
        return ""
    process, element = row["key"].split("/")[:2]
    named = _LIMIT.search(case.deployment.definition.element(process, element).timer or "")
    limit = case.deployment.locality.settings.limits.get(named[1]) if named else None
    return limit.reason if limit else ""


def limit_name(case: OpenedCase, name: str, on_key: str | None) -> str:
    """The step it limits, then the limit's own words: 回复初步处理情况 · 第3个工作日12:00."""
    parts = [name]
    if on_key:
        process, element = on_key.split("/")[:2]
        parts.insert(0, case.deployment.definition.element(process, element).said)
    return " · ".join(filter(None, parts))
