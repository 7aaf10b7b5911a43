"""What people did in a case: tasks done and buttons pressed, with what was filled in, as this reader may see it.

The unit complained about reads its own answers, everybody's choices, and what was written to it when a step handed the
case over; what others wrote otherwise (a follow-up with the complainant, a rating) stays closed to it, also when the
follow-up itself sends the case back to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from bihuan.domain.access import Complainant, Officer
from bihuan.locality.fields import Field, Option
from bihuan.locality.forms import Options
from bihuan.queries.case_header import CaseFile
from bihuan.queries.people import names_of
from bihuan.queries.veil import is_complained_of, speaks_for
from bihuan.store import tables
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Reader, Row

_task, _press, _account, _event = tables.task, tables.press, tables.account, tables.history_event
_ID = sa.bindparam("case_id", type_=tables.ID)
_CLAIMER = _account.alias("claimer")
TASKS = compiled(
    sa.select(_task, _account.c.name.label("completer"), _CLAIMER.c.name.label("claimer"))
    .outerjoin(_account, _account.c.id == _task.c.completed_by)
    .outerjoin(_CLAIMER, _CLAIMER.c.id == _task.c.assignee)
    .where(_task.c.case_id == _ID)
    .order_by(_task.c.opened_at, _task.c.key)
)
_ARMED = (
    sa.select(_event.c.payload.cast(JSONB)["clause"].astext)
    .where(_event.c.case_id == _ID, _event.c.kind == "button_armed", _event.c.key == _press.c.key)
    .limit(at_most(1))
    .scalar_subquery()
)
"""What the button cited: in a called process, the clause of the call."""
PRESSES = compiled(
    sa.select(_press, _account.c.name.label("presser"), _ARMED.label("clause"))
    .outerjoin(_account, _account.c.id == _press.c.pressed_by)
    .where(_press.c.case_id == _ID)
    .order_by(_press.c.pressed_at, _press.c.id)
)


HEARD: Final = frozenset({"follow_up_record", "site_record", "contact_record", "call_record"})
"""Fields that say what was spoken of with the complainant (回访、联系、通话): written to no unit complained about."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: the field's key, its label, and what was filled in, as people read it."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One step as it was done: who, for whom, when, and the answers."""

    step: str
    unit: str
    by: str | None
    acting_for: str | None
    at: datetime
    late: bool
    due_at: datetime | None
    clause: str
    signed: bool
    entries: tuple[Entry, ...]
    withheld: bool
    """Something was written that this reader may not see."""
    form: str = ""
    """The form it was filled in on."""
    key: str = ""
    """Of the task or button."""


class _Reading(NamedTuple):
    """Who reads: barred, as of a unit complained about, from all but the own units' words and the own presses."""

    barred: bool
    units: frozenset[str] = frozenset()
    account_id: UUID | None = None

    @classmethod
    def of(cls, actor: Officer | Complainant, complained_of: list[str]) -> "_Reading":
        if isinstance(actor, Complainant):
            return cls(False)
        return cls(is_complained_of(actor, complained_of), speaks_for(actor), actor.account_id)


class DoneRows(NamedTuple):
    """Every task the case ever had and every press, the oldest first."""

    tasks: list[Row]
    presses: list[Row]

    @classmethod
    def of(cls, reader: Reader, case: CaseFile) -> "DoneRows":
        """Read for themselves, where a page reads nothing else with them."""
        return cls(*reader.each(TASKS, PRESSES, case_id=case.row["id"]))

    @property
    def forms(self) -> frozenset[str]:
        """The forms that the case has come to: filled in, or to be filled in now."""
        rows = [*(row for row in self.tasks if row["state"] != "cancelled"), *self.presses]
        return frozenset(row["form"] for row in rows if row["form"])


def deeds_of(
    reader: Reader, case: CaseFile, actor: Officer | Complainant, rows: DoneRows, options: Options
) -> tuple[Deed, ...]:
    """Tasks done and buttons pressed, in the order of time."""
    tasks, reading = rows.tasks, _Reading.of(actor, case.row["complained_of"])
    acted_for = _names_acted_for(reader, tasks)
    done = [row for row in tasks if row["state"] == "completed"]
    found = [_of_task(row, case, reading, tasks, options, acted_for.get(row["acting_for"])) for row in done]
    found += [_of_press(row, case, reading, options) for row in rows.presses]
    return tuple(sorted(found, key=lambda deed: deed.at))


def _names_acted_for(reader: Reader, tasks: list[Row]) -> dict[str, str]:
    """Names of the absent for whom somebody stood in (代理), by their reference in history."""
    accounts = {row["acting_for"]: UUID(row["acting_for"].partition(":")[2]) for row in tasks if row["acting_for"]}
    names = names_of(reader, sorted(set(accounts.values())))
    return {ref: names.get(account, "") for ref, account in accounts.items()}


def _of_task(
    row: Row, case: CaseFile, reading: _Reading, tasks: list[Row], options: Options, acted_for: str | None
) -> Deed:
    unit = row["group_key"].partition(":")[0]
    whole = not reading.barred or unit in reading.units
    entries, withheld = _entries(row, case, options, whole or _handed_over(row, reading, tasks), whole=whole)
    late = row["due_at"] is not None and row["ended_at"] >= row["due_at"]
    return Deed(
        row["name"], case.deployment.locality.group_name(row["group_key"]), row["completer"],
        acted_for, row["ended_at"], late, row["due_at"], row["clause"] or "", row["signature"], entries,
        withheld, row["form"] or "", row["key"],
    )  # fmt: skip


def _of_press(row: Row, case: CaseFile, reading: _Reading, options: Options) -> Deed:
    own = row["pressed_by"] == reading.account_id
    entries, withheld = _entries(row, case, options, not reading.barred or own, whole=True)
    by = row["presser"] or "诉求人"
    return Deed(
        row["name"], "", by, None, row["pressed_at"], False, None, row["clause"] or "", False, entries,
        withheld, row["form"] or "", row["key"],
    )  # fmt: skip


def _handed_over(row: Row, reading: _Reading, tasks: list[Row]) -> bool:
    """Whether finishing this task opened one of the reader's unit at the same instant: then it was written to it."""
    return any(
        other["opened_at"] == row["ended_at"] and other["group_key"].partition(":")[0] in reading.units
        for other in tasks
    )


def _entries(
    row: Row, case: CaseFile, options: Options, open_to_reader: bool, *, whole: bool
) -> tuple[tuple[Entry, ...], bool]:  # fmt: skip
    """`whole`: with what the complainant said."""
    control, text = row["control"] or {}, row["answers"] or {}
    found, withheld = [], False
    form = case.deployment.locality.forms.get(row["form"] or "")
    for field in form.fields if form else ():
        value = control.get(field.key) if field.control else text.get(field.key)
        if value in (None, "", []):
            continue
        if not (field.control or (open_to_reader and (whole or field.key not in HEARD))):
            withheld = True
            continue
        found.append(Entry(field.key, field.label, case.veil.over(shown(field, value, options))))
    return tuple(found), withheld


def shown(field: Field, value: Any, options: Options) -> str:
    """A stored value as people read it: the option's label, 是 or 否 for a tick."""
    if field.type == "datetime" and isinstance(value, str):
        return _in_words(value)
    choices: Sequence[Option] = options.get(field.values_key, ()) if field.values_key else field.options
    labels = {str(option.value): option.label for option in choices}
    if isinstance(value, list):
        return "、".join(labels.get(str(one), str(one)) for one in value)
    if isinstance(value, bool) and not choices:
        return "是" if value else "否"
    return labels.get(str(value), str(value))


def _in_words(written: str) -> str:
    """A date as people write it: 2026年11月20日; what is none stays as it is."""
    day, _, time = written.partition("T")
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return written
    return f"{found.year}年{found.month}月{found.day}日{time}"
