"""Answers that were given before: their digest stands in the case's history, wherever they are kept or struck out."""

import sqlalchemy as sa

from bihuan.domain.ids import CaseId
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

_event = tables.history_event
GIVEN = compiled(
    sa.select(_event.c.payload).where(
        _event.c.case_id == sa.bindparam("case_id", type_=tables.ID),
        _event.c.kind == sa.literal_column("'answers_given'"),
        _event.c.key == sa.bindparam("at_key", type_=sa.Text),
    )
)


def was_given(work: UnitOfWork, case_id: CaseId, key: str, digest: str) -> bool:
    """Whether the answers under this key were these, by their digest: a repeat that says something else is none."""
    return any(f'"{digest}"' in row["payload"] for row in work.all(GIVEN, case_id=case_id, at_key=key))
