"""Runs a program to its end: quietly into a log, or in the foreground with the person's terminal."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from setup.faults import SetupFault

Command = Sequence[str | os.PathLike[str]]


def run_into_log(command: Command, log: Path, what: str, **options: Any) -> None:
    """Run a program with its output in `log`; raises SetupFault with that log when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False, **options
        )
    if done.returncode:
        raise SetupFault(f"{what} failed (exit code {done.returncode}); the end of {log} says why", log)


def run_in_foreground(command: Command, environment: Mapping[str, str], folder: Path | None = None) -> int:
    """Run a program on the person's terminal and give back its exit code.

    Ctrl-C reaches the program itself, which decides what to do; we only wait. When we are told to end, it is too.
    """
    process = subprocess.Popen(command, env=dict(environment), cwd=folder)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        signal.signal(signal.SIGINT, before)
    return code if code >= 0 else 128 - code
