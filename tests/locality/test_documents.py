"""Documents print what was filled in on forms and what tables decided, under names that `check` knows."""

import time
import zipfile
from io import BytesIO

import pytest

from bihuan.domain.errors import BadInput
from bihuan.locality.check import check
from bihuan.locality.document_filling import fill
from bihuan.locality.documents import read_document
from bihuan.locality.faults import FolderFault
from tests.locality.a_folder import a_docx, a_folder, a_form

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
CORE = (
    f'<p:coreProperties xmlns:p="{PACKAGE}/metadata/core-properties" xmlns:d="http://purl.org/dc/elements/1.1/">'
    "<d:title>{{ 9 * 9 }}</d:title></p:coreProperties>"
)
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override '
    'PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}" Target="word/document.xml"/>'
    f'<Relationship Id="r2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)


def text_of(content: bytes) -> str:
    return zipfile.ZipFile(BytesIO(content)).read("word/document.xml").decode()


def test_a_field_of_a_form_is_filled_in_as_text() -> None:
    document = read_document("zibo/documents/a.docx", a_docx("{{ reply.reason }}", "{{ reply.by }}，{{ reply.on }}"))

    made = text_of(fill(document, {"reply.reason": "<w:br/>&", "reply.by": "张维"}))

    assert document.forms == {"reply"}
    assert "&lt;w:br/&gt;&amp;" in made
    assert "张维，" in made


def test_a_word_that_is_a_form_too_keeps_its_own_meaning() -> None:
    """初步处理情况 is a word of documents and the form it is filled in on."""
    document = read_document("zibo/documents/a.docx", a_docx("{{ first_reply }}", "{{ first_reply.by }}"))

    made = text_of(fill(document, {"first_reply": "已联系企业", "first_reply.by": "张维"}))

    assert "已联系企业" in made
    assert "张维" in made
    assert "object at" not in made


@pytest.mark.parametrize("method", ["title", "format", "count", "items"])
def test_a_field_is_never_a_method_of_the_word(method: str) -> None:
    document = read_document("zibo/documents/a.docx", a_docx(f"〔{{{{ reply.{method} }}}}〕"))

    assert "〔〕" in text_of(fill(document, {}))
    assert "〔好〕" in text_of(fill(document, {f"reply.{method}": "好"}))


@pytest.mark.parametrize(
    "content",
    [
        a_docx("{", "% for i in range(3) %", "}x{", "% endfor %", "}"),
        a_docx("{", "{ 'a' * 9 }", "}"),
        a_docx("</w:t></w:r><w:bookmarkStart w:id='1' w:name='{{ 9 * 9 }}'/><w:r><w:t>"),
        a_docx("", **{"docProps/core.xml": CORE, "[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS}),
    ],
)
def test_a_statement_pieced_together_is_never_run(content: bytes) -> None:
    """Across paragraphs, in an attribute, in the file's properties: refused when it is read or when it is filled in."""
    with pytest.raises((FolderFault, BadInput), match=r"zibo/documents/a\.docx"):
        fill(read_document("zibo/documents/a.docx", content), {})


@pytest.mark.parametrize(
    ("placeholder", "cure"),
    [
        ("accept.reason", "没有表单 accept"),
        ("reply.reson", "可用：all、by、on、reason"),
        ("decided.grade", "[decided.grade]"),
        ("phone", "表单.字段"),
    ],
)
def test_a_placeholder_that_means_nothing_is_a_finding_with_a_cure(placeholder: str, cure: str) -> None:
    files = a_folder(
        **{"zibo/forms/reply.form": a_form({"type": "textarea", "key": "reason", "label": "理由"})},
        **{"zibo/documents/transfer.docx": a_docx(f"{{{{ {placeholder} }}}}")},
    )

    (found,) = [finding for finding in check(files) if finding.rule == "C11"]

    assert found.element == placeholder
    assert cure in found.cure


def test_fields_of_forms_and_named_decisions_are_no_finding() -> None:
    files = a_folder(
        **{"zibo/forms/reply.form": a_form({"type": "textarea", "key": "reason", "label": "理由"})},
        **{"zibo/documents/transfer.docx": a_docx("{{ reply.reason }}{{ reply.all }}{{ decided.grade }}")},
    )
    files["zibo/locality.toml"] += '\n[decided.grade]\nsimple = "简单"\n'.encode()

    assert [finding for finding in check(files) if finding.rule == "C11"] == []


OUT = "<Relationships><Relationship Id='r1' Type='t' Target='http://192.0.2.1/a.dotm' {mode}/></Relationships>"
CODE = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>{code}<w:r><w:fldChar w:fldCharType='end'/></w:r>"


def a_field_code(*pieces: str) -> bytes:
    """A template with a field whose code is in pieces."""
    code = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return a_docx(f"</w:t></w:r>{CODE.format(code=code)}<w:r><w:t>")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (a_docx("x", **{"word/_rels/a.rels": OUT.format(mode="TargetMode='External'")}), "文件以外"),
        (a_docx("x", **{"word/_rels/a.rels": OUT.format(mode='TargetMode = "External"')}), "文件以外"),
        (a_docx("x", **{"word/_rels/a.rels": OUT.format(mode='TargetMode="&#69;xternal"')}), "文件以外"),
        (a_docx("x", **{"word/_rels/a.RELS": OUT.format(mode='TargetMode="external"')}), "文件以外"),
        (a_docx("x", **{"word/a.xml": "<?xml version='1.0' encoding='gb18030'?><a/>"}), "UTF-8"),
        (a_docx("x", **{"word/a.xml": "<a>\0</a>"}), "UTF-8"),
        (a_docx("x", **{"word/a.xml": "<!DOCTYPE a><a/>"}), "实体声明"),
        (a_docx("x", **{"word/a.xml": "<a>"}), "不是有效的 XML"),
        (a_docx("x", **{"word/document.dat": "<a/>"}), "带有宏、控件、嵌入对象"),
        (a_field_code('INCLUDEPICTURE "http://192.0.2.1/a.png" \\d'), "域代码"),
        (a_field_code(" DDE", "AUTO cmd.exe"), "域代码"),
        (a_field_code("INCLUDETEXT /etc/passwd"), "域代码"),
        (a_docx("</w:t></w:r></w:p><w:altChunk r:id='r9' xmlns:r='r'/><w:p><w:r><w:t>"), "其他格式"),
        (a_docx("</w:t></w:r><w:fldSimple w:instr='LINK Excel.Sheet a.xls'/><w:r><w:t>"), "域代码"),
    ],
)
def test_a_template_reaches_nothing_outside_and_runs_nothing_however_it_is_written(content: bytes, fault: str) -> None:
    with pytest.raises(FolderFault, match=fault):
        read_document("zibo/documents/a.docx", content)


@pytest.mark.parametrize("text", ["{{" + " " * 20_000, "{{ a" + " a" * 10_000, "{" * 20_000])
def test_a_placeholder_without_an_end_is_refused_in_a_moment(text: str) -> None:
    """Two thousand spaces took half a minute, and eight times as long each time they were doubled."""
    began = time.perf_counter()
    with pytest.raises(FolderFault, match="没有写完"):
        read_document("zibo/documents/a.docx", a_docx(text))
    assert time.perf_counter() - began < 5


def test_page_numbers_and_dates_are_fields_that_a_template_may_have() -> None:
    for code in (("PAGE",), (" NUMPAGES ",), ("DA", "TE \\@ yyyy")):
        read_document("zibo/documents/a.docx", a_field_code(*code))
