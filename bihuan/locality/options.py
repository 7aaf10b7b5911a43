"""Choices that come from the organisation as it is now, and answers validated against them."""

from collections.abc import Sequence

import sqlalchemy as sa

from bihuan.locality.deployments import Deployment
from bihuan.locality.fields import Option
from bihuan.locality.forms import Answers, Options, Raw
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row

_unit = tables.unit
UNITS = compiled(
    sa.select(_unit.c.id, _unit.c.name, _unit.c.kind)
    .where(_unit.c.locality == sa.bindparam("locality"), ~_unit.c.closed)
    .order_by(_unit.c.position, _unit.c.id)
)


def options_of(reader: Reader, deployment: Deployment) -> Options:
    """What `valuesKey` may name: the deployment's categories, and the units as the database has them now."""
    return options_with(deployment, reader.all(UNITS, locality=deployment.locality.id))


def options_with(deployment: Deployment, rows: Sequence[Row]) -> Options:
    """What `valuesKey` may name, of the rows of `UNITS` that were read already."""
    found = {**deployment.locality.options(), "units": tuple(Option(row["id"], row["name"]) for row in rows)}
    for kind in {row["kind"] for row in rows}:
        found[f"{kind}_units"] = tuple(Option(row["id"], row["name"]) for row in rows if row["kind"] == kind)
    return found


def validated(reader: Reader, deployment: Deployment, form_id: str | None, raw: Raw) -> Answers:
    """The answers to a task's or button's form. Raises InvalidAnswers; without a form nothing may be filled in."""
    form = deployment.locality.form(form_id)
    needed = any(field.values_key for field in form.fields)
    return form.validate(raw, options_of(reader, deployment) if needed else None)
