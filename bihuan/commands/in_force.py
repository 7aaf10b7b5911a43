"""Putting files in force for new cases: what deploying a folder, changing the text of a notice and reorganising share.

Units as the folder has them are mirrored into their rows, where telephone and people hang on them.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bihuan.commands.planning import plan_starts
from bihuan.locality.check import sound
from bihuan.locality.deployments import Deployment, calendar_of
from bihuan.locality.files import Files
from bihuan.locality.folder import Locality
from bihuan.store import tables
from bihuan.store.administration import administrative_entry, log
from bihuan.store.deployments import files_of
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

TEXT_CHANGED = "notice_text_changed"
UNIT_RENAMED, UNIT_ADDED, UNIT_CLOSED = "unit_renamed", "unit_added", "unit_closed"
FILE_CHANGED = (TEXT_CHANGED, UNIT_RENAMED, UNIT_ADDED, UNIT_CLOSED)
"""Entries of the log that say which files of the folder an administrator's page changed."""

_locality, _deployment, _file = tables.locality, tables.deployment, tables.deployment_file
_FRESH = insert(_locality)

IN_FORCE = compiled(
    sa.select(_locality.c.deployment, _locality.c.calendar_version)
    .where(_locality.c.id == sa.bindparam("locality"))
    .with_for_update()
)
FREEZE = compiled(
    insert(_deployment).on_conflict_do_nothing(), ("hash", "locality", "deployed_at", "deployed_by", "note")
)
FROZEN = compiled(sa.select(_deployment.c.hash).where(_deployment.c.hash == sa.bindparam("hash")))
_PATHS = sa.bindparam("paths", type_=sa.ARRAY(sa.Text))
_CONTENTS = sa.bindparam("contents", type_=sa.ARRAY(sa.LargeBinary))
_given = sa.func.unnest(_PATHS, _CONTENTS).table_valued("path", "content").render_derived(name="given")
KEEP_FILES = compiled(
    insert(_file)
    .from_select(
        ("deployment", "path", "content"),
        sa.select(sa.bindparam("hash", type_=sa.Text), _given.c.path, _given.c.content),
    )
    .on_conflict_do_nothing()
)
PUT_IN_FORCE = compiled(
    _FRESH.on_conflict_do_update(
        index_elements=["id"], set_={"deployment": _FRESH.excluded.deployment, "name": _FRESH.excluded.name}
    ),
    ("id", "name", "deployment"),
)
_unit = tables.unit
_LOCALITY, _ID = sa.bindparam("of_locality", type_=sa.Text), sa.bindparam("of_unit", type_=sa.Text)
UNITS = compiled(sa.select(_unit).where(_unit.c.locality == _LOCALITY))
MIRRORED = ("name", "kind", "position", "closed")
ADD_UNIT = compiled(insert(_unit).on_conflict_do_nothing(), ("locality", "id", *MIRRORED))
SET_UNIT = compiled(
    sa.update(_unit)
    .where(_unit.c.locality == _LOCALITY, _unit.c.id == _ID)
    .values({name: sa.bindparam(f"new_{name}") for name in MIRRORED})
)
_entry = administrative_entry
CHANGED = compiled(
    sa.select(_entry.c.payload)
    .where(
        _entry.c.locality == sa.bindparam("locality"),
        _entry.c.kind == sa.any_(sa.bindparam("kinds", type_=sa.ARRAY(sa.Text))),
    )
    .order_by(_entry.c.no)
)


@dataclass(frozen=True, slots=True)
class UnitsNow:
    """What putting files in force means for units: those that nobody knew before, and those that are named no more."""

    new: tuple[str, ...]
    closed: tuple[str, ...]


def in_force(work: UnitOfWork, locality: str) -> Row | None:
    """What is in force in the locality, locked until the deed ends."""
    return work.one(IN_FORCE, locality=locality)


def put_in_force(work: UnitOfWork, deployment: Deployment, files: Files, *, note: str, before: Row | None) -> UnitsNow:
    """Freeze these files under their hash, let new cases follow them, and plan what the calendar opens by them."""
    locality = deployment.locality
    if work.one(FROZEN, hash=deployment.hash) is None:
        work.do(
            FREEZE, hash=deployment.hash, locality=locality.id, deployed_at=work.now, deployed_by=work.actor.ref,
            note=note[:500],
        )  # fmt: skip
        work.do(KEEP_FILES, hash=deployment.hash, paths=list(files), contents=list(files.values()))
    work.do(PUT_IN_FORCE, id=locality.id, name=locality.name, deployment=deployment.hash)
    calendar = calendar_of(work, locality.id, before["calendar_version"] if before else 0)
    plan_starts(work, locality.id, deployment.definition, calendar)
    return _mirror(work, locality)


def put_changed_in_force(
    work: UnitOfWork, locality: str, changed: Files, *, before: Row, kind: str, subject: str, note: str, reason: str,
    submission_id: UUID | None, detail: Mapping[str, Any],
) -> None:  # fmt: skip
    """The folder in force with these files other, checked as a whole and put in force; an entry of the log says which,
    and besides what `detail` says.

    Raises FolderFault with everything that `check` finds wrong.
    """
    files = dict(files_of(work, before["deployment"]))
    said = [
        {"path": path, "before": digest(files.get(path)), "after": digest(content)} for path, content in changed.items()
    ]
    files.update(changed)
    deployment = sound(files)
    put_in_force(work, deployment, files, note=note, before=before)
    log(
        work, locality, kind, subject, reason=reason, submission_id=submission_id,
        detail={**detail, "files": said, "deployment": deployment.hash},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A folder with what administrators changed on pages since it was written: the paths that stay as they changed
    them, and those in which the folder overrules them.
    """

    files: Files
    kept: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()


def reconciled(work: UnitOfWork, locality: str, files: Files, before: Row | None) -> Reconciled:
    """A file changed on a page stays as changed while the folder still brings one that the change replaced; a folder
    that brings another has the last word.
    """
    changes = list(_changes(work, locality))
    if not changes or before is None:
        return Reconciled(files)
    standing = files_of(work, before["deployment"])
    kept, overruled = {}, []
    for path in {str(one["path"]) for one in changes}:
        of_path = [one for one in changes if one["path"] == path]
        still_stands = path in standing and digest(standing[path]) == of_path[-1]["after"]
        replaced = {one["before"] for one in of_path}
        if not still_stands or files.get(path) == standing[path]:
            continue
        if digest(files.get(path)) in replaced:
            kept[path] = standing[path]
        else:
            overruled.append(path)
    return Reconciled({**files, **kept}, tuple(sorted(kept)), tuple(sorted(overruled)))


def _changes(work: UnitOfWork, locality: str) -> Iterator[dict[str, Any]]:
    """Each file that a page ever changed, the first first: its path, and digests before and after. The first entries
    about texts are one file themselves.
    """
    for row in work.all(CHANGED, locality=locality, kinds=list(FILE_CHANGED)):
        entry = orjson.loads(row["payload"])
        yield from entry.get("files", [entry])


def _mirror(work: UnitOfWork, locality: Locality) -> UnitsNow:
    """Units as the folder has them into their rows; one that it no longer names is closed, and its row stays."""
    known = {row["id"]: row for row in work.all(UNITS, of_locality=locality.id)}
    units = locality.organisation.units
    wanted = {
        unit.id: {"name": unit.name, "kind": unit.kind, "position": position, "closed": False}
        for position, unit in enumerate(units.values())
    } | {
        gone: {**{name: row[name] for name in MIRRORED}, "closed": True}
        for gone, row in known.items()
        if gone not in units
    }  # fmt: skip
    for unit, values in wanted.items():
        if unit not in known:
            work.do(ADD_UNIT, locality=locality.id, id=unit, **values)
        elif any(known[unit][name] != value for name, value in values.items()):
            new = {f"new_{name}": value for name, value in values.items()}
            work.do(SET_UNIT, of_locality=locality.id, of_unit=unit, **new)
    closed = (unit for unit, row in known.items() if unit not in units and not row["closed"])
    return UnitsNow(tuple(unit for unit in units if unit not in known), tuple(closed))


def digest(content: bytes | None) -> str | None:
    """How the log names a text: its SHA-256; None where there was no file."""
    return hashlib.sha256(content).hexdigest() if content is not None else None
