"""What came of a drive, counted from the rows that the play left: limits met, reminders, take-overs, histories."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from bihuan.bootstrap import App
from bihuan.queries.history import case_ids, verify
from bihuan.store import tables
from bihuan.store.statement import Statement, compiled

FIRST_REPLY, RESOLUTION, REMINDER, TAKE_OVER = "ZB-17", "ZB-18", "ZB-22", "taken_over"
"""The rules and the milestone that are counted, as the diagram cites them."""

_case, _deadline, _notice, _event = tables.case_file, tables.deadline, tables.notice, tables.history_event


def _cites(column: "sa.Column[str]") -> "sa.ColumnElement[bool]":
    return sa.bindparam("clause", type_=sa.Text) == sa.any_(sa.func.string_to_array(column, " "))


CASES = compiled(sa.select(sa.func.count().label("n")).select_from(_case))
CLOSED = compiled(sa.select(sa.func.count().label("n")).select_from(_case).where(_case.c.exit == "closed"))
MET = compiled(
    sa.select(sa.func.count(_deadline.c.case_id.distinct()).label("n")).where(
        _cites(_deadline.c.clause), _deadline.c.passed_at.is_(None), _deadline.c.ended_at < _deadline.c.due_at
    )
)
NOTICES = compiled(sa.select(sa.func.count().label("n")).where(_cites(_notice.c.clause)))
REACHED = compiled(
    sa.select(sa.func.count(_event.c.case_id.distinct()).label("n")).where(
        _event.c.kind == "milestone_reached",
        sa.cast(_event.c.payload, JSONB)["name"].astext == sa.bindparam("milestone", type_=sa.Text),
    )
)


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of a drive. On time: recorded before the instant of ZB-17 or ZB-18."""

    cases: int
    closed: int
    first_reply_on_time: int
    resolved_on_time: int
    reminders: int
    escalated: int
    history_ok: bool


def tally(app: App, *, done: Callable[[], None]) -> Tally:
    """Count, and verify every case's history; `done` is called after each."""
    with app.read() as reader:

        def count(statement: Statement, **values: str) -> int:
            row = reader.one(statement, **values)
            return int(row["n"]) if row else 0

        found = {
            "cases": count(CASES),
            "closed": count(CLOSED),
            "first_reply_on_time": count(MET, clause=FIRST_REPLY),
            "resolved_on_time": count(MET, clause=RESOLUTION),
            "reminders": count(NOTICES, clause=REMINDER),
            "escalated": count(REACHED, milestone=TAKE_OVER),
        }
        whole = True
        for case_id in case_ids(reader):
            whole = verify(reader, case_id).ok and whole
            done()
    return Tally(**found, history_ok=whole)
