"""The one way in which set-up gives up: a clear line for the person who typed the command."""

from __future__ import annotations

from pathlib import Path


class SetupFault(Exception):
    """Something a person has to know or do; the text is one line, and `log` may say more."""

    def __init__(self, text: str, log: Path | None = None) -> None:
        super().__init__(text)
        self.log = log


def end_of(log: Path, lines: int = 25) -> str:
    """The last lines of a log, for a person to read; empty when there is none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
