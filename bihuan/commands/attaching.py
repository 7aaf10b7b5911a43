"""What the deeds on attachments (附件) share: whether a file can be taken, its row and event, its place on the disk."""

from collections.abc import Sequence
from uuid import UUID

from bihuan.domain import access
from bihuan.domain.attachments import (
    LARGEST_FILE,
    MOST_FILES,
    SEALED,
    TAKEN,
    FileKind,
    in_words,
    told_name,
    wrong_ending,
)
from bihuan.domain.errors import InvalidAnswers
from bihuan.domain.file_access import FilesOf
from bihuan.store import cases
from bihuan.store.attachments import attachment, seal_name
from bihuan.store.cases import LockedCase
from bihuan.store.sealed_files import Sent
from bihuan.store.unit_of_work import Row, UnitOfWork

FILES = "files"
"""The field under which a page tells what is wrong with them."""


def files_of(case: LockedCase) -> FilesOf:
    """The case, as far as its files' readers are concerned."""
    return FilesOf(case.id, case.locality, case.handling_unit, case.involved, case.complained_of)


def require_sense(files: Sequence[Sent]) -> tuple[FileKind, ...]:
    """The kind of each. Raises StorageFull, or InvalidAnswers with a sentence that names the first that is refused."""
    for sent in files:
        if sent.content.fault is not None:
            raise sent.content.fault
    if len(files) > MOST_FILES:
        raise InvalidAnswers({FILES: f"一次最多上传{MOST_FILES}个附件，现有{len(files)}个，请减少后重新上传。"})
    return tuple(_kind_of(number, sent) for number, sent in enumerate(files, start=1))


def _kind_of(number: int, sent: Sent) -> FileKind:
    which = f"第{number}个附件“{told_name(sent.name) or '未命名'}”"
    if sent.content.too_large:
        raise InvalidAnswers({FILES: f"{which}超过{in_words(LARGEST_FILE)}，请压缩或拆分后重新上传。"})
    if not sent.content.size:
        raise InvalidAnswers({FILES: f"{which}是空文件，请核对后重新上传。"})
    kind = sent.content.kind()
    if kind is None:
        older = "旧版 doc、xls 请另存为 docx、xlsx 或 PDF。"
        raise InvalidAnswers({FILES: f"{which}不是可以上传的文件，或文件不完整。可以上传：{TAKEN}。{older}"})
    if ending := wrong_ending(told_name(sent.name)):
        # Its content harms nobody; what its name says, somebody's computer would try with it.
        cure = f"请核对；确实是{kind.words}的，把名称的结尾改为“.{kind.ending}”后重新上传。"
        raise InvalidAnswers({FILES: f"{which}的名称以“.{ending}”结尾，这样的文件不能上传。{cure}"})
    return kind


def attach_one(
    work: UnitOfWork, case: LockedCase, sent: Sent, kind: FileKind, *, number: int, unit: str | None,
    submission_id: UUID, key: str | None = None, copy_of: Row | None = None, state: str = SEALED,
) -> None:  # fmt: skip
    """The row of an attachment and its event: number, kind, size and SHA-256, never a name."""
    content, actor = sent.content, work.actor
    name = seal_name(work.vault, content.id, told_name(sent.name))
    blind = isinstance(actor, access.Officer) and actor.belongs_to_any(case.complained_of)
    work.add(
        attachment,
        {
            "id": content.id, "case_id": case.id, "no": number, "unit": unit, "attached_by": access.account_of(actor),
            "acting_for": actor.acting_for, "blind": blind, "key": key, "submission_id": submission_id,
            "attached_at": work.now, "media_type": kind.media_type, "bytes": content.size, "sha256": content.sha256,
            "key_id": name.key_id, "nonce": name.nonce, "sealed_name": name.sealed,
            "copy_of": copy_of["id"] if copy_of else None, "state": state,
        },
    )  # fmt: skip
    said = {"no": number, "type": kind.media_type, "bytes": content.size, "sha256": content.sha256.hex()}
    if copy_of is not None:
        said["copy_of"] = copy_of["no"]
    cases.record(work, case, "file_struck_out" if copy_of else "file_attached", said, key=key)


def keep(files: Sequence[Sent]) -> None:
    """Give all of them their place, or none. The last thing a deed does before it commits."""
    try:
        for sent in files:
            sent.content.keep()
    except BaseException:
        for sent in files:
            sent.content.discard()
        raise
