"""Deploy (部署) a locality's folder: its files frozen under their content hash, in force for new cases only."""

from dataclasses import dataclass

from bihuan.commands.in_force import in_force, put_in_force, reconciled
from bihuan.domain import access
from bihuan.locality.check import sound
from bihuan.locality.files import Files
from bihuan.store.administration import log
from bihuan.store.unit_of_work import UnitOfWork

UNEXPLAINED = "未写说明"


@dataclass(frozen=True, slots=True)
class Deployed:
    """What came of it. `changed` is False when this very content was in force already."""

    locality: str
    hash: str
    changed: bool
    new_units: tuple[str, ...]
    kept_texts: tuple[str, ...] = ()
    """Files that stay as an administrator changed them, since the folder brings them as they were before."""
    overruled: tuple[str, ...] = ()
    """Files in which the folder undoes what an administrator changed, since it brings something else."""
    closed_units: tuple[str, ...] = ()
    """Units that the folder names no more: nothing goes to them from now on."""


def deploy(work: UnitOfWork, files: Files, *, note: str) -> Deployed:
    """Put these files (path -> bytes) in force for new cases. The same content again changes nothing.

    The next period of each procedure that the calendar opens is planned. Units are as organisation.toml has
    them; one that it no longer names is closed. Raises FolderFault with everything that `check`
    finds wrong, NotAllowed for anyone but a process owner, an administrator or the command line.
    """
    deployment = sound(files)
    locality = deployment.locality
    access.require_deployer(work.actor, locality.id)
    before = in_force(work, locality.id)
    found = reconciled(work, locality.id, files, before)
    files, kept = found.files, found.kept
    deployment = sound(files) if kept else deployment
    if before is not None and before["deployment"] == deployment.hash:
        return Deployed(locality.id, deployment.hash, False, (), kept)
    units = put_in_force(work, deployment, files, note=note, before=before)
    log(work, locality.id, "deployed", f"deployment:{deployment.hash}", reason=note.strip()[:200] or UNEXPLAINED)
    return Deployed(locality.id, deployment.hash, True, units.new, kept, found.overruled, units.closed)
