"""Putting files in force for new cases: what deploying a folder and changing the text of a notice share."""

import hashlib

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bihuan.commands.planning import plan_starts
from bihuan.locality.deployments import Deployment, calendar_of
from bihuan.locality.files import Files
from bihuan.store import tables
from bihuan.store.administration import administrative_entry
from bihuan.store.deployments import files_of
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

TEXT_CHANGED = "notice_text_changed"

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
_entry = administrative_entry
TEXTS_CHANGED = compiled(
    sa.select(_entry.c.payload)
    .where(_entry.c.locality == sa.bindparam("locality"), _entry.c.kind == TEXT_CHANGED)
    .order_by(_entry.c.no)
)


def in_force(work: UnitOfWork, locality: str) -> Row | None:
    """What is in force in the locality, locked until the deed ends."""
    return work.one(IN_FORCE, locality=locality)


def put_in_force(work: UnitOfWork, deployment: Deployment, files: Files, *, note: str, before: Row | None) -> None:
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


def with_texts_kept(work: UnitOfWork, locality: str, files: Files, before: Row | None) -> tuple[Files, tuple[str, ...]]:
    """The files of a folder with the texts that administrators changed since it was written, and the paths of those.

    A text changed on a page stays as changed while the folder still brings one that the change replaced; a folder
    that brings another text has the last word.
    """
    changes = [orjson.loads(row["payload"]) for row in work.all(TEXTS_CHANGED, locality=locality)]
    if not changes or before is None:
        return files, ()
    standing = files_of(work, before["deployment"])
    kept = {}
    for path in {str(one["path"]) for one in changes}:
        of_path = [one for one in changes if one["path"] == path]
        still_stands = path in standing and digest(standing[path]) == of_path[-1]["after"]
        replaced = {one["before"] for one in of_path}
        if still_stands and digest(files.get(path)) in replaced and files.get(path) != standing[path]:
            kept[path] = standing[path]
    return ({**files, **kept}, tuple(sorted(kept))) if kept else (files, ())


def digest(content: bytes | None) -> str | None:
    """How the log names a text: its SHA-256; None where there was no file."""
    return hashlib.sha256(content).hexdigest() if content is not None else None
