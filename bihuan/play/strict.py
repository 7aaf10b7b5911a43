"""Reads a TOML table word by word: what is missing, of another type, or left over is a fault that names its place."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import BadInput

Found = TypeVar("Found")


class Strict:
    """One table of a file. Each word is taken once; `close` refuses those that nobody took."""

    def __init__(self, file: str, place: str, table: Mapping[str, Any]) -> None:
        self._file, self._place, self._table = file, place, table
        self._taken: set[str] = set()

    def fault(self, fault: str, cure: str) -> NoReturn:
        """Refuse the file for something in this table."""
        raise BadInput(self._file, self._place, fault, cure)

    def has(self, name: str) -> bool:
        """Whether the word is there."""
        return name in self._table

    def close(self) -> None:
        """Refuse words that nobody took."""
        if left := sorted(set(self._table) - self._taken):
            self.fault(f"不认识 {'、'.join(left)}", "见 docs/scenarios.md 中的写法")

    def closing(self, found: Found) -> Found:
        """`found`, when nothing is left over."""
        self.close()
        return found

    def text(self, name: str) -> str:
        """A text that must be there."""
        if not (found := self.maybe_text(name)):
            self.fault(f"缺少 {name}", "补上")
        return found

    def maybe_text(self, name: str) -> str:
        """A text, empty when it is not there."""
        return self._typed(name, str, "文字") or ""

    def flag(self, name: str) -> bool:
        """True or false; false when it is not there."""
        return self._typed(name, bool, "true 或 false") or False

    def whole(self, name: str) -> int:
        """A whole number from 0 that must be there."""
        found = self._typed(name, int, "整数")
        if found is None or found < 0:
            self.fault(f"缺少 {name}，或小于 0", "写作 0、1、2…")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts that must be there and not empty."""
        if not (found := self.maybe_texts(name)):
            self.fault(f"缺少 {name}", '补上，如 ["ZB-17"]')
        return found

    def maybe_texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts; None when it is not there."""
        found = self._typed(name, list, "列表")
        if found is not None and not all(isinstance(one, str) for one in found):
            self.fault(f"{name} 中有的不是文字", "列表中只写文字")
        return None if found is None else tuple(found)

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of some words, which must be there."""
        found = self.maybe_choice(name, choices)
        if found is None:
            self.fault(f"缺少 {name}", f"可用：{'、'.join(choices)}")
        return found

    def maybe_choice(self, name: str, choices: Sequence[str]) -> str | None:
        """One of some words; None when it is not there."""
        found = self.maybe_text(name) or None
        if found is not None and found not in choices:
            self.fault(f"{name} 不能是 {found}", f"可用：{'、'.join(choices)}")
        return found

    def instant(self, name: str) -> datetime:
        """An instant in Beijing time, which must be there."""
        found = self.maybe_instant(name)
        if found is None:
            self.fault(f"缺少 {name}", '写作 "2026-09-29 16:00"')
        return found

    def maybe_instant(self, name: str) -> datetime | None:
        """An instant in Beijing time; None when it is not there."""
        text = self.maybe_text(name)
        if not text:
            return None
        try:
            return beijing_instant(text)
        except ValueError:
            self.fault(f"{name} 不是时间：{text}", '写作 "2026-09-29 16:00" 或 "2026-09-29 16:00:01"')

    def values(self, name: str) -> Mapping[str, Any]:
        """A table of any values; empty when it is not there."""
        return self._typed(name, dict, "表，如 { sound = true }") or {}

    def table(self, name: str) -> "Strict":
        """A table that must be there."""
        found = self._typed(name, dict, "表")
        if found is None:
            self.fault(f"缺少 [{name}]", "补上")
        return Strict(self._file, name, found)

    def tables(self, name: str) -> list["Strict"]:
        """A list of tables; empty when it is not there."""
        return self.maybe_tables(name) or []

    def maybe_tables(self, name: str) -> list["Strict"] | None:
        """A list of tables; None when it is not there."""
        found = self._typed(name, list, "列表")
        if found is None:
            return None
        if not all(isinstance(one, dict) for one in found):
            self.fault(f"{name} 中有的不是表", '写作 [{ task = "…", of = "…" }]')
        place = f"{self._place} {name}".strip()
        return [Strict(self._file, f"{place} {number}", one) for number, one in enumerate(found, start=1)]

    def _typed(self, name: str, wanted: type[Found], called: str) -> Found | None:
        self._taken.add(name)
        found = self._table.get(name)
        if found is not None and not isinstance(found, wanted):
            self.fault(f"{name} 的类型不对", f"应为{called}")
        return found


def beijing_instant(text: str) -> datetime:
    """`2026-09-29 16:00` or with seconds, as Beijing time. Raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S" if text.count(":") == 2 else "%Y-%m-%d %H:%M").replace(
        tzinfo=BEIJING
    )
