"""Builders of files that people send: images that tell where they were taken, documents, and hostile ones."""

import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

from bihuan.bootstrap import App
from bihuan.domain.attachments import LARGEST_FILE
from bihuan.store.sealed_files import FileRoom, Sent

TELLING = "张晓明 淄川鲁味餐饮有限公司".encode()
"""Who took the photo, as cameras, editors and office programs write it into a file."""
PDF = b"%PDF-1.4\n1 0 obj\n<< /Author (" + TELLING + b") >>\nendobj\n%%EOF\n"
MP4 = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2" + bytes(64)
DOCX_PARTS = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>", "docProps/core.xml": TELLING}
XLSX_PARTS = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


def a_jpeg(*, way: int = 6, picture: bytes = b"\x11\xff\x00\x22\xff\xd3\x33", after: bytes = b"") -> bytes:
    """A photo held some `way`, with place, device, author and comment in it, and something appended `after` it."""
    directory = struct.pack(">HHHLHH", 2, 0x0112, 3, 1, way, 0) + struct.pack(">HHLL", 0x010F, 2, len(TELLING), 50)
    exif = b"Exif\0\0" + struct.pack(">2sHL", b"MM", 42, 8) + directory + bytes(4) + TELLING
    segments = [
        (0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\x02\x02" + bytes(12)),
        (0xE1, exif), (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + TELLING), (0xED, b"Photoshop 3.0\0" + TELLING),
        (0xFE, TELLING), (0xEE, b"Adobe\0\x64\0\0\0\0\x01" + TELLING), (0xE2, b"ICC_PROFILE\0\x01\x01colours"),
        (0xDB, bytes(65)), (0xC0, b"\x08\0\x02\0\x02\x01\x01\x11\0"), (0xC4, b"\xff\xd9" + bytes(17)),
        (0xDA, b"\x01\x01\0\0\x3f\0"),
    ]  # fmt: skip
    body = b"".join(b"\xff" + bytes((code,)) + struct.pack(">H", len(data) + 2) + data for code, data in segments)
    return b"\xff\xd8" + body + picture + b"\xff\xd9" + after


def a_png(*, after: bytes = b"") -> bytes:
    """A picture of one pixel, with an author, a place and a time in it."""
    chunks = [
        (b"IHDR", struct.pack(">LLBBBBB", 1, 1, 8, 2, 0, 0, 0)), (b"tEXt", b"Author\0" + TELLING),
        (b"eXIf", b"MM" + TELLING), (b"iTXt", TELLING), (b"tIME", bytes(7)),
        (b"IDAT", zlib.compress(b"\0\xff\0\0")), (b"IEND", b""),
    ]  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks) + after


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))


def a_webp(*, after: bytes = b"") -> bytes:
    """A picture whose head announces Exif and XMP, which follow."""
    chunks = [
        (b"VP8X", b"\x0c" + bytes(9)), (b"VP8L", b"\x2f" + bytes(4)), (b"EXIF", b"MM" + TELLING), (b"XMP ", TELLING),
    ]  # fmt: skip
    body = b"".join(
        name + struct.pack("<L", len(data)) + data + bytes(len(data) % 2) for name, data in chunks
    )  # fmt: skip
    return b"RIFF" + struct.pack("<L", len(body) + 4) + b"WEBP" + body + after


def a_package(parts: dict[str, bytes]) -> bytes:
    """A ZIP of these parts: a .docx, a .xlsx, or something else."""
    found = BytesIO()
    with ZipFile(found, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return found.getvalue()


def sent(app: App | FileRoom, name: str, content: bytes) -> Sent:
    """The file as it came in with a form."""
    room = app.files if isinstance(app, App) else app
    incoming = room.receive(largest=LARGEST_FILE)
    incoming.write(content)
    incoming.finish()
    return Sent(name, incoming)
