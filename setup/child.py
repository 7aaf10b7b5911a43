"""A process that runs beside us for as long as we do: started tethered, stopped with its whole group."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from setup.account import Account
from setup.commands import Command
from setup.faults import SetupFault
from setup.folders import CHECKOUT

LARGEST_LOG = 10_000_000


@dataclass(frozen=True)
class Program:
    """What to run and how: its own log, the signal that asks it to stop, and how long it may take over that."""

    name: str
    command: Command
    environment: Mapping[str, str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 15.0
    account: Account | None = None


class Child:
    """A running program. Its session is its own, so that Ctrl-C reaches us alone and we end things in order."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process = _start(program)

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def wait_until(self, ready: Callable[[], bool], seconds: float, otherwise: str) -> None:
        """Return once it is ready; a SetupFault that says `otherwise` when it ends instead, or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.exit_code is not None or time.monotonic() > deadline:
                raise SetupFault(otherwise, self.program.log)
            time.sleep(0.02)

    def ask_to_stop(self) -> None:
        """Send the signal that its program takes as a request to end."""
        if self._process.poll() is None:
            self._process.send_signal(self.program.stop_signal)

    def end(self) -> None:
        """Wait until it has ended, for as long as it may take, and take what is left of its group by force."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(self.program.patience)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def stop_together(children: list[Child]) -> None:
    """Ask all of them, the last started first, then wait for each: they end side by side."""
    for child in reversed(children):
        child.ask_to_stop()
    while children:
        children.pop().end()


def _start(program: Program) -> subprocess.Popen[bytes]:
    """Start a program through `tether.py`, its output at the end of its log."""
    program.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if program.log.exists() and program.log.stat().st_size > LARGEST_LOG:
        program.log.replace(program.log.with_suffix(".old.log"))
    uid, gid = (program.account.uid, program.account.gid) if program.account else (-1, -1)
    tether: list[str | Path] = [sys.executable, "-I", "-S", Path(__file__).with_name("tether.py")]
    told = [str(number) for number in (os.getpid(), int(program.stop_signal), uid, gid)]
    with program.log.open("ab") as log:
        return subprocess.Popen(
            [*tether, *told, *program.command],
            env=dict(program.environment),
            cwd="/" if program.account else CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
