"""Deploy (部署) a locality's folder: its files frozen under their content hash, in force for new cases only."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bihuan.commands.planning import plan_starts
from bihuan.domain.access import Machine, Officer
from bihuan.domain.errors import NotAllowed
from bihuan.locality.check import sound
from bihuan.locality.deployments import calendar_of
from bihuan.locality.files import Files
from bihuan.locality.folder import Locality
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

_locality, _deployment, _file, _unit = tables.locality, tables.deployment, tables.deployment_file, tables.unit
_FRESH = insert(_locality)

IN_FORCE = compiled(
    sa.select(_locality.c.deployment, _locality.c.calendar_version)
    .where(_locality.c.id == sa.bindparam("locality"))
    .with_for_update()
)
UNITS = compiled(sa.select(_unit.c.id).where(_unit.c.locality == sa.bindparam("locality")))
FREEZE = compiled(
    insert(_deployment).on_conflict_do_nothing(), ("hash", "locality", "deployed_at", "deployed_by", "note")
)
KEEP_FILE = compiled(insert(_file).on_conflict_do_nothing(), ("deployment", "path", "content"))
PUT_IN_FORCE = compiled(
    _FRESH.on_conflict_do_update(
        index_elements=["id"], set_={"deployment": _FRESH.excluded.deployment, "name": _FRESH.excluded.name}
    ),
    ("id", "name", "deployment"),
)
ADD_UNIT = compiled(insert(_unit).on_conflict_do_nothing(), ("locality", "id", "name", "kind", "position"))


@dataclass(frozen=True, slots=True)
class Deployed:
    """What came of it. `changed` is False when this very content was in force already."""

    locality: str
    hash: str
    changed: bool
    new_units: tuple[str, ...]


def deploy(work: UnitOfWork, files: Files, *, note: str) -> Deployed:
    """Put these files (path -> bytes) in force for new cases. The same content again changes nothing.

    The next period of each procedure that the calendar opens is planned. Units of organisation.toml that the database
    does not know are added; those it knows are the administrators'. Raises FolderFault with everything that `check`
    finds wrong, NotAllowed for anyone but a process owner, an administrator or the command line.
    """
    deployment = sound(files)
    locality, found = deployment.locality, deployment.hash
    _require_right(work, locality.id)
    row = work.one(IN_FORCE, locality=locality.id)
    if row is not None and row["deployment"] == found:
        return Deployed(locality.id, found, False, ())
    work.do(
        FREEZE, hash=found, locality=locality.id, deployed_at=work.now, deployed_by=work.actor.ref, note=note[:500]
    )  # fmt: skip
    for path, content in files.items():
        work.do(KEEP_FILE, deployment=found, path=path, content=content)
    work.do(PUT_IN_FORCE, id=locality.id, name=locality.name, deployment=found)
    calendar = calendar_of(work, locality.id, row["calendar_version"] if row else 0)
    plan_starts(work, locality.id, deployment.definition, calendar)
    return Deployed(locality.id, found, True, _add_units(work, locality))


def _add_units(work: UnitOfWork, locality: Locality) -> tuple[str, ...]:
    known = {row["id"] for row in work.all(UNITS, locality=locality.id)}
    units = locality.organisation.units.values()
    for position, unit in enumerate(units):
        if unit.id not in known:
            work.do(
                ADD_UNIT, locality=locality.id, id=unit.id, name=unit.name, kind=unit.kind, position=position
            )  # fmt: skip
    return tuple(unit.id for unit in units if unit.id not in known)


def _require_right(work: UnitOfWork, locality: str) -> None:
    actor = work.actor
    if isinstance(actor, Machine):
        return
    if isinstance(actor, Officer) and actor.locality == locality and actor.has_role("process_owner", "administrator"):
        return
    raise NotAllowed(f"Expected a process owner of {locality} to deploy, but {actor.ref} is none")
