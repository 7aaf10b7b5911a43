"""Attachments (附件): how many, how large, of which kinds, and what they are called to those who may not know more.

A kind is told by the content alone (`store/file_kinds.py`). The name that somebody gave a file may betray them, as the
file may: 附件1.jpg is what everybody else reads.
"""

import re
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
    cleaned: str = ""
    """What is taken out of it for units: they get no metadata (place, device, author). Empty: nothing can be."""
    betrays: str = ""
    """What may still tell who complained when it is released as it is; empty for what shows all that it says."""
    also: tuple[str, ...] = ()
    """Other endings by which people know such files."""

    @property
    def endings(self) -> tuple[str, ...]:
        """Every ending that the name of such a file may have."""
        return (self.ending, *self.also)


IMAGES: Final = "拍摄地点等隐藏信息"
AUTHORS: Final = "作者、单位、修订人、批注人等文件属性和嵌入的对象"
PLACE: Final = "文件属性里的拍摄地点、时间、设备"

KINDS: Final = {
    kind.media_type: kind
    for kind in (
        FileKind("image/jpeg", "jpg", "JPG 图片", "image", cleaned=IMAGES, also=("jpeg", "jfif")),
        FileKind("image/png", "png", "PNG 图片", "image", cleaned=IMAGES),
        FileKind("image/webp", "webp", "WebP 图片", "image", cleaned=IMAGES),
        FileKind("image/heic", "heic", "HEIC 图片", betrays=f"{PLACE}，系统无法去除", also=("heif",)),
        FileKind(
            "application/pdf",
            "pdf",
            "PDF 文档",
            "pdf",
            betrays="文件属性里的作者、单位、标题，系统无法去除，以及正文、签名、批注",
        ),
        FileKind(
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "docx",
            "Word 文档（docx）",
            cleaned=AUTHORS,
            betrays="正文、页眉页脚、批注和修订的内容、隐藏文字",
        ),
        FileKind(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
            "Excel 表格（xlsx）",
            cleaned=AUTHORS,
            betrays="表格内容、批注、隐藏的工作表和行列",
        ),
        FileKind("text/plain", "txt", "文本文件", betrays="文字里的姓名、电话、单位"),
        FileKind("video/mp4", "mp4", "MP4 视频", betrays=f"画面和声音，以及{PLACE}，系统无法去除", also=("m4v", "3gp")),
        FileKind("video/quicktime", "mov", "MOV 视频", betrays=f"画面和声音，以及{PLACE}，系统无法去除"),
        FileKind("audio/mp4", "m4a", "M4A 录音", betrays="声音，以及录音人等标签，系统无法去除"),
        FileKind("audio/mpeg", "mp3", "MP3 录音", betrays="声音，以及录音人等标签，系统无法去除"),
    )
}
ENDINGS: Final = tuple(ending for kind in KINDS.values() for ending in kind.endings)
ACCEPTED: Final = ",".join(f".{ending}" for ending in ENDINGS)
"""What a page offers to choose from; whether a file is taken, its content decides."""
TAKEN: Final = "JPG、PNG、WebP、HEIC 图片，PDF，Word（docx），Excel（xlsx），txt，MP4、MOV 视频，M4A、MP3 录音"


_ENDING: Final = re.compile(r"\.([a-z][a-z0-9]{0,9})", re.IGNORECASE)


def wrong_ending(name: str) -> str:
    """The ending of a name (exe) that no file we take has; empty for one that has none: people know it by its icon."""
    found = _ENDING.fullmatch(f".{name.rpartition('.')[2]}") if "." in name else None
    return found[1] if found and found[1].lower() not in ENDINGS else ""


def with_ending(name: str, kind: FileKind) -> str:
    """The name as it may lie on somebody's disk, where its ending says how it is opened: always one of its kind."""
    ends = name.lower().endswith(tuple(f".{ending}" for ending in kind.endings))
    return name if ends else f"{name}.{kind.ending}"


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
