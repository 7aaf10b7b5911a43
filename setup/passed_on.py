"""`./manage bihuan …`: the CLI against the services of this data folder, started for it when they do not run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from setup import environment, services, turn
from setup.commands import run_in_foreground
from setup.folders import Folders
from setup.ports import LOOPBACK
from setup.progress import Progress
from setup.up import USUAL_PORT

WITHOUT_SERVICES = {"check", "-h", "--help"}
"""What touches neither database nor queue and need not wait for them."""


def bihuan(folders: Folders, progress: Progress, arguments: Sequence[str]) -> int:
    """Run `python -m bihuan` with these arguments in the person's own folder; its exit code is ours."""
    environment.ensure(folders, "local", progress)
    command: list[str | Path] = [folders.python, "-m", "bihuan", *arguments]
    if not arguments or arguments[0] in WITHOUT_SERVICES or {"-h", "--help"}.intersection(arguments):
        return run_in_foreground(command, services.application_environment(folders, {}))
    with turn.taken(folders.data) as ours:
        if not ours:
            with turn.borrowed(folders.data) as variables:
                return run_in_foreground(command, {**os.environ, **variables})
        with services.running(folders, progress, base_url=f"http://{LOOPBACK}:{USUAL_PORT}") as running:
            if arguments[0] != "migrate":
                services.prepare(folders, running, progress)
            running.wait()
            turn.announce(folders.data, running.environment)
            code = run_in_foreground(command, running.environment)
            turn.forget(folders.data)
            turn.wait_for_borrowers(folders.data)
            return code
