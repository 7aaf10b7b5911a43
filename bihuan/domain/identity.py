"""A complainant's identity (企业、群众), and what betrays it in free text."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
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
_PUT_BETWEEN = re.escape("·・.-_—–()[]〔〕【】《》〈〉「」『』“”‘’\"'")
"""Signs that a name is spaced with, put in quotes or, as 鑫达（淄博）有限公司, registered with: written or left out, it
is the same name.
"""
_UNSEEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""What a page shows nothing of, and what is copied from other programs is full of: Unicode's Default_Ignorable."""
_ALIKE = (
    (0xFF01, 0xFF5E),
    (0x3000, 0x3000),
    (0x2E80, 0x2FDF),
    (0xF900, 0xFAFF),
    (0x1D400, 0x1D7FF),
    (0x2F800, 0x2FA1F),
)
"""Wide letters of a Chinese keyboard; and twins of others: radicals, as what is copied from a PDF has them, ideographs
kept for old character sets, letters of formulas.
"""
_NARROW = {
    letter: ord(plain)
    for first, last in _ALIKE
    for letter in range(first, last + 1)
    if len(plain := unicodedata.normalize("NFKC", chr(letter))) == 1
}
"""Each as the letter that looks or sounds the same: a text has as many letters as before."""
_TWINS = "".join(f"{chr(first)}-{chr(last)}" for first, last in _ALIKE)
_BETWEEN = re.compile(rf"[\s{_PUT_BETWEEN}{_UNSEEN}]+")
_HIDDEN = re.compile(rf"[{_UNSEEN}]")
_ODD = re.compile(rf"[A-Z\s{_PUT_BETWEEN}{_UNSEEN}{_TWINS}]")
_APART_IN_A_NAME = rf"[\s{_PUT_BETWEEN}]*"

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
    if not _MAY_BETRAY.search(text):
        return []
    return [Mark(start, end, str(found.lastgroup)) for start, end, found in _seen_in(text, _BETRAYING)]


def marks_of(word: str, kind: str, text: str) -> list[Mark]:
    """Where a text says a word, in all the ways of writing it that look or sound the same: 张晓明 as 张 晓明, 138… as
    １３８-…
    """
    written = re.compile(_APART_IN_A_NAME.join(map(re.escape, folded(word))), re.IGNORECASE)
    return [Mark(start, end, kind) for start, end, _ in _seen_in(text, written)]


def _seen_in(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, re.Match[str]]]:
    """Where a pattern is found in a text as people see it; from where up to where in the text as it is."""
    seen, places = text.translate(_NARROW), [*range(len(text))]
    if _HIDDEN.search(text):
        places = [at for at in places if not _HIDDEN.match(text, at)]
        seen = "".join(seen[at] for at in places)
    for found in pattern.finditer(seen):
        yield places[found.start()], places[found.end() - 1] + 1, found


def struck_out(text: str) -> str:
    """The text with every mark blacked out (隐去): what a unit sees until the platform has struck out by hand."""
    return blacked_out(text, marks(text))


def blacked_out(text: str, found: Sequence[Mark]) -> str:
    """The text with these marks, in order, blacked out."""
    for mark in reversed(found):
        text = f"{text[: mark.start]}〔{mark.kind}已隐去〕{text[mark.end :]}"
    return text


def folded(text: str) -> str:
    """The text as it sounds: without the case and width of its letters and what people put between them."""
    return _BETWEEN.sub("", text.translate(_NARROW).lower()) if _ODD.search(text) else text


def _clean(value: str) -> str:
    return "".join(char for char in value if char.isprintable()).strip()
