"""What an XML part of a template (.docx) may not hold: entities, ways out of the file, fields that fetch or run.

Read by a parser, since what Word reads may be written in many ways: other quotes, other encodings, letters as numbers.
"""

import re
from typing import Final
from xml.parsers import expat

_FIELDS: Final = re.compile(
    r"\s*(PAGE|NUMPAGES|SECTION|SECTIONPAGES|DATE|TIME|SAVEDATE|PRINTDATE|CREATEDATE)(\s|$)", re.IGNORECASE
)
"""The field codes (域代码) that a template may have. Others include files, fetch addresses, run programs."""
_ENCODINGS: Final = (None, "UTF-8")
_OF_FIELDS: Final = (b"fldSimple", b"fldChar", b"instrText", b"altChunk")
"""The names of elements are written in one way alone: without these in it a part, long as it may be, has no field, nor
takes in a page (HTML) that fetches what it likes.
"""


class _Refused(Exception):
    """The part has something that no template may have: fault and cure."""


def fault_of(name: str, content: bytes) -> tuple[str, str] | None:
    """What is wrong with a part of this name, and the cure; None when nothing is."""
    try:
        _Reading(name).read(content)
    except expat.ExpatError as error:
        return f"{name} 不是有效的 XML（{error}）", "用 Word 或 WPS 重新保存"
    except _Refused as refused:
        fault, cure = refused.args
        return f"{name} {fault}", cure
    return None


class _Reading:
    """One part, read from its beginning to its end."""

    def __init__(self, name: str) -> None:
        self._relations = name.lower().endswith(".rels")
        self._fields: list[list[str]] = []
        self._in_code = False

    def read(self, content: bytes) -> None:
        """Raises _Refused, ExpatError."""
        if b"\0" in content:  # UTF-16 and the like, as which others would read it
            raise _Refused("不是 UTF-8 编码", "用 Word 或 WPS 重新保存")
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._has_entities
        if self._relations or any(name in content for name in _OF_FIELDS):
            parser.StartElementHandler = self._begun
            parser.EndElementHandler = self._ended
            parser.CharacterDataHandler = self._said
        parser.Parse(content, True)
        for code in self._fields:
            _require_harmless("".join(code))

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding and encoding.upper()) not in _ENCODINGS:
            raise _Refused("不是 UTF-8 编码", "用 Word 或 WPS 重新保存")

    def _has_entities(self, *_: object) -> None:
        raise _Refused("带有实体声明", "用 Word 或 WPS 重新保存")

    def _begun(self, name: str, attributes: dict[str, str]) -> None:
        local, given = _local(name), {_local(key): value for key, value in attributes.items()}
        if self._relations and given.get("TargetMode", "").strip().lower() == "external":
            raise _Refused("引用了文件以外的内容", "删去外部链接、图片和模板")
        if local == "altChunk":
            raise _Refused("嵌入了其他格式的内容", "把内容粘贴为文字")
        if local == "fldSimple":
            _require_harmless(given.get("instr", ""))
        elif local == "fldChar":
            self._field(given.get("fldCharType", ""))
        self._in_code = local == "instrText"

    def _ended(self, _name: str) -> None:
        self._in_code = False

    def _said(self, text: str) -> None:
        if self._in_code:
            if not self._fields:
                self._fields.append([])
            self._fields[-1].append(text)

    def _field(self, kind: str) -> None:
        """A field may begin within another; its code ends where its result begins, or with itself."""
        if kind == "begin":
            self._fields.append([])
        elif self._fields:
            _require_harmless("".join(self._fields.pop() if kind == "end" else self._fields[-1]))


def _require_harmless(code: str) -> None:
    if code.strip() and not _FIELDS.match(code):
        raise _Refused(f"带有域代码“{code.strip()[:20]}”", "删去域；页码、日期可以保留")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
