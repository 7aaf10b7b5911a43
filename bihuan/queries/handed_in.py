"""What a complainant handed in, as that very person reads it again: the own words, whole, under the form's labels."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from bihuan.domain.barring import COMPLAINED_OF
from bihuan.locality.deployments import Deployment
from bihuan.queries.case_deeds import shown
from bihuan.queries.portal import REQUEST_FORM
from bihuan.store import tables
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Row

_case, _request, _press, _event = tables.case_file, tables.request, tables.press, tables.history_event
_named = (
    sa.select(_event.c.payload.cast(JSONB)["unit"].astext)
    .where(_event.c.case_id == _case.c.id, _event.c.kind == "complained_of_named", _event.c.key.is_(None))
    .order_by(_event.c.no)
    .limit(at_most(1))
    .scalar_subquery()
)
"""The unit that the request itself names; those that officers name later have the key of their deed."""
HANDED_IN = compiled(
    sa.select(
        _request.c.subject, _request.c.body, _case.c.category, _press.c.control, _press.c.answers,
        _named.label(COMPLAINED_OF),
    )
    .join(_request, _request.c.case_id == _case.c.id)
    .outerjoin(_press, sa.and_(_press.c.case_id == _case.c.id, _press.c.form == REQUEST_FORM))
    .where(_case.c.id == sa.bindparam("case_id", type_=tables.ID), _case.c.origin == "portal")
    .order_by(_press.c.pressed_at)
    .limit(at_most(1))
)  # fmt: skip


def handed_in(rows: Iterable[Row], deployment: Deployment) -> tuple[tuple[str, str], ...]:
    """Label and words of each field that was filled in, of the rows of HANDED_IN; nothing of what came from above."""
    options = deployment.locality.options()
    for row in rows:
        said = {**row, **(row["control"] or {}), **(row["answers"] or {})}
        asked = deployment.locality.form(REQUEST_FORM).at_portal().fields
        filled_in = [field for field in asked if said.get(field.key) not in (None, "", [])]
        return tuple((field.label, shown(field, said[field.key], options)) for field in filled_in)
    return ()
