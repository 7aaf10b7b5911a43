"""Which kind a file is, by its content alone: neither its name nor what a browser says of it is believed.

Nothing is decoded or rendered here. A package (docx, xlsx) is known by its list of parts, and only by a short one. What
is cleaned for its readers is cleaned once for nobody, so that a file whose metadata could not be taken out later is
refused now.
"""

import codecs
import re
from typing import BinaryIO, Final

from bihuan.domain.attachments import KINDS, FileKind
from bihuan.store.cleaning import cleaned
from bihuan.store.image_cleaning import Unreadable
from bihuan.store.packages import parts_of

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
    names = {part.name for part in parts_of(content, size)}
    if any(_MACROS.search(name) for name in names):
        return None
    return next((kind for kind, part in _PACKAGES.items() if part in names), None)


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
