"""Choices that come from the organisation as it is now, for form fields that name them (`valuesKey`)."""

import sqlalchemy as sa

from bihuan.locality.deployments import Deployment, deployment_of
from bihuan.locality.fields import Option
from bihuan.locality.forms import Options
from bihuan.store import tables
from bihuan.store.deployments import locality_row
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

UNITS = compiled(
    sa.select(tables.unit.c.id, tables.unit.c.name)
    .where(tables.unit.c.locality == sa.bindparam("locality"), tables.unit.c.kind == "handling")
    .order_by(tables.unit.c.position, tables.unit.c.id)
)


def options_of(reader: Reader, locality: str, deployment: Deployment | None = None) -> Options:
    """`handling_units` (承办单位) and `categories` (诉求类别) of a locality, in the order people know them by."""
    if deployment is None:
        row = locality_row(reader, locality)
        deployment = deployment_of(reader, row["deployment"]) if row else None
    units = tuple(Option(row["id"], row["name"]) for row in reader.all(UNITS, locality=locality))
    categories = tuple(Option(key, name) for key, name in deployment.locality.categories.items()) if deployment else ()
    return {"handling_units": units, "categories": categories}
