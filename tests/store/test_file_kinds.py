"""A file is what its content is: names are not believed, pages and programs are refused, nothing is unpacked."""

import struct
import time
import zlib
from io import BytesIO
from typing import Never
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.store.file_kinds import kind_of
from bihuan.store.image_cleaning import MOST_FILL, MOST_PARTS, Unreadable, cleaned
from tests.a_file import DOCX_PARTS, MP4, PDF, TELLING, XLSX_PARTS, a_jpeg, a_package, a_png, a_webp


def ending(content: bytes) -> str | None:
    found = kind_of(BytesIO(content), len(content))
    return found.ending if found else None


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (a_jpeg(), "jpg"),
        (a_png(), "png"),
        (a_webp(), "webp"),
        (PDF, "pdf"),
        (a_package(DOCX_PARTS), "docx"),
        (a_package(XLSX_PARTS), "xlsx"),
        (MP4, "mp4"),
        (b"\0\0\0\x14ftypqt  " + bytes(16), "mov"),
        (b"\0\0\0\x18ftypheic" + bytes(16), "heic"),
        (b"\0\0\0\x18ftypM4A " + bytes(16), "m4a"),
        (b"ID3\x04" + bytes(16), "mp3"),
        ("情况说明：许可已满一个月。\n".encode(), "txt"),
        ("\ufeff情况说明\r\n".encode(), "txt"),
        ("情况说明：许可已满一个月。".encode("gb18030"), "txt"),
        (b"amount < 300 and > 200", "txt"),
    ],
)
def test_what_is_taken_is_known_by_its_content(content: bytes, found: str) -> None:
    assert ending(content) == found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\n\t <html><body>x",
        b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"<?php system($_GET[0]);",
        b"<!-- --><script>1</script>",
        b"MZ\x90\0" + bytes(60),
        b"\x7fELF" + bytes(60),
        b"GIF89a" + bytes(30),
        b"Rar!\x1a\x07\0" + bytes(30),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"\0\0\0\x18ftypXXXX" + bytes(16),
        "页".encode("utf-16"),
        bytes(range(256)),
        b" %PDF-1.4 not at its beginning\0",
        a_package({"evil.exe": b"MZ"}),
        a_package({**DOCX_PARTS, "word/vbaProject.bin": b"macro"}),
        a_package({**XLSX_PARTS, "xl/vbaProject.bin": b"macro"}),
        a_package({**DOCX_PARTS, "word/activeX/activeX1.xml": b"x"}),
        a_package(DOCX_PARTS)[:-30],
        b"PK\x03\x04" + bytes(100),
        a_jpeg()[:-2],
        a_jpeg()[:60],
        a_png()[:-12],
        a_png()[:20],
        a_webp()[:30],
        b"RIFF\x04\0\0\0WEBP",
    ],
)
def test_what_is_none_of_these_or_not_whole_is_refused(content: bytes) -> None:
    assert ending(content) is None


@pytest.mark.parametrize("image", [a_jpeg, a_png, a_webp])
def test_an_image_is_shown_without_what_it_tells_and_without_what_hangs_on_it(image: object) -> None:
    """Place, device and author are gone, and so is the program or page that was appended (a polyglot)."""
    hanging = a_package({"evil.js": b"alert(1)"}) + b"<script>alert(1)</script>"
    content = image(after=hanging)  # type: ignore[operator]
    assert TELLING in content
    kind = kind_of(BytesIO(content), len(content))
    assert kind is not None
    shown = b"".join(cleaned(BytesIO(content), kind.media_type))
    assert TELLING not in shown
    assert b"script" not in shown
    assert b"evil" not in shown
    assert ending(shown) == kind.ending, "it is an image still"
    assert b"".join(cleaned(BytesIO(shown), kind.media_type)) == shown, "cleaned again it stays the same"


def test_a_photo_keeps_its_picture_its_colours_and_which_way_up_it_is() -> None:
    picture = b"\x42\xff\x00" * 50_000 + b"\xff\xd0\x17"
    shown = b"".join(cleaned(BytesIO(a_jpeg(way=8, picture=picture)), "image/jpeg"))
    assert picture in shown
    assert b"ICC_PROFILE" in shown
    assert shown.count(b"Exif\0\0") == 1
    assert b"\x01\x12\0\x03\0\0\0\x01\0\x08" in shown
    assert b"Exif" not in b"".join(cleaned(BytesIO(a_jpeg(way=0)), "image/jpeg"))


def test_a_photo_of_several_scans_is_carried_over_to_its_end() -> None:
    """Progressive: between the scans there are tables, and a table may hold what looks like the end."""
    whole = a_jpeg(picture=b"\x01\x02\xff\xc4\0\x04\xff\xd9\xff\xda\0\x08\x01\x01\0\0\x3f\0\x03\x04")
    shown = b"".join(cleaned(BytesIO(whole), "image/jpeg"))
    assert shown.endswith(b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\x03\x04\xff\xd9")


@given(st.binary(max_size=60), st.integers(0, 400), st.sampled_from([a_jpeg(), a_png(), a_webp()]))
def test_an_image_spoiled_anywhere_is_cleaned_or_refused_and_never_more(spoil: bytes, at: int, image: bytes) -> None:
    spoiled = image[:at] + spoil + image[at + len(spoil) :]
    kind = {b"\xff": "image/jpeg", b"\x89": "image/png", b"R": "image/webp"}[image[:1]]
    try:
        shown = b"".join(cleaned(BytesIO(spoiled), kind))
    except Unreadable:
        return
    assert len(shown) <= len(spoiled) + 16


@given(st.binary(max_size=300))
def test_no_content_is_a_fault(content: bytes) -> None:
    for head in (
        b"",
        b"PK\x03\x04",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x10\0\0\0WEBP",
        b"%PDF-",
        b"PK\x05\x06",
    ):
        ending(head + content)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xff\xd8\xff\xda\0\x02" + b"\xff" * 60_000 + b"\0\xff\xd9", "jpg"),
        (b"\xff\xd8" + b"\xff" * 1_000_000 + b"\xd9", None),
        (b"\xff\xd8" + b"\xff\xfe\0\x02" * 1_000_000 + b"\xff\xd9", None),
        (b"\x89PNG\r\n\x1a\n" + bytes(4) + (b"tEXt" + bytes(8)) * 500_000 + b"IEND" + bytes(4), None),
        (b"RIFF" + struct.pack("<L", 4_000_004) + b"WEBP" + b"VP8 \0\0\0\0" * 500_000, None),
    ],
    ids=["scan", "fill", "comments", "chunks", "webp"],
)
def test_no_image_takes_longer_than_its_size_allows(content: bytes, found: str | None) -> None:
    """Sixty kilobytes of one byte kept a process for two minutes, and everybody else on it waiting."""
    began = time.perf_counter()
    assert ending(content) == found
    assert time.perf_counter() - began < 3


def test_an_image_of_many_parts_is_taken_as_it_is() -> None:
    """As large pictures are written: in small pieces, with some fill before a marker."""
    pieces = [(b"IHDR", bytes(13)), *[(b"IDAT", b"x")] * (MOST_PARTS - 2), (b"IEND", b"")]
    png = b"".join(struct.pack(">L", len(data)) + name + data + bytes(4) for name, data in pieces)
    assert ending(b"\x89PNG\r\n\x1a\n" + png) == "png"
    filled = a_jpeg()[:-2] + b"\xff" * MOST_FILL + b"\xd9"
    assert ending(filled) == "jpg"


def test_a_bomb_does_not_go_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document whose parts would fill the memory is refused once that shows; one of too many parts unopened."""
    bomb = BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as package:
        for name, part in DOCX_PARTS.items():
            package.writestr(name, part)
        package.writestr("word/media/image1.png", bytes(30_000_000))
    many = a_package({**DOCX_PARTS, **{f"word/{number}": b"" for number in range(6_000)}})

    assert ending(bomb.getvalue()) is None

    def opened(*_: object, **__: object) -> Never:
        raise AssertionError("something was unpacked")

    monkeypatch.setattr(zlib, "decompressobj", opened)
    monkeypatch.setattr(zlib, "decompress", opened)
    assert ending(many) is None
