"""What was filled in behind a button, in a form that opens a case, or as a complainant's addition: a row each."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.ids import new_id
from bihuan.store import tables
from bihuan.store.cases import LockedCase
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

_press = tables.press
REPEATED = compiled(
    sa.select(_press.c.key, _press.c.name, _press.c.form).where(
        _press.c.case_id == sa.bindparam("case_id", type_=tables.ID),
        _press.c.submission_id == sa.bindparam("submission_id", type_=tables.ID),
    )
)
"""Whether this submission was kept before."""


def keep_press(
    work: UnitOfWork, case: LockedCase, key: str, *, name: str, form: str | None, control: Mapping[str, Any],
    text: Mapping[str, Any], submission_id: UUID,
) -> None:  # fmt: skip
    """Keep it in the name of whoever acts; a complainant has no account."""
    work.add(
        _press,
        {
            "id": new_id(work.now), "case_id": case.id, "key": key, "name": name, "form": form, "pressed_at": work.now,
            "pressed_by": access.account_of(work.actor), "submission_id": submission_id,
            "control": tables.as_json(control), "answers": tables.as_json(text),
        },
    )  # fmt: skip
