"""What takes seconds and much memory (workbooks, bulletins, PDFs, packs) is made for few at a time; others wait.

So a handful of clicks never takes every thread of the web away from those who want a page.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bihuan.domain.errors import BihuanError

WAIT = 1.0
"""Seconds for which a thread stands in line; then whoever asked is told to come back."""


class Busy(BihuanError):
    """Others are having theirs made."""

    code, status, chinese = "busy", 503, "正在为他人生成文件，请稍候片刻再点一次。"


class Turns:
    """So many at once in this process."""

    def __init__(self, at_once: int) -> None:
        self._free = threading.BoundedSemaphore(at_once)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Have a turn for as long as the block lasts. Raises Busy when none comes free."""
        give_back = self.take()
        try:
            yield
        finally:
            give_back()

    def take(self) -> Callable[[], None]:
        """Have a turn until what this returns is called; called again it does nothing. Raises Busy."""
        if not self._free.acquire(timeout=WAIT):
            raise Busy("Expected a turn to make a file, but others are having theirs made")
        held = [True]

        def give_back() -> None:
            if held and held.pop():
                self._free.release()

        return give_back


files = Turns(1)
"""Reports as workbooks and bulletins."""
packs = Turns(2)
"""Packs of evidence, which stream."""
papers = Turns(2)
"""PDFs, each set by a process of its own."""
