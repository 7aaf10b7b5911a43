"""The parts of a package (docx, xlsx: a ZIP), read within bounds that a stranger's file does not set.

`zipfile` believes a package's own list, however long, and inflates as far as it says. Here the list is short, a part is
inflated in pieces, and whoever reads says how much of it is wanted.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

MOST_PARTS: Final = 5_000
_LONGEST_LIST: Final = 2 * 1024 * 1024
_BLOCK: Final = 64 * 1024
_END: Final = struct.Struct("<4s4H2LH")
_LISTED: Final = struct.Struct("<4s6H3L5H2L")
_HEAD: Final = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED, _ENCRYPTED = 0, 8, 1


class Broken(Exception):
    """The package is broken off, not built as one, or larger inside than anybody needs."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part, as the package lists it."""

    name: bytes
    flags: int
    method: int
    packed: int
    """Bytes that it takes in the package."""
    at: int


def parts_of(content: BinaryIO, size: int) -> tuple[Part, ...]:
    """The parts in their order; none when this is no package, or its list is too long."""
    tail = min(size, _END.size + 0xFFFF)
    content.seek(size - tail)
    end = content.read(tail)
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < _END.size:
        return ()
    count, length, start = _END.unpack_from(end, at)[4:7]
    if count > MOST_PARTS or length > _LONGEST_LIST or start + length > size:
        return ()
    content.seek(start)
    listed, found, place = content.read(length), list[Part](), 0
    for _ in range(count):
        if place + _LISTED.size > len(listed) or listed[place : place + 4] != b"PK\x01\x02":
            return ()
        part = _LISTED.unpack_from(listed, place)
        name, extra, comment = part[10], part[11], part[12]
        text = listed[place + _LISTED.size : place + _LISTED.size + name]
        found.append(Part(text, part[3], part[4], part[8], part[16]))
        place += _LISTED.size + name + extra + comment
    return tuple(found)


def inflated(content: BinaryIO, part: Part, *, most: int) -> Iterator[bytes]:
    """What a part holds, in pieces. Raises Broken when it cannot be read, or once it is more than `most` bytes."""
    if part.flags & _ENCRYPTED or part.method not in (_STORED, _DEFLATED):
        raise Broken
    content.seek(part.at)
    head = content.read(_HEAD.size)
    if len(head) < _HEAD.size or head[:4] != b"PK\x03\x04":
        raise Broken
    name, extra = _HEAD.unpack(head)[9:11]
    content.seek(part.at + _HEAD.size + name + extra)
    for block in _unpacked(content, part):
        most -= len(block)
        if most < 0:
            raise Broken
        yield block


def _unpacked(content: BinaryIO, part: Part) -> Iterator[bytes]:
    left, inflate = part.packed, zlib.decompressobj(-zlib.MAX_WBITS)
    while left:
        packed = content.read(min(left, _BLOCK))
        if not packed:
            raise Broken
        left -= len(packed)
        if part.method == _STORED:
            yield packed
            continue
        try:
            while packed:
                yield inflate.decompress(packed, _BLOCK)
                packed = inflate.unconsumed_tail
        except zlib.error as exc:
            raise Broken from exc
    if part.method == _DEFLATED:
        try:
            yield inflate.flush()
        except zlib.error as exc:
            raise Broken from exc
        if not inflate.eof:
            raise Broken
