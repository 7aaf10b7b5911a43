"""Attachments (附件): how many, how large, of which kinds, and what they are called to those who may not know more.

A kind is told by the content alone (`store/file_kinds.py`). The name that somebody gave a file may betray them, as the
file may: 附件1.jpg is what everybody else reads.
"""

from dataclasses import dataclass
from typing import Final, Literal

MOST_FILES: Final = 20
"""Of the complainant, and of each unit, in one case."""
LARGEST_FILE: Final = 50 * 1024 * 1024
LONGEST_NAME: Final = 120

SEALED, RELEASED, REPLACED = "sealed", "released", "replaced"
"""Closed to units (封存); open to them (放行); another stands in its place (已由新的隐去件代替)."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is taken: its media type, how such a file's name ends, and what people call it."""

    media_type: str
    ending: str
    words: str
    preview: Literal["image", "pdf", ""] = ""
    cleaned: bool = False
    """Its metadata (place, device, author) can be taken out, so that it says no more than it shows."""


KINDS: Final = {
    kind.media_type: kind
    for kind in (
        FileKind("image/jpeg", "jpg", "JPG 图片", "image", cleaned=True),
        FileKind("image/png", "png", "PNG 图片", "image", cleaned=True),
        FileKind("image/webp", "webp", "WebP 图片", "image", cleaned=True),
        FileKind("image/heic", "heic", "HEIC 图片"),
        FileKind("application/pdf", "pdf", "PDF 文档", "pdf"),
        FileKind(
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", "Word 文档（docx）"
        ),
        FileKind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", "Excel 表格（xlsx）"),
        FileKind("text/plain", "txt", "文本文件"),
        FileKind("video/mp4", "mp4", "MP4 视频"),
        FileKind("video/quicktime", "mov", "MOV 视频"),
        FileKind("audio/mp4", "m4a", "M4A 录音"),
        FileKind("audio/mpeg", "mp3", "MP3 录音"),
    )
}
ACCEPTED: Final = ",".join(f".{kind.ending}" for kind in KINDS.values()) + ",.jpeg"
"""What a page offers to choose from; whether a file is taken, its content decides."""
TAKEN: Final = "JPG、PNG、WebP、HEIC 图片，PDF，Word（docx），Excel（xlsx），txt，MP4、MOV 视频，M4A、MP3 录音"


def neutral_name(number: int, media_type: str) -> str:
    """What a file is called to those who may not read its own name."""
    return f"附件{number}.{KINDS[media_type].ending}"


def told_name(given: str) -> str:
    """The name somebody gave a file, without the folders before it and without what no name may hold."""
    name = given.replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if letter.isprintable() and letter not in '<>:"|?*').strip(" .")
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST_NAME:
        return name
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if len(ending) < 10 else name[:LONGEST_NAME]


def in_words(size: int) -> str:
    """A size as people read it."""
    if size >= 1024 * 1024:
        return f"{size / (1024 * 1024):.1f} MB"
    return f"{max(size / 1024, 0.1):.0f} KB" if size >= 1024 else f"{size} 字节"
