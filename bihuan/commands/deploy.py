"""Deploy (部署) a locality's folder: its files frozen under their content hash, in force for new cases only."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bihuan.commands.in_force import in_force, put_in_force, with_texts_kept
from bihuan.domain import access
from bihuan.locality.check import sound
from bihuan.locality.files import Files
from bihuan.locality.folder import Locality
from bihuan.store import tables
from bihuan.store.administration import log
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

_unit = tables.unit
UNITS = compiled(sa.select(_unit.c.id).where(_unit.c.locality == sa.bindparam("locality")))
ADD_UNIT = compiled(insert(_unit).on_conflict_do_nothing(), ("locality", "id", "name", "kind", "position"))
UNEXPLAINED = "未写说明"


@dataclass(frozen=True, slots=True)
class Deployed:
    """What came of it. `changed` is False when this very content was in force already."""

    locality: str
    hash: str
    changed: bool
    new_units: tuple[str, ...]
    kept_texts: tuple[str, ...] = ()
    """Texts that stay as an administrator changed them, since the folder brings them as they were before."""


def deploy(work: UnitOfWork, files: Files, *, note: str) -> Deployed:
    """Put these files (path -> bytes) in force for new cases. The same content again changes nothing.

    The next period of each procedure that the calendar opens is planned. Units of organisation.toml that the database
    does not know are added; those it knows are the administrators'. Raises FolderFault with everything that `check`
    finds wrong, NotAllowed for anyone but a process owner, an administrator or the command line.
    """
    deployment = sound(files)
    locality = deployment.locality
    access.require_deployer(work.actor, locality.id)
    before = in_force(work, locality.id)
    files, kept = with_texts_kept(work, locality.id, files, before)
    deployment = sound(files) if kept else deployment
    if before is not None and before["deployment"] == deployment.hash:
        return Deployed(locality.id, deployment.hash, False, (), kept)
    put_in_force(work, deployment, files, note=note, before=before)
    log(work, locality.id, "deployed", f"deployment:{deployment.hash}", reason=note.strip()[:200] or UNEXPLAINED)
    return Deployed(locality.id, deployment.hash, True, _add_units(work, locality), kept)


def _add_units(work: UnitOfWork, locality: Locality) -> tuple[str, ...]:
    known = {row["id"] for row in work.all(UNITS, locality=locality.id)}
    units = locality.organisation.units.values()
    for position, unit in enumerate(units):
        if unit.id not in known:
            work.do(
                ADD_UNIT, locality=locality.id, id=unit.id, name=unit.name, kind=unit.kind, position=position
            )  # fmt: skip
    return tuple(unit.id for unit in units if unit.id not in known)
