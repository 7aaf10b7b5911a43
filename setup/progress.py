"""Says what is being done and for how many seconds, so that nobody wonders whether it hangs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from setup.faults import end_of

REFRESH_SECONDS = 0.2
HEARTBEAT_SECONDS = 10.0


class Progress:
    """Lines with the seconds since the start; on a terminal, the step under way is a line that moves."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._moving = stream.isatty()
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """One line, with the time."""
        self._write(f"{self._stamp()} {text}\n")

    @contextmanager
    def step(self, text: str, log: Path | None = None) -> Iterator[None]:
        """Show that `text` is under way, with the last line of its log, until the block ends."""
        began, over = time.monotonic(), threading.Event()
        if not self._moving:
            self.say(f"{text} …")
        ticker = threading.Thread(target=self._tick, args=(text, log, over), daemon=True)
        ticker.start()
        try:
            yield
        except BaseException:
            over.set()
            ticker.join()
            self._write("\n" if self._moving else "")
            raise
        over.set()
        ticker.join()
        took = time.monotonic() - began
        if self._moving:
            self._write(f"\r\x1b[K{self._stamp()} {text} ({took:.1f} s)\n")
        elif took >= 1:
            self.say(f"{text}: done ({took:.1f} s)")

    def _tick(self, text: str, log: Path | None, over: threading.Event) -> None:
        """Until the step is over, redraw its line (on a terminal) or say now and then that it is still under way."""
        while not over.wait(REFRESH_SECONDS if self._moving else HEARTBEAT_SECONDS):
            detail = end_of(log, 1)[:60] if log else ""
            if self._moving:
                self._write(f"\r\x1b[K{self._stamp()} {text} … \x1b[2m{detail}\x1b[0m")
            else:
                self.say(f"{text} … {detail}".rstrip())

    def _stamp(self) -> str:
        return f"[{time.monotonic() - self._began:6.1f} s]"

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
