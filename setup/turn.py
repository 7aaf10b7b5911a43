"""Who runs the services of a data folder: one `./manage` at a time; the others borrow them while they run.

Two locks of the operating system, which fall by themselves when a process ends: `turn.lock` is held by whoever runs
the services, `borrowed.lock` is shared by those who use them. What a borrower has to know stands in `running.json`,
readable by its owner only.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from setup.faults import SetupFault

READY_SECONDS = 120


@contextmanager
def taken(data: Path) -> Iterator[bool]:
    """Take the turn if nobody has it; says whether we have it. Falls when the block ends."""
    with _open(data, "turn.lock") as file:
        mine = _lock(file, fcntl.LOCK_EX)
        if mine:
            forget(data)
        try:
            yield mine
        finally:
            if mine:
                forget(data)


def announce(data: Path, environment: dict[str, str]) -> None:
    """Tell borrowers how the services are reached; only whoever has the turn may."""
    unfinished = data / "running.json.new"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(environment, file)
    unfinished.replace(data / "running.json")


def forget(data: Path) -> None:
    """Tell borrowers that nothing runs; also what a run that was killed left behind."""
    (data / "running.json").unlink(missing_ok=True)


@contextmanager
def borrowed(data: Path) -> Iterator[dict[str, str]]:
    """The services that another `./manage` runs, once they are ready."""
    with _open(data, "borrowed.lock") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        deadline = time.monotonic() + READY_SECONDS
        while (environment := running(data)) is None:
            if time.monotonic() > deadline:
                raise SetupFault("another ./manage is starting the services of this data folder and does not finish")
            time.sleep(0.1)
        yield environment


def wait_for_borrowers(data: Path) -> None:
    """Wait until nobody uses our services any more."""
    with _open(data, "borrowed.lock") as file:
        fcntl.flock(file, fcntl.LOCK_EX)


def running(data: Path) -> dict[str, str] | None:
    """How the services that run now are reached; None when they are not announced."""
    try:
        environment: dict[str, str] = json.loads((data / "running.json").read_text())
    except FileNotFoundError:
        return None
    return environment


def _open(data: Path, name: str) -> TextIO:
    return (data / name).open("a")


def _lock(file: TextIO, kind: int) -> bool:
    """Take a lock at once or not at all."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
