"""One field's answer checked: typed, bounded, cleaned; a Chinese sentence for the person when it cannot be taken."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bihuan.domain.control import Scalar
from bihuan.locality.fields import Field, Option, Value, plain_value

_TICKED = frozenset({"true", "on", "1", "yes"})
_UNTICKED = frozenset({"false", "off", "0", "no", ""})
_LARGEST_NUMBER = Decimal(10) ** 12
_BLANK = re.compile(r"【填写[^】]*】")
"""Left by a reply template (replies.py) for the officer to fill in."""
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+")
_PHONE = re.compile(r"(\+?86[- ]?)?(1\d{10}|(0\d{2,3}[- ]?)?\d{7,8}(-\d{1,6})?)", re.ASCII)


class Wrong(Exception):
    """A value cannot be taken; its text is the Chinese sentence for the person."""


def answer(field: Field, raw: str | Sequence[str], choices: Sequence[Option]) -> Scalar | list[str]:
    """The typed value of one field; None when it was left blank. Raises Wrong."""
    given = [raw] if isinstance(raw, str) else list(raw)
    if any(not isinstance(one, str) for one in given):
        raise Wrong(f"“{field.label}”的内容无法识别，请重新填写。")
    if field.type == "checklist":
        return _several(field, given, choices)
    if field.type == "checkbox":
        return _ticked(field, given)
    if len(given) > 1:
        raise Wrong(f"“{field.label}”只能填写一项。")
    text = _clean(given[0] if given else "", field)
    if not text:
        if field.required:
            verb = "选择" if field.type in ("select", "radio", "datetime") else "填写"
            raise Wrong(f"请{verb}“{field.label}”。")
        return None
    match field.type:
        case "number":
            return _number(field, text)
        case "datetime":
            return _date(field, text)
        case "select" | "radio":
            return _choice(field, text, choices)
        case _:
            return _text(field, text)


def as_sent(field: Field, raw: str | Sequence[str]) -> str | list[str]:
    """What a condition of the form sees of a choice or tick: its text, several as a list, a tick as true or false."""
    given = [one for one in ([raw] if isinstance(raw, str) else raw) if isinstance(one, str)]
    if field.type == "checklist":
        return given
    last = unicodedata.normalize("NFC", given[-1]).strip() if given else ""
    return str(last.lower() in _TICKED).lower() if field.type == "checkbox" else last


def _clean(raw: str, field: Field) -> str:
    """NFC, without control characters, invisible direction marks or lone surrogates; lines kept in text areas only."""
    if len(raw) > 4 * max(field.longest, 200):
        raise Wrong(f"“{field.label}”内容过长，请精简后重新填写。")
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    # What can be printed hides nothing: only the odd text is gone through letter by letter.
    printable = text.replace("\n", "").isprintable()
    kept = text if printable else "".join(c for c in text if c in "\n\t" or not _hidden(c))
    return kept.strip() if field.type == "textarea" else re.sub(r"\s+", " ", kept).strip()


def _hidden(character: str) -> bool:
    # Emoji are joined by U+200D and Chinese variants chosen by selectors: of the format characters only those go
    # that reorder or hide text.
    return (
        unicodedata.category(character) in ("Cc", "Cs")
        or character in "\u200b\u200e\u200f\u2060\ufeff\u061c"
        or ("\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069")
    )


def _text(field: Field, text: str) -> str:
    if len(text) > field.longest:
        raise Wrong(f"“{field.label}”最多{field.longest}字，现有{len(text)}字，请精简。")
    if blank := _BLANK.search(text):
        raise Wrong(f"“{field.label}”中的{blank[0]}还没有填写，请补充或删去。")
    if len(text) < field.shortest:
        raise Wrong(f"“{field.label}”至少{field.shortest}字，现有{len(text)}字，请补充。")
    if field.kind == "email" and not _EMAIL.fullmatch(text):
        raise Wrong(f"“{field.label}”应为电子邮箱地址，请核对。")
    if field.kind == "phone" and not _PHONE.fullmatch(text):
        raise Wrong(f"“{field.label}”应为手机号码或带区号的固定电话，请核对。")
    return text


def _number(field: Field, text: str) -> int | float:
    plain = unicodedata.normalize("NFKC", text).replace(",", "")  # full-width digits come from Chinese keyboards
    number = Decimal(plain) if re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,9})?", plain, re.ASCII) else None
    if number is None or abs(number) > _LARGEST_NUMBER:
        raise Wrong(f"“{field.label}”应为数字，请用阿拉伯数字填写。")
    whole = number == number.to_integral_value()
    if field.decimals is not None and number != round(number, field.decimals):
        wanted = f"最多{field.decimals}位小数" if field.decimals else "整数"
        raise Wrong(f"“{field.label}”应为{wanted}。")
    if field.least is not None and number < Decimal(str(field.least)):
        raise Wrong(f"“{field.label}”不能小于{field.least:g}。")
    if field.most is not None and number > Decimal(str(field.most)):
        raise Wrong(f"“{field.label}”不能大于{field.most:g}。")
    return int(number) if whole else float(number)


def _date(field: Field, text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    found = re.fullmatch(r"(\d{4})(?:-|/|年)(\d{1,2})(?:-|/|月)(\d{1,2})日?", plain, re.ASCII)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2100:
        raise Wrong(f"“{field.label}”应为日期，如 2026-11-30。")
    return day.isoformat()


def _choice(field: Field, text: str, choices: Sequence[Option]) -> Value:
    for option in choices:
        if text == plain_value(option.value):
            return option.value
    raise Wrong(f"请从列出的选项中选择“{field.label}”。")


def _several(field: Field, given: Sequence[str], choices: Sequence[Option]) -> list[str]:
    chosen = {text for text in given if text}
    known = [plain_value(option.value) for option in choices]
    if not chosen <= set(known):
        raise Wrong(f"请从列出的选项中选择“{field.label}”。")
    if field.required and not chosen:
        raise Wrong(f"请至少选择一项“{field.label}”。")
    return [value for value in known if value in chosen]


def _ticked(field: Field, given: Sequence[str]) -> bool:
    # A page may send a hidden "false" before the box itself: the last one counts.
    last = given[-1].strip().lower() if given else ""
    if last not in _TICKED | _UNTICKED:
        raise Wrong(f"“{field.label}”的内容无法识别，请重新勾选。")
    if field.required and last in _UNTICKED:
        raise Wrong(f"请确认并勾选“{field.label}”。")
    return last in _TICKED
