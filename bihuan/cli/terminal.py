"""What the command line prints: lines, tables of Chinese text, JSON for programs, and progress on standard error."""

import json
import sys
import time
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from bihuan.domain.clock import BEIJING

_BAR = 24
_PAUSE_ON_A_TERMINAL, _PAUSE_IN_A_LOG = 0.1, 10.0


def say(text: str = "") -> None:
    """One line for the person."""
    print(text)


def note(text: str) -> None:
    """One line beside the result, on standard error."""
    print(text, file=sys.stderr, flush=True)


def as_json(found: object) -> str:
    """One line of JSON, Chinese left readable."""
    return json.dumps(found, ensure_ascii=False)


def beijing(moment: datetime, *, seconds: bool = False) -> str:
    """An instant as people read it."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def table(rows: Iterable[Sequence[str]]) -> str:
    """Columns that line up although a Chinese character is two wide."""
    rows = [list(row) for row in rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


class Progress:
    """How far a long command is: count, rate and time remaining, redrawn on a terminal, now and then in a log."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._begun = time.monotonic()
        self._on_a_terminal = sys.stderr.isatty()
        self._shown = self._begun if not self._on_a_terminal else 0.0

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        self._done += count
        pause = _PAUSE_ON_A_TERMINAL if self._on_a_terminal else _PAUSE_IN_A_LOG
        if time.monotonic() - self._shown >= pause:
            self._show()

    def end(self) -> None:
        """Show the last state and leave the line."""
        self._show()
        if self._on_a_terminal:
            print(file=sys.stderr)

    def _show(self) -> None:
        self._shown = time.monotonic()
        passed = max(self._shown - self._begun, 1e-6)
        rate = self._done / passed
        remaining = (self._total - self._done) / rate if self._done else 0.0
        filled = _BAR * self._done // max(self._total, 1)
        line = (
            f"{self._what} {'█' * filled}{'░' * (_BAR - filled)} {self._done}/{self._total}"
            f"  {rate:.1f}/秒  已用 {_clock(passed)}  剩余 {_clock(remaining)}"
        )
        print(f"\r{line}\x1b[K" if self._on_a_terminal else line, end="" if self._on_a_terminal else "\n",
              file=sys.stderr, flush=True)  # fmt: skip


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
