"""`./manage test`: every check there is, with services of their own whose data is thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from setup import assets, browser, environment, services
from setup.commands import run_in_foreground
from setup.folders import CHECKOUT, Folders
from setup.ports import LOOPBACK
from setup.progress import Progress

CHECKS = {
    "ruff": ["ruff", "check", "--quiet", "."],
    "mypy": ["mypy"],
    "import-linter": ["lint-imports", "--no-logo"],
}


def test(folders: Folders, progress: Progress, arguments: Sequence[str]) -> int:
    """Check the code and run pytest; 0 when all is well. With arguments: pytest alone, with these.

    pytest comes last, and nothing is printed after its closing line.
    """
    _forget_settings()
    environment.ensure(folders, "test", progress)
    assets.ensure(folders, progress, for_tests=True)
    browser.ensure(folders, progress)
    failed = [] if arguments else [name for name in CHECKS if not _check(folders, progress, name)]
    with _thrown_away(folders) as own, _services(own, progress) as running:
        running.wait()
        variables = {**running.environment, **_what_tests_need(folders)}
        if failed:
            progress.say(f"FAILED before the tests: {', '.join(failed)}")
        progress.say("running the tests …")
        several = [] if arguments else ["-n", str(min(os.cpu_count() or 1, 4)), "--dist=worksteal"]
        code = run_in_foreground([folders.python, "-m", "pytest", *several, *arguments], variables, CHECKOUT)
    return code or (1 if failed else 0)


def _forget_settings() -> None:
    """No setting of an installation reaches the tests: they would fail by it, or work on its data."""
    for name in [name for name in os.environ if name.startswith("BIHUAN_")]:
        del os.environ[name]


def _services(folders: Folders, progress: Progress) -> AbstractContextManager[services.Services]:
    return services.running(folders, progress, base_url=f"http://{LOOPBACK}", thrown_away=True)


def _what_tests_need(folders: Folders) -> Mapping[str, str]:
    """Where the tests find a browser and Node."""
    return {
        "BIHUAN_CHROMIUM": str(browser.executable(folders)),
        "BIHUAN_NODE": str(assets.node(folders)),
        "BIHUAN_NODE_MODULES": str(assets.node_modules(folders)),
        "PLAYWRIGHT_NODEJS_PATH": str(assets.node(folders)),
        "PATH": f"{folders.python.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }


def _check(folders: Folders, progress: Progress, name: str) -> bool:
    """Run one check, showing what it says only when it is not content."""
    began, command = time.monotonic(), CHECKS[name]
    done = subprocess.run(
        [folders.python.with_name(command[0]), *command[1:]],
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "FAILED" if done.returncode else "ok"
    progress.say(f"{name}: {verdict} ({time.monotonic() - began:.1f} s)")
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


@contextmanager
def _thrown_away(folders: Folders) -> Iterator[Folders]:
    """A data folder that is gone when the block ends."""
    data = Path(tempfile.mkdtemp(prefix="bihuan-test-"))
    data.chmod(0o755)  # PostgreSQL's account must pass; every secret in it has a mode of its own
    try:
        yield Folders(installed=folders.installed, data=data)
    finally:
        shutil.rmtree(data, ignore_errors=True)
