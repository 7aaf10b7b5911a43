"""Deployments and calendar overrides by key: rows that never change once written."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row

_file, _override = tables.deployment_file, tables.calendar_override

FILES = compiled(sa.select(_file.c.path, _file.c.content).where(_file.c.deployment == sa.bindparam("deployment")))
OVERRIDES = compiled(
    sa.select(_override.c.day, _override.c.kind, _override.c.reason)
    .where(_override.c.locality == sa.bindparam("locality"), _override.c.version <= sa.bindparam("version"))
    .order_by(_override.c.version)
)
DECLARED = compiled(
    sa.select(_override)
    .where(_override.c.locality == sa.bindparam("locality"))
    .order_by(_override.c.version.desc(), _override.c.day)
)
UNITS = compiled(
    sa.select(tables.unit.c.id, tables.unit.c.name).where(tables.unit.c.locality == sa.bindparam("locality"))
)
LOCALITY = compiled(sa.select(tables.locality).where(tables.locality.c.id == sa.bindparam("locality")))


def files_of(reader: Reader, deployment: str) -> Mapping[str, bytes]:
    """The files of a deployment: path -> bytes."""
    return {row["path"]: row["content"] for row in reader.all(FILES, deployment=deployment)}


def units_of(reader: Reader, locality: str) -> Mapping[str, str]:
    """What each unit that a locality ever had is called, by id."""
    return {row["id"]: row["name"] for row in reader.all(UNITS, locality=locality)}


def declared_days(reader: Reader, locality: str) -> list[Row]:
    """Every declaration about a day that a locality ever made, the latest first: what, why, by whom, when."""
    return reader.all(DECLARED, locality=locality)


def overrides_of(reader: Reader, locality: str, version: int) -> list[dict[str, Any]]:
    """The days a locality declared, up to and including this version, the oldest first."""
    return reader.all(OVERRIDES, locality=locality, version=version)


def locality_row(reader: Reader, locality: str) -> Row | None:
    """The locality, with the deployment in force and the calendar's version."""
    return reader.one(LOCALITY, locality=locality)
