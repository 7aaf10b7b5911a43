"""Which kind a file is, by its content alone: neither its name nor what a browser says of it is believed.

Nothing is unpacked, decoded or rendered here. An image's parts are walked through, so that one whose metadata could not
be taken out later is refused now; of a package (docx, xlsx) the list of parts is read, and only a short one.
"""

import codecs
import re
import struct
from typing import BinaryIO, Final

from bihuan.domain.attachments import KINDS, FileKind
from bihuan.store.image_cleaning import Unreadable, cleaned

_HEAD: Final = 4096
_BRANDS: Final = {
    "image/heic": {b"heic", b"heix", b"heim", b"heis", b"mif1"},
    "video/quicktime": {b"qt  "},
    "audio/mp4": {b"M4A ", b"M4B "},
    "video/mp4": {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"3gp4",
                  b"3gp5", b"3gp6"},
}  # fmt: skip
"""Of ISO base media files: what their first box calls them."""
_PACKAGES: Final = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": b"word/document.xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": b"xl/workbook.xml",
}
_MACROS: Final = re.compile(rb"vbaProject\.bin|/activeX/|\.exe$|\.js$", re.IGNORECASE)
_END_OF_PACKAGE: Final = struct.Struct("<4s4H2LH")
_PART: Final = struct.Struct("<4s6H3L5H2L")
_MOST_PARTS, _LONGEST_LIST = 5_000, 2 * 1024 * 1024
_MARKUP: Final = re.compile(r"\s*<\s*[a-z!?/]", re.IGNORECASE)
_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_TEXTS: Final = ("utf-8-sig", "gb18030")


def kind_of(content: BinaryIO, size: int) -> FileKind | None:
    """The kind of this content, of `size` bytes; None when it is of none that is taken, or is not whole."""
    found = _media_type(content, size)
    kind = KINDS.get(found or "")
    if kind is not None and kind.cleaned and not _walks(content, kind):
        return None
    return kind


def _media_type(content: BinaryIO, size: int) -> str | None:
    content.seek(0)
    head = content.read(_HEAD)
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head[4:8] == b"ftyp":
        return next((name for name, brands in _BRANDS.items() if head[8:12] in brands), None)
    if head.startswith(b"PK\x03\x04"):
        return _package(content, size)
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    return "text/plain" if _is_text(content, head) else None


def _walks(content: BinaryIO, kind: FileKind) -> bool:
    try:
        for _ in cleaned(content, kind.media_type):
            pass
    except Unreadable:
        return False
    return True


def _package(content: BinaryIO, size: int) -> str | None:
    """A document or a sheet, by the names in its list of parts; None for every other ZIP, and for one with macros."""
    names = _parts(content, size)
    if any(_MACROS.search(name) for name in names):
        return None
    return next((kind for kind, part in _PACKAGES.items() if part in names), None)


def _parts(content: BinaryIO, size: int) -> set[bytes]:
    tail = min(size, _END_OF_PACKAGE.size + 0xFFFF)
    content.seek(size - tail)
    end = content.read(tail)
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < _END_OF_PACKAGE.size:
        return set()
    count, length, start = _END_OF_PACKAGE.unpack_from(end, at)[4:7]
    if count > _MOST_PARTS or length > _LONGEST_LIST or start + length > size:
        return set()
    content.seek(start)
    listed, names, place = content.read(length), set(), 0
    for _ in range(count):
        if place + _PART.size > len(listed) or listed[place : place + 4] != b"PK\x01\x02":
            return set()
        part = _PART.unpack_from(listed, place)
        name, extra, comment = part[10], part[11], part[12]
        names.add(listed[place + _PART.size : place + _PART.size + name])
        place += _PART.size + name + extra + comment
    return names


def _is_text(content: BinaryIO, head: bytes) -> bool:
    """Words that people wrote: of a known encoding, without control characters, and no page or drawing (HTML, SVG)."""
    return bool(head) and any(_decodes(content, encoding) for encoding in _TEXTS)


def _decodes(content: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    content.seek(0)
    first = True
    try:
        while block := content.read(1 << 16):
            text = decoder.decode(block)
            if _NO_TEXT.search(text) or (first and _MARKUP.match(text)):
                return False
            first = False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
