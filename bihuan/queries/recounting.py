"""What would move in a locality's open cases if its calendar were another one (试算): read, nothing written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.ids import CaseId
from bihuan.domain.workdays import Calendar, Receipt
from bihuan.domain.workdays.receipt import differences
from bihuan.engine import ExecutionFault, Fact, Recount, advance
from bihuan.locality.deployments import deployment_of
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

_case, _deadline = tables.case_file, tables.deadline
What = Literal["moved", "confirmed", "left", "fault"]
_KINDS: dict[str, What] = {
    "deadline_moved": "moved", "deadline_confirmed": "confirmed", "deadline_not_moved": "left",
}  # fmt: skip

_COUNTED = sa.and_(
    _case.c.locality == sa.bindparam("locality"),
    tables.RUNS,
    sa.exists().where(_deadline.c.case_id == _case.c.id, _deadline.c.state == sa.literal_column("'running'")),
)
RUNNING = compiled(sa.select(_case.c.id).where(_COUNTED).order_by(_case.c.case_no))
FOLLOWING = compiled(
    sa.select(_case.c.id, _case.c.case_no)
    .where(_COUNTED, _case.c.case_no > sa.bindparam("after", type_=sa.Text))
    .order_by(_case.c.case_no)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
HOW_MANY = compiled(sa.select(sa.func.count().label("number")).where(_COUNTED))
STATE = compiled(
    sa.select(_case.c.case_no, _case.c.state, _case.c.deployment).where(
        _case.c.id == sa.bindparam("case_id", type_=tables.ID), tables.RUNS
    )
)
RECEIPTS = compiled(
    sa.select(_deadline.c.key, _deadline.c.name, _deadline.c.due_at, _deadline.c.receipt).where(
        _deadline.c.case_id == sa.bindparam("case_id", type_=tables.ID),
        _deadline.c.state == sa.literal_column("'running'"),
    )
)


@dataclass(frozen=True, slots=True)
class Change:
    """What another calendar means for one deadline: moved, confirmed (暂定 becomes final), or left, and why."""

    case_no: str
    what: What
    name: str
    old: datetime
    new: datetime
    why: str
    key: str = ""
    """Of the deadline; empty: the case as a whole."""


def running_cases(reader: Reader, locality: str) -> list[CaseId]:
    """Open cases of the locality with a limit to come, by number."""
    return [CaseId(row["id"]) for row in reader.all(RUNNING, locality=locality)]


def cases_following(reader: Reader, locality: str, after: str, most: int) -> list[tuple[CaseId, str]]:
    """The next open cases with a limit to come after this number: (id, number)."""
    rows = reader.all(FOLLOWING, locality=locality, after=after, most=most)
    return [(CaseId(row["id"]), row["case_no"]) for row in rows]


def how_many_cases(reader: Reader, locality: str) -> int:
    """Open cases of the locality with a limit to come."""
    (row,) = reader.all(HOW_MANY, locality=locality)
    return int(row["number"])


def changes_by(reader: Reader, case_id: UUID, calendar: Calendar) -> list[Change]:
    """What would happen to the case's limits by this calendar, as applying it does it."""
    row = reader.one(STATE, case_id=case_id)
    if row is None:
        return []
    kept = {one["key"]: one for one in reader.all(RECEIPTS, case_id=case_id)}
    definition = deployment_of(reader, row["deployment"]).definition
    try:
        facts = advance(definition, row["state"], Recount(), reader.now, calendar=calendar).facts
    except ExecutionFault as fault:
        return [Change(row["case_no"], "fault", "", reader.now, reader.now, str(fault))]
    return list(_changes(row["case_no"], facts, kept))


def _changes(case_no: str, facts: tuple[Fact, ...], kept: dict[str, dict[str, object]]) -> Iterator[Change]:
    for fact in facts:
        found, detail = kept.get(str(fact.key)), fact.detail
        if found is None or detail.get("why") is None:
            continue
        what, old = _KINDS[fact.kind], found["due_at"]
        new = datetime.fromisoformat(detail.get("new") or detail.get("to") or detail["due_at"])
        why = "按新日历已过，维持原时限"
        if what != "left":
            receipts = [
                Receipt.from_json(one) for one in (found["receipt"], detail["receipt"]) if isinstance(one, dict)
            ]
            why = "、".join(differences(*receipts)) if len(receipts) == 2 else ""
            why = why or ("放假通知已录入，由暂定转为确定" if what == "confirmed" else "所依据的时限随之变动")
        if isinstance(old, datetime):
            yield Change(case_no, what, str(found["name"]), old, new, why, str(fact.key))
