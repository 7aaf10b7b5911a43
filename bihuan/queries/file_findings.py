"""What is wrong with the files of an installation (体检): one is missing, one belongs to nothing, there is no room."""

from collections.abc import Iterator

import sqlalchemy as sa

from bihuan.domain.attachments import in_words
from bihuan.queries.doctor import SHOWN, Finding
from bihuan.store import tables
from bihuan.store.attachments import attachment
from bihuan.store.sealed_files import SPARE, FileRoom, sealed_size
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

_case = tables.case_file
NAMED = compiled(
    sa.select(attachment.c.id, attachment.c.no, attachment.c.bytes, _case.c.case_no)
    .join(_case, _case.c.id == attachment.c.case_id)
    .order_by(_case.c.case_no, attachment.c.no)
)


def examine_files(reader: Reader, room: FileRoom) -> Iterator[Finding]:
    """Compare the files with the rows. Their content `bihuan verify` reads, which takes longer."""
    there = {file_id: (path, size) for file_id, path, size in room.kept()}  # first: a file is there before its row
    rows = reader.all(NAMED)
    lost = [
        f"{row['case_no']} 附件{row['no']}"
        for row in rows
        if row["id"] not in there or there[row["id"]][1] != sealed_size(row["bytes"])
    ]
    if lost:
        yield Finding(
            "files-missing", len(lost), tuple(lost[:SHOWN]), f"{len(lost)} 个附件在文件目录中缺失或不完整",
            "核对 BIHUAN_FILES 是否指向原来的目录、磁盘是否挂载；确已丢失的，从备份中找回",
        )  # fmt: skip
    known = {row["id"] for row in rows}
    stray = [str(path) for file_id, (path, _) in there.items() if file_id not in known] + [
        str(path) for path in room.left_over()
    ]
    if stray:
        yield Finding(
            "files-stray", len(stray), tuple(stray[:SHOWN]),
            f"文件目录中有 {len(stray)} 个文件不属于任何工单，多为上传中断所留，也可能正在上传",
            f"只占用空间，无其他影响；没有人上传时仍在的，可以删除：{'、'.join(stray[:SHOWN])}",
            wrong=False,
        )  # fmt: skip
    if not room.has_room():
        yield Finding(
            "files-full", 1, (), "存放附件的磁盘快要写满，上传附件会被拒绝",
            f"清理磁盘或扩容，留出 {in_words(SPARE)} 以上；工单办理不受影响",
        )  # fmt: skip
