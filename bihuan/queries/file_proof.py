"""The proof of a case's attachments: history names each by number, size and SHA-256; rows and files say the same."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.attachments import RELEASED, REPLACED, SEALED
from bihuan.domain.errors import FileDamaged, Misconfigured
from bihuan.domain.events import Event
from bihuan.store import tables
from bihuan.store.attachments import attachment
from bihuan.store.sealed_files import FileRoom
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row

_BLOCK = 64 * 1024
_ORIGINAL = attachment.alias("original")
FILES = compiled(
    sa.select(attachment, _ORIGINAL.c.no.label("copy_of_no"))
    .outerjoin(_ORIGINAL, _ORIGINAL.c.id == attachment.c.copy_of)
    .where(attachment.c.case_id == sa.bindparam("case_id", type_=tables.ID))
    .order_by(attachment.c.no)
)


class Proven(NamedTuple):
    """What history and the rows must agree on."""

    sha256: str
    bytes: int
    media_type: str
    copy_of: int | None
    state: str


def files_by_history(events: Iterable[Event]) -> dict[int, Proven]:
    """The attachments by number, as the events left them."""
    found: dict[int, Proven] = {}
    for event in events:
        match event.kind:
            case "file_attached" | "file_struck_out":
                detail = event.detail
                original = detail.get("copy_of")
                if original is not None:
                    _give_way(found, original)
                state = SEALED if original is None else RELEASED
                found[detail["no"]] = Proven(detail["sha256"], detail["bytes"], detail["type"], original, state)
            case "file_released" | "file_sealed":
                number, state = event.detail["no"], RELEASED if event.kind == "file_released" else SEALED
                found[number] = found[number]._replace(state=state)
    return found


def _give_way(found: dict[int, Proven], original: int) -> None:
    """A copy takes the place of what it stands for, and of the copies before it."""
    for number, one in found.items():
        if number == original and one.state == RELEASED:
            found[number] = one._replace(state=SEALED)
        elif one.copy_of == original and one.state == RELEASED:
            found[number] = one._replace(state=REPLACED)


def files_by_rows(rows: Iterable[Row]) -> dict[int, Proven]:
    """The attachments by number, as they are stored: the rows of FILES."""
    return {
        row["no"]: Proven(row["sha256"].hex(), row["bytes"], row["media_type"], row["copy_of_no"], row["state"])
        for row in rows
    }


def content_faults(reader: Reader, room: FileRoom, case_id: UUID) -> Iterator[str]:
    """What is wrong with the files themselves: one that is gone, cannot be opened, or is not what was sent."""
    for row in reader.all(FILES, case_id=case_id):
        digest = hashlib.sha256()
        try:
            with room.open(row["id"], row["key_id"], row["bytes"]) as content:
                while block := content.read(_BLOCK):
                    digest.update(block)
        except (FileDamaged, Misconfigured) as fault:
            yield f"attachment {row['no']}: {fault}"
            continue
        if digest.digest() != row["sha256"]:
            yield f"attachment {row['no']} is not what was sent"
