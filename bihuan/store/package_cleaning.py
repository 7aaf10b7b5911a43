"""Documents and sheets (docx, xlsx) without what they say beside their text: who wrote, changed and commented on them,
for which company, on which machine, in which folder; without what is embedded and cannot be looked into; and without
what a program would fetch from elsewhere when it is opened: a template, a picture, a sheet. A link that people may
follow stays.

Every part is written anew: XML parsed and said again, images cleaned as images are, all other parts kept only where
they are known to say nothing. Who wrote a comment or a change is called 作者1, 作者2, … throughout, so that one can
still tell them apart. What the document itself says (text, comments, hidden rows) is not touched.
"""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO, RawIOBase
from typing import BinaryIO, Final
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from bihuan.store.image_cleaning import Unreadable
from bihuan.store.image_cleaning import cleaned as cleaned_image
from bihuan.store.packages import Broken, Part, inflated, parts_of

MOST_XML: Final = 12 * 1024 * 1024
"""Of all XML of one package that has to be parsed, inflated: more takes a thread for too long."""
MOST_INSIDE: Final = 320 * 1024 * 1024
"""Of all parts of one package, as often as it is inflated: a list may name the same part 5,000 times."""
MOST_MARKS: Final = 2_000_000
DEEPEST: Final = 256
"""Elements of one part that is said anew, and elements within each other."""
LARGEST_IMAGE: Final = 24 * 1024 * 1024
_LARGEST_OTHER: Final = 128 * 1024 * 1024
"""Any other part, inflated. Of a sheet of a million cells most XML names nobody, and is carried over as it is."""
_LONGEST_TOKEN: Final = 1024 * 1024
"""Between two marks of XML lies no more text than this, unless somebody means harm."""
_MOST_NAMES: Final = 500
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CORE: Final = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_SAID_ANEW: Final = {
    "docprops/core.xml": f'<cp:coreProperties xmlns:cp="{_CORE}"/>',
    "docprops/app.xml": f'<Properties xmlns="{_OFFICE}/extended-properties"/>',
    "docprops/custom.xml": f'<Properties xmlns="{_OFFICE}/custom-properties"/>',
}
"""Parts that say nothing but who, when and with what."""
_CUSTOM: Final = re.compile(r"(^|/)customxml/item\d+\.xml$")
_XML, _IMAGES = (".xml", ".rels", ".vml"), (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp")
_SILENT: Final = (".gif", ".bmp", ".emf", ".wmf", ".odttf", ".fntdata", ".ttf")
"""Drawings and fonts, carried over as they are."""
_KINDS: Final = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"RIFF", "image/webp"))
_AUTHORS: Final = frozenset({"author", "userName", "lastAuthor", "lastModifiedBy"})
"""Attributes by which people are named, whatever prefix they bear."""
_NAMED_IN: Final = frozenset(
    {("scenario", "user"), ("userInfo", "name"), ("presenceInfo", "userId"), ("person", "displayName"),
     ("person", "userId")}
)  # fmt: skip
"""Elements and attributes of theirs that name somebody, though the attribute means something else elsewhere."""
_SAID_IN: Final = frozenset({"creator", "lastModifiedBy", "company", "manager"})
_LEFT_OUT: Final = frozenset({"mailMerge", "docVars"})
_BLANKED: Final = frozenset({"initials", "providerId", "connection", "sourceFile", "odcFile"})
_TELLING: Final = (
    b"author", b"user", b"initials", b"displayname", b"modifiedby", b"providerid", b"connection", b"sourcefile",
    b"odcfile", b"mailmerge", b"docvar", b"creator", b"company", b"manager", b"file:", b":\\", b"\\\\", b"home/",
    b"<!", b"\0",
)  # fmt: skip
"""What XML has in it, in small letters, when anything of it is to be said otherwise; a path or DTD, too."""
_DRIVE: Final = re.compile(rb"[\"'][a-z]:/")
_OTHER_LETTERS: Final = re.compile(rb"encoding\s*=\s*[\"'](?!utf-8[\"'])")
_LONGEST_TELLING: Final = 32
_PATH: Final = re.compile(r"(?:file:|[A-Za-z]:[\\/]|\\\\|/(?:Users|home)/)", re.IGNORECASE)
_NOWHERE: Final = "file:///"
_LINK: Final = "/hyperlink"
_ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[\\/]{2}")


def cleaned(content: BinaryIO) -> Iterator[bytes]:
    """The package written anew, in pieces. Raises Unreadable where it cannot be followed or is far too large inside."""
    parts, sink = parts_of(content, content.seek(0, 2)), _Sink()
    if not parts or len({part.name.lower() for part in parts}) < len(parts):
        raise Unreadable
    cleaner = _Cleaner(content)
    try:
        with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=3) as package:
            for part in parts:
                name = part.name.decode("utf-8")
                with package.open(_entry(name), "w") as written:
                    for block in cleaner.said(part, name.lower()):
                        written.write(block)
                        yield sink.take()
        yield sink.take()
    except (Broken, UnicodeDecodeError) as exc:
        raise Unreadable from exc


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)  # of 1980: when it was written says something, too
    entry.compress_type = ZIP_STORED if name.lower().endswith(_IMAGES) else ZIP_DEFLATED
    return entry


class _Cleaner:
    """Says the parts of one package anew."""

    def __init__(self, content: BinaryIO) -> None:
        self._content, self._names, self._left = content, _Names(), MOST_XML
        self._inside = MOST_INSIDE

    def said(self, part: Part, name: str) -> Iterator[bytes]:
        """What is said in place of a part; nothing of those that nobody can look into."""
        if name in _SAID_ANEW:
            yield (_HEAD + _SAID_ANEW[name]).encode()
        elif _CUSTOM.search(name):
            yield f"{_HEAD}<nothing/>".encode()
        elif name.endswith(_XML):
            yield from self._said_xml(part, points=name.endswith(".rels"))
        elif name.startswith("docprops/"):
            return  # a picture of the first page as it once was
        elif name.endswith(_IMAGES):
            yield from _image(b"".join(self._inflated(part, LARGEST_IMAGE)))
        elif name.endswith(_SILENT):
            yield from self._inflated(part, _LARGEST_OTHER)

    def _said_xml(self, part: Part, *, points: bool) -> Iterator[bytes]:
        """`points`: it says where the other parts are, and what lies elsewhere."""
        if not points and _tells_nothing(self._inflated(part, _LARGEST_OTHER)):
            yield from self._inflated(part, _LARGEST_OTHER)
        else:
            yield from _xml(self._counted(part), self._names)

    def _counted(self, part: Part) -> Iterator[bytes]:
        for block in self._inflated(part, self._left):
            self._left -= len(block)
            yield block

    def _inflated(self, part: Part, most: int) -> Iterator[bytes]:
        for block in inflated(self._content, part, most=min(most, self._inside)):
            self._inside -= len(block)
            yield block


def _tells_nothing(blocks: Iterator[bytes]) -> bool:
    """Whether XML can be carried over as it is: of our letters, and without anything that would be changed."""
    end = b""
    for block in blocks:
        text = end + block.lower()
        if not end and (not text.removeprefix(b"\xef\xbb\xbf").startswith(b"<") or _OTHER_LETTERS.search(text[:200])):
            return False
        if any(word in text for word in _TELLING) or _DRIVE.search(text):
            return False
        end = text[-_LONGEST_TELLING:]
    return bool(end)


def _image(picture: bytes) -> Iterator[bytes]:
    """A picture is what its content is, whatever the part is called; one that is none of ours is left out."""
    kind = next((kind for begins, kind in _KINDS if picture.startswith(begins)), None)
    if kind is None:
        return
    try:
        whole = b"".join(cleaned_image(BytesIO(picture), kind))
    except Unreadable:
        return
    yield whole


def _xml(blocks: Iterator[bytes], names: "_Names") -> Iterator[bytes]:
    """XML parsed and said again. Entities of its own, a DTD, and marks without end are refused."""
    said = _Saying(names)
    parser = expat.ParserCreate()
    parser.ordered_attributes = parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = said.start, said.end
    parser.CharacterDataHandler, parser.ProcessingInstructionHandler = said.text, said.instruction
    for block in blocks:
        said.silence += len(block)
        _feed(parser, block)
        if said.silence > _LONGEST_TOKEN:
            raise Unreadable
        yield said.take()
    _feed(parser, b"", last=True)
    yield said.take()


def _feed(parser: expat.XMLParserType, block: bytes, *, last: bool = False) -> None:
    try:
        parser.Parse(block, last)
    except (expat.ExpatError, ValueError, LookupError) as exc:  # the last two: letters of a kind it does not know
        raise Unreadable from exc


def _refuse(*_: object) -> None:
    raise Unreadable


class _Names:
    """People by number: the same name is the same number throughout a package."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, name: str) -> str:
        """What somebody is called."""
        if not name.strip():
            return name
        if name not in self._numbers and len(self._numbers) >= _MOST_NAMES:
            return "作者"
        return f"作者{self._numbers.setdefault(name, len(self._numbers) + 1)}"

    def of_comment(self, text: str) -> str:
        """A sheet's comment, which begins with its author's name and a colon."""
        name = re.split("[:：]", text, maxsplit=1)[0]
        return self.of(name) + text[len(name) :] if name in self._numbers and name != text else text


class _Saying:
    """Writes XML again as it is read."""

    def __init__(self, names: _Names) -> None:
        self._names = names
        self._written: list[str] = [_HEAD]
        self._open = False
        self._within: list[str] = []
        self._left_out = self._marks = 0
        self.silence = 0
        """Bytes read since a mark was seen."""

    def start(self, element: str, given: list[str]) -> None:
        self.silence = 0
        local = element.rpartition(":")[2]
        self._within.append(local)
        self._marks += 1
        if self._marks > MOST_MARKS or len(self._within) > DEEPEST:
            raise Unreadable
        if self._left_out or local in _LEFT_OUT:
            self._left_out += 1
            return
        self._close()
        self._written.append(f"<{element}")
        fetched = local == "Relationship" and _is_fetched(dict(zip(given[::2], given[1::2], strict=True)))
        for place in range(0, len(given), 2):
            name = given[place].rpartition(":")[2]
            value = _NOWHERE if fetched and name == "Target" else self._value(local, name, given[place + 1])
            self._written.append(f' {given[place]}="{_attribute(value)}"')
        self._open = True

    def end(self, element: str) -> None:
        self.silence = 0
        self._within.pop()
        if self._left_out:
            self._left_out -= 1
        elif self._open:
            self._written.append("/>")
            self._open = False
        else:
            self._written.append(f"</{element}>")

    def text(self, text: str) -> None:
        self.silence = 0
        if self._left_out:
            return
        self._close()
        self._written.append(_text(self._said(text)))

    def instruction(self, target: str, data: str) -> None:
        self.silence = 0
        if not self._left_out and self._within:
            self._close()
            self._written.append(f"<?{target} {data}?>")

    def take(self) -> bytes:
        """What was written since this was asked last."""
        found = "".join(self._written).encode()
        self._written.clear()
        return found

    def _close(self) -> None:
        if self._open:
            self._written.append(">")
            self._open = False

    def _value(self, element: str, name: str, value: str) -> str:
        if name in _AUTHORS or (element, name) in _NAMED_IN:
            return self._names.of(value)
        if name in _BLANKED:
            return ""
        if _PATH.match(value) and name != "formatCode":
            return _NOWHERE if name == "Target" else ""
        return value

    def _said(self, text: str) -> str:
        within = self._within[-1] if self._within else ""
        if within == "author" and "authors" in self._within:
            return self._names.of(text)
        if within in _SAID_IN:
            return ""
        return self._names.of_comment(text) if within == "t" and "commentList" in self._within else text


def _is_fetched(relationship: Mapping[str, str]) -> bool:
    """Whether it points to what a program gets from elsewhere without being asked."""
    if relationship.get("Type", "").endswith(_LINK):
        return False
    outside = relationship.get("TargetMode", "").strip().lower() == "external"
    return outside or _ELSEWHERE.match(relationship.get("Target", "").strip()) is not None


class _Sink(RawIOBase):
    """Where the package is written to, and taken from in pieces."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        self._waiting.append(bytes(data))
        return len(self._waiting[-1])

    def take(self) -> bytes:
        found = b"".join(self._waiting)
        self._waiting.clear()
        return found


_IN_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)


def _text(text: str) -> str:
    return text.translate(_IN_TEXT)


def _attribute(value: str) -> str:
    return value.translate(_IN_ATTRIBUTE)
