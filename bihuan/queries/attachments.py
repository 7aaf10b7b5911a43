"""Attachments (附件) as each reader may see them: on pages, in a complainant's progress, in packs of evidence.

Every list and every download comes from here. Whoever is not the platform (or the complainant, of the own ones) reads
附件1.jpg instead of the name a file came with, unless an officer gave it, and gets images, documents and sheets without
their metadata.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, overload
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import file_access
from bihuan.domain.access import Actor, Complainant, Officer
from bihuan.domain.attachments import KINDS, RELEASED, SEALED, FileKind, in_words, neutral_name, with_ending
from bihuan.domain.errors import NotFound
from bihuan.domain.file_access import Attached, FilesOf
from bihuan.domain.ids import CaseId
from bihuan.locality.deployments import deployment_of
from bihuan.queries.veil import Veil, veils_of
from bihuan.store import tables
from bihuan.store.attachments import attachment, open_name
from bihuan.store.cleaning import cleaned
from bihuan.store.sealed_files import FileRoom
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

_case, _account = tables.case_file, tables.account
_BLOCK = 64 * 1024
STATES = {SEALED: "封存，仅受理平台可看", RELEASED: "承办单位可看", "replaced": "已由新的隐去件代替"}

_READ = (
    sa.select(
        attachment, _account.c.name.label("officer"), _case.c.case_no, _case.c.locality, _case.c.deployment,
        _case.c.handling_unit, _case.c.involved, _case.c.complained_of,
    )
    .join(_case, _case.c.id == attachment.c.case_id)
    .outerjoin(_account, _account.c.id == attachment.c.attached_by)
    .order_by(attachment.c.no)
)  # fmt: skip
_CASE_ID = sa.bindparam("case_id", type_=tables.ID)
OF_CASE = compiled(_READ.where(attachment.c.case_id == _CASE_ID))
ONE_OF_CASE = compiled(_READ.where(attachment.c.case_id == _CASE_ID, attachment.c.no == sa.bindparam("number")))
READERS = compiled(
    sa.select(_case.c.id, _case.c.locality, _case.c.handling_unit, _case.c.involved, _case.c.complained_of,
              _case.c.exit).where(_case.c.id == _CASE_ID)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attachment as its reader may know it."""

    case_no: str
    no: int
    name: str
    """Its own, or 附件1.jpg."""
    kind: FileKind
    bytes: int
    sha256: str
    """Of what was sent; of a cleaned file what is downloaded differs."""
    attached_at: datetime
    by: str
    """诉求人, or unit and officer."""
    state: str
    copy_of: int | None
    """The number of the one it is struck out of."""
    cleaned: bool
    """This reader gets it without its metadata."""
    may_release: bool
    """This reader decides what units see of it."""
    from_complainant: bool
    struck_out: bool
    """A copy stands in its place (隐去件)."""

    @property
    def size(self) -> str:
        """As people read it."""
        return in_words(self.bytes)

    @property
    def state_words(self) -> str:
        """Who may see it."""
        if not self.from_complainant and self.copy_of is None and self.state == SEALED:
            return "办理单位可看，被反映单位除外"
        if self.from_complainant and self.kind.betrays and self.state == RELEASED:
            return "承办单位可看，被反映单位除外"
        return STATES[self.state]

    @property
    def warns(self) -> bool:
        """Releasing it releases what is hidden in it, too: the platform should look, or put a copy in its place."""
        return self.from_complainant and bool(self.kind.betrays) and not self.struck_out


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An attachment with its content, ready to be sent."""

    attachment: Attachment
    content: BinaryIO
    """As it was sent; of a cleaned one only `blocks` may go out."""

    def blocks(self) -> Iterator[bytes]:
        """The content as this reader may have it, in pieces."""
        with self.content:
            if self.attachment.cleaned:
                yield from cleaned(self.content, self.attachment.kind.media_type)
            else:
                self.content.seek(0)
                yield from iter(lambda: self.content.read(_BLOCK), b"")


@dataclass(frozen=True, slots=True)
class Attachments(Sequence[Attachment]):
    """A case's attachments as one reader may know them, the first first."""

    seen: tuple[Attachment, ...]
    unreleased: int
    """How many more the complainant handed in that nobody has decided on. Told to officers, save the complained-of."""
    withheld: int
    """How many there are that this reader sees nothing of."""

    @property
    def undecided(self) -> tuple[Attachment, ...]:
        """Those that this reader has to release (放行) or to put a copy in the place of, before units see anything."""
        return tuple(
            one for one in self.seen
            if one.may_release and one.from_complainant and one.state == SEALED and not one.struck_out
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.seen)

    @overload
    def __getitem__(self, place: int) -> Attachment: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Attachment]: ...
    def __getitem__(self, place: int | slice) -> Attachment | Sequence[Attachment]:
        return self.seen[place]


def attachments_of(reader: Reader, vault: Vault, actor: Actor, case_id: UUID) -> Attachments:
    """What this actor may know of the case's attachments; nothing when it may not read the case."""
    rows = reader.all(OF_CASE, case_id=case_id)
    found = tuple(seen for seen, _ in _seen(reader, vault, actor, rows))
    return Attachments(found, _unreleased(actor, rows), len(rows) - len(found))


def _unreleased(actor: Actor, rows: Sequence[Row]) -> int:
    case = _files_of(rows[0], rows[0]["case_id"]) if rows else None
    if case is None or not isinstance(actor, Officer) or not file_access.may_know_of_unreleased(actor, case):
        return 0
    copied = {row["copy_of"] for row in rows}
    return sum(row["unit"] is None and row["state"] == SEALED and row["id"] not in copied for row in rows)


def open_attachment(
    reader: Reader, vault: Vault, room: FileRoom, actor: Actor, case_id: UUID, number: int
) -> OpenedFile:
    """Raises NotFound when there is none or this actor may not see it; FileDamaged when its file is gone or changed."""
    for seen, row in _seen(reader, vault, actor, reader.all(ONE_OF_CASE, case_id=case_id, number=number)):
        return OpenedFile(seen, room.open(row["id"], row["key_id"], row["bytes"]))
    raise NotFound(f"Expected {actor.ref} to be able to see attachment {number} of case {case_id}, but it cannot")


def may_attach(reader: Reader, actor: Actor, case_id: UUID) -> bool:
    """Whether this actor may attach files to the case now."""
    row = reader.one(READERS, case_id=case_id)
    return row is not None and row["exit"] is None and file_access.may_attach(actor, _files_of(row, row["id"]))


def _seen(reader: Reader, vault: Vault, actor: Actor, rows: Sequence[Row]) -> Iterator[tuple[Attachment, Row]]:
    if not rows:
        return
    case = _files_of(rows[0], rows[0]["case_id"])
    shown = [row for row in rows if file_access.may_see(actor, case, _attached(row))]
    if not shown:
        return
    name_of = _naming(reader, vault, actor, case, shown)
    numbers, copied = {row["id"]: row["no"] for row in rows}, {row["copy_of"] for row in rows}
    locality = deployment_of(reader, rows[0]["deployment"]).locality
    original, decides = file_access.sees_original(actor, case), file_access.may_release(actor, case)
    for row in shown:
        kind, unit = KINDS[row["media_type"]], row["unit"]
        by = f"{locality.unit_name(unit)} {row['officer'] or ''}".strip() if unit else "诉求人"
        # What officers attach is closed to units complained about alone: without one there is nothing to decide.
        may_release = decides and (unit is None or bool(case.complained_of))
        yield Attachment(
            row["case_no"], row["no"], with_ending(name_of(row), kind), kind, row["bytes"], row["sha256"].hex(),
            row["attached_at"], by, row["state"], numbers.get(row["copy_of"]), bool(kind.cleaned) and not original,
            may_release, unit is None, row["id"] in copied,
        ), row  # fmt: skip


def _naming(
    reader: Reader, vault: Vault, actor: Actor, case: FilesOf, rows: Sequence[Row]
) -> Callable[[Row], str]:  # fmt: skip
    """What each file is called to this actor: what an officer named it, veiled as all that officers write."""
    if isinstance(actor, Complainant) or file_access.may_release(actor, case):
        return lambda row: open_name(vault, row) or neutral_name(row["no"], row["media_type"])
    veil = Veil()
    if isinstance(actor, Officer) and any(_is_officers(row) for row in rows):
        veil = veils_of(reader, vault, actor, [(case.case_id, case.complained_of)])[case.case_id]

    def named(row: Row) -> str:
        given = veil.over(open_name(vault, row)) if _is_officers(row) else ""
        return given or neutral_name(row["no"], row["media_type"])

    return named


def _is_officers(row: Row) -> bool:
    """Whether an officer named it of the own accord; a copy's name may be the original's."""
    return row["unit"] is not None and row["copy_of"] is None


def _files_of(row: Row, case_id: CaseId) -> FilesOf:
    return FilesOf(case_id, row["locality"], row["handling_unit"], row["involved"], row["complained_of"])


def _attached(row: Row) -> Attached:
    return Attached(row["unit"], row["media_type"], row["state"], row["blind"], row["copy_of"] is not None)
