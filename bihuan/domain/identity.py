"""A complainant's identity (企业、群众), and what betrays it in free text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Self

from bihuan.domain.errors import InvalidAnswers

_LONGEST = 100
_PHONE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}(?:[-转]\d{1,5})?|[48]00(?:[- ]?\d{3,4}){2}")
_ADDRESS = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
"""No more before the @ than RFC 5321 (4.5.3.1.1) allows: unbounded, a search takes the square of a text's length."""
_EMAIL = re.compile(_ADDRESS)
_APART = r"[-\s.·—–]{1,3}"
_MOBILE = "|".join(
    _APART.join(rf"\d{{{digits}}}" for digits in groups)
    for groups in ((9,), (1, 4, 4), (2, 4, 3), (2, 3, 4), (1, 3, 5), (3, 3, 3), (1, 8), (3, 6), (5, 4), (4, 5))
)
"""What follows the first two digits of a mobile number, in the groups that people write."""
_MAY_BETRAY = re.compile(r"[\d@＠]")
"""Without one of these nothing is looked for: most titles have none."""
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_BETWEEN = re.compile(r"[\s·・.\-_—–()]+")
_ODD = re.compile(r"[A-Z\s·・.\-_—–()\uff01-\uff5e]")
_BETWEEN_LETTERS, _BETWEEN_SIGNS = r"[\s·・]{0,3}", r"[\s·・.\-_—–()（）]{0,3}"

_BETRAYING = re.compile(
    r"(?P<身份证号>(?<![\dA-Za-z])[1-9]\d{5} ?(?:19|20)\d{2}[01]\d[0-3]\d ?\d{3}[\dXx](?![\dA-Za-z]))"
    rf"|(?P<手机号>(?<!\d)(?:\+?86[- ]?)?1[3-9](?:{_MOBILE})(?!\d))"
    r"|(?P<统一社会信用代码>(?<![\dA-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![\dA-Z]))"
    r"|(?P<固定电话>(?<!\d)(?:0\d{2,3}[- ]?)\d{7,8}(?!\d))"
    rf"|(?P<电子邮箱>{_ADDRESS})"
    r"|(?P<账号>(?<!\d)\d{16,19}(?!\d))"
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who handed in a request: lies encrypted, apart, and goes to nobody unasked."""

    name: str
    phone: str
    organisation: str = ""
    email: str = ""

    @classmethod
    def of(cls, raw: Mapping[str, str], *, required: bool) -> Self:
        """The identity as filled in. Raises InvalidAnswers with a Chinese sentence a field."""
        found = cls(**{field: _clean(raw.get(field, "")) for field in ("name", "phone", "organisation", "email")})
        errors = {field: "内容过长。" for field, value in asdict(found).items() if len(value) > _LONGEST}
        if required and not found.name:
            errors["name"] = "请填写联系人姓名。"
        if required and not found.phone:
            errors["phone"] = "请填写联系电话。"
        if found.phone and not _PHONE.fullmatch(found.phone):
            errors["phone"] = "联系电话格式不正确，请填写手机号或带区号的固定电话。"
        if found.email and not _EMAIL.fullmatch(found.email):
            errors["email"] = "电子邮箱格式不正确。"
        if errors:
            raise InvalidAnswers(errors)
        return found

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    def masked(self) -> dict[str, str]:
        """What may be shown before a reveal: the shape, not the person."""
        return {
            "name": self.name[:1] + "＊" * max(len(self.name) - 1, 0),
            "phone": self.phone[:3] + "＊" * max(len(self.phone) - 5, 0) + self.phone[-2:] if self.phone else "",
            "organisation": "＊" * min(len(self.organisation), 8),
            "email": "＊＊＊" if self.email else "",
        }


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text that may betray who wrote it: from `start` up to `end`, and what it looks like."""

    start: int
    end: int
    kind: str


def marks(text: str) -> list[Mark]:
    """Telephone and identity numbers, credit codes, account numbers and e-mail addresses in free text, in order; also
    in the wide letters of a Chinese keyboard.
    """
    return list(_marks(text.translate(_NARROW))) if _MAY_BETRAY.search(text) else []


def _marks(text: str) -> Iterator[Mark]:
    for found in _BETRAYING.finditer(text):
        yield Mark(found.start(), found.end(), str(found.lastgroup))


def struck_out(text: str) -> str:
    """The text with every mark blacked out (隐去): what a unit sees until the platform has struck out by hand."""
    for mark in reversed(marks(text)):
        text = f"{text[: mark.start]}〔{mark.kind}已隐去〕{text[mark.end :]}"
    return text


def folded(text: str) -> str:
    """The text as it sounds: without the case and width of its letters and what people put between them."""
    return _BETWEEN.sub("", text.translate(_NARROW).lower()) if _ODD.search(text) else text


def written_as(word: str) -> re.Pattern[str]:
    """All the ways in which a word is written that sound the same: 张晓明 as 张 晓明, 138… as １３８-…"""
    between = _BETWEEN_SIGNS if word.isascii() else _BETWEEN_LETTERS
    return re.compile(between.join(map(_either_width, folded(word))), re.IGNORECASE)


def _either_width(letter: str) -> str:
    wide = chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else ""
    return f"[{re.escape(letter)}{wide}]"


def _clean(value: str) -> str:
    return "".join(char for char in value if char.isprintable()).strip()
