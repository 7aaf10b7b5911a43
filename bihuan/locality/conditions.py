"""When a form hides a field (form-js `conditional`): the part of FEEL that the form editor writes, read once.

`=eligible != "no"`, `=kind in ["a", "b"]`, `=list contains(wishes, "call")`, `=urgent`, with `and`, `or`, `not(…)`.
A condition is a tree of lists, so that a page can hand the very same one to the browser.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

Condition = tuple[object, ...]
"""("=", key, text), ("in", key, (text, …)), ("contains", key, text), ("ticked", key), ("and" | "or", …), ("not", …)."""
Sent = Mapping[str, str | list[str]]

LONGEST_CONDITION: Final = 500
MOST_BRACKETS: Final = 20
_WORD: Final = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(!=|[=()\[\],]))', re.ASCII)
_LITERALS: Final = {"true": "true", "false": "false", "null": ""}


class BadCondition(ValueError):
    """The expression is outside what a form may say; its text says why, in Chinese."""


def parse_condition(text: str) -> Condition:
    """The condition in `conditional.hide`. Raises BadCondition."""
    if not text.startswith("=") or len(text) > LONGEST_CONDITION:
        raise BadCondition(f"应以 = 开头，不超过 {LONGEST_CONDITION} 字")
    return _Reader(text[1:]).whole()


def holds(condition: Condition, sent: Sent) -> bool:
    """Whether it holds for what was sent: texts by key, lists for several; ticks are "true" or "false"."""
    match condition:
        case ("=", str(key), str(text)):
            return _one(sent, key) == text
        case ("in", str(key), tuple(texts)):
            return _one(sent, key) in texts
        case ("contains", str(key), str(text)):
            return text in sent.get(key, ())
        case ("ticked", str(key)):
            return _one(sent, key) == "true"
        case ("and", *parts):
            return all(holds(part, sent) for part in parts if isinstance(part, tuple))
        case ("or", *parts):
            return any(holds(part, sent) for part in parts if isinstance(part, tuple))
        case ("not", tuple(part)):
            return not holds(part, sent)
    raise ValueError(f"Expected a condition, but it is {condition!r}")


def asked_about(condition: Condition) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every look at a field: how, its key, and the values it is compared with."""
    match condition:
        case ("=" | "contains" as how, str(key), str(text)):
            yield str(how), key, (text,)
        case ("in", str(key), tuple(texts)):
            yield "in", key, tuple(map(str, texts))
        case ("ticked", str(key)):
            yield "ticked", key, ()
        case (_, *parts):
            for part in parts:
                if isinstance(part, tuple):
                    yield from asked_about(part)


def _one(sent: Sent, key: str) -> str:
    value = sent.get(key, "")
    return value if isinstance(value, str) else ""


class _Reader:
    """One expression, read from left to right."""

    def __init__(self, text: str) -> None:
        self._words: list[str] = []
        place = 0
        while text[place:].strip():
            found = _WORD.match(text, place)
            if found is None:
                raise BadCondition(f"{text[place:].strip()[:20]!r} 不在可用的写法之内")
            self._words.append(found[0].strip())
            place = found.end()
        if self._words.count("(") > MOST_BRACKETS:
            raise BadCondition(f"括号多于 {MOST_BRACKETS} 对")
        self._words.reverse()

    def whole(self) -> Condition:
        found = self._joined("or")
        if self._words:
            raise BadCondition(f"{self._words[-1]!r} 不在可用的写法之内")
        return found

    def _joined(self, by: str) -> Condition:
        parts = [self._joined("and") if by == "or" else self._single()]
        while self._next() == by:
            self._words.pop()
            parts.append(self._joined("and") if by == "or" else self._single())
        return parts[0] if len(parts) == 1 else (by, *parts)

    def _single(self) -> Condition:
        word = self._take()
        if word == "(":
            return self._closed(self._joined("or"))
        if word == "not":
            self._expect("(")
            return ("not", self._closed(self._joined("or")))
        if word == "list":
            return self._contains()
        key = _name(word)
        match self._next():
            case "=" | "!=":
                same = self._take() == "="
                compared: Condition = ("=", key, self._value())
                return compared if same else ("not", compared)
            case "in":
                self._take()
                return ("in", key, self._values())
        return ("ticked", key)

    def _contains(self) -> Condition:
        self._expect("contains")
        self._expect("(")
        key = _name(self._take())
        self._expect(",")
        return self._closed(("contains", key, self._value()))

    def _values(self) -> tuple[str, ...]:
        closing = {"[": "]", "(": ")"}.get(self._take())
        if closing is None:
            raise BadCondition('in 之后应是列表，如 ["甲", "乙"]')
        found = [self._value()]
        while self._next() == ",":
            self._take()
            found.append(self._value())
        self._expect(closing)
        return tuple(found)

    def _value(self) -> str:
        word = self._take()
        if word.startswith('"'):
            return re.sub(r"\\(.)", r"\1", word[1:-1])
        if word in _LITERALS:
            return _LITERALS[word]
        if re.fullmatch(r"-?\d+", word, re.ASCII):
            return word
        raise BadCondition(f'{word!r} 不是值，应写作 "…"、整数、true、false 或 null')

    def _closed(self, found: Condition) -> Condition:
        self._expect(")")
        return found

    def _next(self) -> str:
        return self._words[-1] if self._words else ""

    def _take(self) -> str:
        if not self._words:
            raise BadCondition("没有写完")
        return self._words.pop()

    def _expect(self, wanted: str) -> None:
        if (word := self._take()) != wanted:
            raise BadCondition(f"{word!r} 处应是 {wanted}")


def _name(word: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", word, re.ASCII) or word in ("and", "or", "in", "contains", *_LITERALS):
        raise BadCondition(f"{word!r} 处应是字段的 key")
    return word
