"""Images without what they say beside their picture: place, device, author, comments, thumbnails, anything appended.

The picture itself is not decoded, only carried over, part by part, as it streams by: no bomb goes off, nothing is lost.
Which way up a photo is held (the orientation of Exif) is kept, and that alone. How long it takes grows with the size
and nothing else: of an image in more parts than any program writes nothing is made.
"""

import re
import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

BLOCK: Final = 64 * 1024
MOST_PARTS: Final = 20_000
"""A picture of 50 MB in pieces of 4 KB has 12,800."""
MOST_FILL: Final = 64
"""Bytes that may stand before one marker of a JPEG and say nothing."""


class Unreadable(Exception):
    """The image is broken off, not built as its kind is, or in more parts than any is."""


def cleaned(content: BinaryIO, media_type: str) -> Iterator[bytes]:
    """The image from its beginning, cleaned, in pieces. Raises Unreadable where it cannot be followed."""
    content.seek(0)
    return _CLEANERS[media_type](content)


# --- JPEG (ITU-T T.81): markers with segments, and coded data in which FF is always followed by 00 or a restart.

_SEGMENTS: Final = frozenset({*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD}) - {0xC8}
_STARTS_SCAN, _ENDS = 0xDA, 0xD9
_MARKER: Final = re.compile(rb"(?<!\xff)\xff++[^\x00\xff\xd0-\xd7]")
"""Of a run of FF only the beginning is tried, and once: else a run of n bytes takes n² steps, all others waiting."""
_EXIF: Final = b"Exif\0\0"


def _jpeg(content: BinaryIO) -> Iterator[bytes]:
    yield _exactly(content, 2)
    for _ in range(MOST_PARTS):
        code = _next_marker(content)
        if code == _ENDS:
            yield bytes((0xFF, code))
            return
        payload = _exactly(content, _length(content))
        if kept := _segment(code, payload):
            yield struct.pack(">BBH", 0xFF, code, len(kept) + 2) + kept
        if code == _STARTS_SCAN:
            yield from _scan(content)
    raise Unreadable


def _next_marker(content: BinaryIO) -> int:
    if content.read(1) != b"\xff":
        raise Unreadable
    code = next((code for _ in range(MOST_FILL) if (code := _exactly(content, 1)[0]) != 0xFF), 0)
    if code == 0 or 0xD0 <= code <= 0xD8 or code == 0x01:
        raise Unreadable
    return code


def _length(content: BinaryIO) -> int:
    length: int = struct.unpack(">H", _exactly(content, 2))[0]
    if length < 2:
        raise Unreadable
    return length - 2


def _segment(code: int, payload: bytes) -> bytes:
    """What of a segment stays; nothing of those that only tell."""
    if code in _SEGMENTS:
        return payload
    if code == 0xE0 and payload.startswith(b"JFIF\0"):
        return payload[:12] + b"\0\0"  # its thumbnail has no width and no height
    if code == 0xE1 and payload.startswith(_EXIF) and (way := _orientation(payload[len(_EXIF) :])):
        # One directory of one entry: 0112, a short, once.
        return _EXIF + struct.pack(">2sHLHHHLHHL", b"MM", 42, 8, 1, 0x0112, 3, 1, way, 0, 0)
    if code == 0xE2 and payload.startswith(b"ICC_PROFILE\0"):
        return payload
    if code == 0xEE and payload.startswith(b"Adobe"):
        return payload[:12]
    return b""


def _orientation(exif: bytes) -> int:
    """1 to 8, or 0 when it does not say."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 8:
        return 0
    at: int = struct.unpack_from(f"{order}L", exif, 4)[0]
    if at + 2 > len(exif):
        return 0
    for number in range(struct.unpack_from(f"{order}H", exif, at)[0]):
        place = at + 2 + 12 * number
        if place + 12 > len(exif):
            return 0
        tag, kind, _, value = struct.unpack_from(f"{order}HHLH", exif, place)
        if tag == 0x0112 and kind == 3:
            return value if 1 <= value <= 8 else 0
    return 0


def _scan(content: BinaryIO) -> Iterator[bytes]:
    """The coded picture up to the next marker, before which the content then stands."""
    while block := content.read(BLOCK):
        if found := _MARKER.search(block):
            yield block[: found.start()]
            content.seek(found.start() - len(block), 1)
            return
        whole = block.rstrip(b"\xff")  # a marker may begin at the very end
        if not whole:
            break
        yield whole
        content.seek(len(whole) - len(block), 1)
    raise Unreadable


# --- PNG (ISO/IEC 15948): a signature and chunks, each with length, name, data and check sum.

_CHUNKS: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD",
     b"pHYs", b"acTL", b"fcTL", b"fdAT"}
)  # fmt: skip


def _png(content: BinaryIO) -> Iterator[bytes]:
    yield _exactly(content, 8)
    for _ in range(MOST_PARTS):
        head = _exactly(content, 8)
        length, name = struct.unpack(">L4s", head)
        if name in _CHUNKS:
            yield head
            yield from _carried(content, length + 4)
        else:
            for _ in _carried(content, length + 4):
                pass
        if name == b"IEND":
            return
    raise Unreadable


# --- WebP (RIFF): chunks of an even length, the sum of which stands at the beginning.

_PARTS: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_TELLS_OF_METADATA: Final = 0x08 | 0x04


def _webp(content: BinaryIO) -> Iterator[bytes]:
    end = 8 + struct.unpack("<4sL4s", _exactly(content, 12))[1]
    kept, at, parts = [], 12, 0
    while at < end:
        parts += 1
        name, length = struct.unpack("<4sL", _exactly(content, 8))
        whole = 8 + length + length % 2
        if at + whole > end or parts > MOST_PARTS:
            raise Unreadable
        if name in _PARTS:
            kept.append((at, name, whole))
        at = content.seek(at + whole)
    if not kept:
        raise Unreadable
    yield struct.pack("<4sL4s", b"RIFF", 4 + sum(whole for _, _, whole in kept), b"WEBP")
    for at, name, whole in kept:
        content.seek(at)
        if name == b"VP8X" and whole >= 9:
            head = bytearray(_exactly(content, 9))
            head[8] &= ~_TELLS_OF_METADATA
            yield bytes(head)
            yield from _carried(content, whole - 9)
        else:
            yield from _carried(content, whole)


_CLEANERS: Final[dict[str, Callable[[BinaryIO], Iterator[bytes]]]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
}


def _exactly(content: BinaryIO, length: int) -> bytes:
    found = content.read(length)
    if len(found) != length:
        raise Unreadable
    return found


def _carried(content: BinaryIO, length: int) -> Iterator[bytes]:
    while length:
        block = content.read(min(length, BLOCK))
        if not block:
            raise Unreadable
        length -= len(block)
        yield block
