"""Telephone calls (通话) about a case, as each reader may see them: a unit complained about reads none but its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bihuan.domain.access import Officer
from bihuan.queries.case_header import OpenedCase
from bihuan.queries.veil import is_complained_of
from bihuan.store import tables
from bihuan.store.calls import DIRECTIONS, OTHERS, phone_call
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row

CALLS = compiled(
    sa.select(
        phone_call.c.id, phone_call.c.made_by, phone_call.c.other, phone_call.c.direction, phone_call.c.reached,
        phone_call.c.called_at, phone_call.c.summary,
    ).where(phone_call.c.case_id == sa.bindparam("case_id", type_=tables.ID))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `summary` is None where this reader may not see what was said."""

    other: str
    direction: str
    reached: bool
    called_at: datetime
    summary: str | None


def calls_in(rows: Iterable[Row], case: OpenedCase, actor: Officer) -> Mapping[str, Call]:
    """The calls of a case, by the id that the history names them by."""
    closed = is_complained_of(actor, case.row["complained_of"])
    return {
        str(row["id"]): Call(
            OTHERS[row["other"]], DIRECTIONS[row["direction"]], row["reached"], row["called_at"],
            None if closed and row["made_by"] != actor.account_id else case.veil.over(row["summary"]),
        )
        for row in rows
    }  # fmt: skip
