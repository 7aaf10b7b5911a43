"""Putting days in force for all that is counted from now on: what declaring a day and taking in a notice share."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from bihuan.commands.planning import plan_starts
from bihuan.domain.administration import LONGEST_REASON
from bihuan.domain.errors import NotFound
from bihuan.locality.deployments import calendar_from, deployment_of
from bihuan.locality.holiday_notice import Declaration
from bihuan.store import tables
from bihuan.store.administration import log
from bihuan.store.deployments import overrides_of
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

_locality = tables.locality

LOCK = compiled(
    sa.select(_locality.c.calendar_version, _locality.c.deployment)
    .where(_locality.c.id == sa.bindparam("locality"))
    .with_for_update()
)
PUT_IN_FORCE = compiled(
    sa.update(_locality)
    .where(_locality.c.id == sa.bindparam("in_locality"))
    .values(calendar_version=sa.bindparam("new_version"))
)


def calendar_in_force(work: UnitOfWork, locality: str) -> Row:
    """Version of the calendar and deployment, locked until the deed ends. Raises NotFound."""
    row = work.one(LOCK, locality=locality)
    if row is None:
        raise NotFound(f"Expected a locality {locality}, but none is deployed")
    return row


def put_days_in_force(
    work: UnitOfWork, locality: str, days: Mapping[date, Declaration], *, source: str, reason: str = ""
) -> int:
    """Make a new version of the calendar with these days; its number. Without a reason of its own, the days' are it."""
    row = calendar_in_force(work, locality)
    version = int(row["calendar_version"]) + 1
    rows = [
        {
            "locality": locality, "version": version, "day": day, "kind": declared.kind,
            "reason": declared.reason.strip(), "source": source.strip(), "entered_by": work.actor.ref,
            "entered_at": work.now,
        }
        for day, declared in days.items()
    ]  # fmt: skip
    for one in rows:
        work.add(tables.calendar_override, one)
    calendar = calendar_from([*overrides_of(work, locality, version - 1), *rows], version)
    plan_starts(work, locality, deployment_of(work, row["deployment"]).definition, calendar)
    work.do(PUT_IN_FORCE, in_locality=locality, new_version=version)
    log(
        work, locality, "days_declared", f"calendar:{version}", reason=reason or _ground(days),
        detail={"days": {str(one["day"]): [one["kind"], one["reason"]] for one in rows}, "source": source.strip()},
    )  # fmt: skip
    return version


def _ground(days: Mapping[date, Declaration]) -> str:
    return "、".join(dict.fromkeys(one.reason.strip() for one in days.values()))[:LONGEST_REASON]
