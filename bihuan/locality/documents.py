"""Document templates (文书): .docx files with {{ placeholders }}: words of a closed list, or {{ form.field }}.

`{{ resolve.reply_to_company }}` is what was last written there; `by`, `on` and `all` in place of a field are who filled
that form in, on which day, and every time it was filled in. `{{ decided.grade }}` is what a decision table decided, in
the words of locality.toml; `{{ limit.resolve_due }}` when that limit of the diagram ends.

Hostile files are expected: a template may neither compute nor reach outside. Read here; filled in by
`document_filling`, which only the worker for documents imports.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from bihuan.locality.document_parts import fault_of
from bihuan.locality.faults import Notes

DOCUMENT_WORDS: Final[Mapping[str, str]] = {
    "case_no": "编号",
    "locality": "辖区名称",
    "unit": "承办单位",
    "recipient": "收件单位",
    "subject": "诉求标题（已隐去个人信息）",
    "body": "诉求内容（已隐去个人信息）",
    "category": "诉求类别",
    "received_on": "接收日期",
    "dispatched_on": "交办日期",
    "closed_on": "销号日期",
    "reply": "办理结果和答复意见",
    "printed_on": "打印日期",
}
BY, ON, ALL = "by", "on", "all"
OF_A_FORM: Final[Mapping[str, str]] = {BY: "填表人", ON: "填表日期", ALL: "历次填写的内容"}
"""What a placeholder may say of a form besides its fields."""
DECIDED, LIMIT = "decided", "limit"
"""Stand in place of a form: before what a decision table decided, and before a limit of the diagram, by its element."""
LARGEST_UNPACKED: Final = 24 * 1024 * 1024
MOST_PARTS: Final = 300
_PLACEHOLDER: Final = re.compile(r"\{\{([^{}]*)\}\}")
_MARKS: Final = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_BRACES: Final = (b"{", b"}", b"&")
"""What a mark is written with, letter by letter or as a reference: most parts of a file have none."""
_FORBIDDEN: Final = ("vbaproject", "activex", "embeddings/", "oleobject")
_ENDINGS: Final = (
    ".xml", ".rels", ".jpeg", ".jpg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".odttf", "/",
)  # fmt: skip
"""Of the parts of a template: text, pictures, typefaces. Text of another ending nobody would look at."""


@dataclass(frozen=True, slots=True)
class Document:
    """One template. `id` is the file's name without its ending."""

    id: str
    file: str
    placeholders: frozenset[str]
    content: bytes = field(repr=False)

    @property
    def answers(self) -> frozenset[tuple[str, str]]:
        """The placeholders of forms, decisions and limits: (form, field)."""
        pairs = (name.partition(".") for name in self.placeholders)
        return frozenset((form, field) for form, dot, field in pairs if dot)

    @property
    def forms(self) -> frozenset[str]:
        """The forms whose answers it prints; without any it belongs to requests."""
        return frozenset(form for form, _ in self.answers if form not in (DECIDED, LIMIT))


def read_document(file: str, content: bytes) -> Document:
    """The template in a file. Raises FolderFault when it is no harmless .docx, or computes."""
    notes = Notes(file, "L07")
    texts = _texts(content, notes)
    notes.refuse_if_any()
    found = frozenset(name.strip() for text in texts for name in _PLACEHOLDER.findall(text))
    if any(_MARKS.search(_PLACEHOLDER.sub("", text)) for text in texts):
        notes.add("", "模板中有语句或没有写完的 {{ }}", "只用 {{ case_no }} 这样的占位符")
    for name in sorted(found):
        if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?", name):
            notes.add(name[:60], "占位符不是名称", "占位符中只写名称，或 表单.字段，不写表达式")
    notes.refuse_if_any()
    return Document(file.rsplit("/", 1)[-1].removesuffix(".docx"), file, found, content)


def _texts(content: bytes, notes: Notes) -> list[str]:
    """The text of each paragraph of each XML part that may say a placeholder, runs joined."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                notes.add("", "文件展开后过大", "删去图片后重新保存")
                return []
            names = [part.filename for part in parts]
            strange = any(bad in name.lower() for name in names for bad in _FORBIDDEN)
            if "word/document.xml" not in names or strange or not all(n.lower().endswith(_ENDINGS) for n in names):
                notes.add("", "不是 Word 文档，或带有宏、控件、嵌入对象", "另存为不带宏的 .docx")
                return []
            xml = {name: package.read(name) for name in names if name.lower().endswith((".xml", ".rels"))}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        notes.add("", f"不是有效的 .docx（{error}）", "用 Word 或 WPS 重新保存", rule="L02")
        return []
    for fault, cure in filter(None, (fault_of(name, part) for name, part in xml.items())):
        notes.add("", fault, cure)
    if notes.findings:
        return []
    paragraphs = (
        paragraph
        for name, part in xml.items()
        if name.startswith("word/") and any(brace in part for brace in _BRACES)
        for paragraph in part.decode("utf-8", "replace").split("</w:p>")
    )
    return [text for text in (unescape(re.sub(r"<[^>]*>", "", one)) for one in paragraphs) if text]
