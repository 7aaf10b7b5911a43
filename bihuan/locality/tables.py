"""Reads a TOML file by what it should hold: each value asked for by name and type, anything else noted as a fault."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.locality.faults import Notes

_LARGEST = 10**9
_PLACE = re.compile(r"at line (\d+), column (\d+)", re.ASCII)
"""How Python's parser says where it stopped."""


class Table:
    """One TOML table being read. What is asked for and missing or wrong is noted; what nobody asked for, too."""

    def __init__(self, found: dict[str, Any], where: str, notes: Notes) -> None:
        self._found, self._where, self._notes = dict(found), where, notes

    @property
    def unread(self) -> Mapping[str, Any]:
        """What nobody has asked for yet, as it stands in the file."""
        return self._found

    def text(self, name: str, *, pattern: str = r"(?s).{1,200}", default: str | None = None, cure: str = "") -> str:
        """A text that fits the pattern as a whole."""
        value = self._take(name, default)
        if isinstance(value, str) and re.fullmatch(pattern, value) and value.isprintable():
            return value
        if value is not None:
            self._wrong(name, value, cure or "填写不超过 200 字的文字")
        return default or ""

    def choice(self, name: str, known: tuple[str, ...]) -> str:
        """One of a few words."""
        return self.text(name, pattern="|".join(map(re.escape, known)), cure=f"可填：{'、'.join(known)}")

    def whole(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        """A whole number within bounds."""
        value = self._take(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        if value is not None:
            self._wrong(name, value, f"填写 {least} 至 {most} 之间的整数")
        return default or least

    def flag(self, name: str) -> bool:
        """true or false; false when it is not given."""
        value = self._take(name, False)
        if not isinstance(value, bool):
            self._wrong(name, value, "填写 true 或 false")
            return False
        return value

    def number(self, name: str) -> float | None:
        """A number that is not negative; None when it is not given."""
        value = self._found.pop(name, None)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LARGEST:
            return value
        if value is not None:
            self._wrong(name, value, "填写不小于 0 的数")
        return None

    def values(self, name: str) -> tuple[str | int | bool, ...]:
        """A list of texts, whole numbers and true or false; a single one stands for a list of one."""
        value = self._take(name, None)
        value = value if isinstance(value, list) else [value]
        if value and all(isinstance(one, str | int | bool) for one in value):
            return tuple(value)
        if value != [None]:
            self._wrong(name, value, '填写列表，如 ["resolved"]、[4, 5]、[true]')
        return ()

    def texts(self, name: str, *, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts; a single one stands for a list of one."""
        value = self._take(name, default)
        value = (value,) if isinstance(value, str) else value
        if isinstance(value, list | tuple) and all(isinstance(one, str) and 0 < len(one) <= 200 for one in value):
            return tuple(value)
        if value is not None:
            self._wrong(name, value, '填写文字列表，如 ["甲", "乙"]')
        return default or ()

    def each_text(self) -> Mapping[str, str]:
        """What is left, each a text, by its name."""
        return {name: self.text(name) for name in self.names()}

    def each_texts(self) -> Mapping[str, tuple[str, ...]]:
        """What is left, each a list of texts, by its name."""
        return {name: self.texts(name) for name in self.names()}

    def table(self, name: str) -> "Table":
        """A table inside, empty when it is not given."""
        value = self._found.pop(name, {})
        if not isinstance(value, dict):
            self._wrong(name, value, f"写成 [{name}] 一节")
            value = {}
        return Table(value, f"{self._where}{name}.", self._notes)

    def tables(self, name: str) -> Iterator["Table"]:
        """The tables of an array of tables, in order."""
        value = self._found.pop(name, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self._wrong(name, value, f"写成若干 [[{name}]] 节")
            value = []
        for place, one in enumerate(value, 1):
            table = Table(one, f"{name} 第{place}项 ", self._notes)
            yield table
            table.close()

    def names(self) -> tuple[str, ...]:
        """What is given and was not asked for yet, in order."""
        return tuple(self._found)

    def discard(self, name: str) -> None:
        """Leave a word unread that is part of a fault noted already."""
        self._found.pop(name, None)

    def close(self) -> None:
        """Note what is left: a word misspelt must not pass for a setting."""
        for name in self._found:
            self._notes.add(f"{self._where}{name}", "不认识的设置项", "核对拼写，或删去")

    def _take(self, name: str, default: object) -> Any:
        if name in self._found:
            return self._found.pop(name)
        if default is None:
            self._notes.add(f"{self._where}{name}", "缺少这一设置", "补上")
        return default

    def _wrong(self, name: str, value: object, cure: str) -> None:
        self._notes.add(f"{self._where}{name}", f"{str(value)[:60]!r} 不能用", cure)


def not_toml(error: Exception) -> str:
    """Why a file is no TOML, of what reading it raised: where in it, as far as the parser says."""
    if isinstance(error, UnicodeDecodeError):
        return "不是 UTF-8 编码的文本"
    if found := _PLACE.search(str(error)):
        return f"不是有效的 TOML：第 {found[1]} 行第 {found[2]} 列有误"
    return "不是有效的 TOML：写法有误或没有写完"


def read_toml(content: bytes, notes: Notes) -> Table:
    """The file's outermost table; empty, with a fault noted, when it is no TOML."""
    try:
        return Table(tomllib.loads(content.decode("utf-8-sig")), "", notes)
    except (ValueError, RecursionError) as error:
        notes.add("", not_toml(error), "按提示的行列修改，用 UTF-8 编码保存", rule="L02")
        return Table({}, "", notes)
