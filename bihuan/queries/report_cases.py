"""Which cases a figure counts: those that were kept when it was counted, or, where a page counts itself, found anew."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from bihuan.queries.counted_facts import THIS
from bihuan.queries.report_counts import Chosen
from bihuan.queries.reports import counting_of
from bihuan.store import tables
from bihuan.store.counted import counted_case
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

_case = tables.case_file
_FIGURE, _BY = sa.bindparam("figure", type_=sa.Integer), sa.bindparam("by", type_=sa.Integer)
_VALUE, _MINE = sa.bindparam("value", type_=sa.Text), sa.bindparam("mine", type_=ARRAY(sa.Text))
_group = counted_case.c.groups[_BY]
KEPT = compiled(
    sa.select(counted_case.c.case_id, sa.func.coalesce(_group, "").label("group"))
    .where(
        counted_case.c.report_id == sa.bindparam("report_id", type_=tables.ID),
        counted_case.c.no == sa.bindparam("no", type_=sa.Integer),
        sa.any_(counted_case.c.figures) == _FIGURE,
        sa.or_(_VALUE.is_(None), _group == _VALUE),
        sa.or_(
            _MINE.is_(None),
            sa.exists().where(_case.c.id == counted_case.c.case_id, _case.c.involved.overlap(_MINE)),
        ),
    )
    .order_by(counted_case.c.place)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .offset(sa.bindparam("skipped", type_=sa.Integer))
)


class Found(NamedTuple):
    """A case that a figure counts, and its value of the dimension that was asked for."""

    case_id: UUID
    group: str


def cases_of(
    reader: Reader, chosen: Chosen, figure: str, by: str = "", value: str | None = None, *, mine: Sequence[str] | None,
    most: int, skipped: int = 0,
) -> list[Found]:  # fmt: skip
    """The cases, the first that came in first; of one value of a dimension if said, of these units alone if any."""
    wanted = {"value": value, "mine": mine, "most": most, "skipped": skipped}
    if chosen.shown is not None:
        report_id, _, no = chosen.shown
        place = chosen.counting.figures.index(figure)
        number = chosen.counting.dimensions.index(by) + 1 if by else None  # arrays begin with 1
        return reader.all_as(Found, KEPT, report_id=report_id, no=no, figure=place, by=number, **wanted)
    counting = counting_of(chosen, figure, by)
    begins_at, ends_at = chosen.period.begins_at, chosen.period.ends_at
    values = {
        **chosen.values, **wanted, "nos": [THIS], "begins": [begins_at], "ends": [ends_at], "since": begins_at,
        "until": ends_at,
    }  # fmt: skip
    rows = reader.all(counting.cases(figure, by if value is not None else ""), **values)
    return [Found(row["id"], row["dimension_0"] if by else "") for row in rows]
