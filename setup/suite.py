"""`./manage test`: every check there is, with services of their own whose data is thrown away."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from setup import assets, browser, environment, services
from setup.commands import run_in_foreground
from setup.folders import CHECKOUT, Folders
from setup.ports import LOOPBACK
from setup.progress import Progress


def test(folders: Folders, progress: Progress, arguments: Sequence[str]) -> int:
    """Run pytest, which checks the code too (tests/repository); 0 when all is well. With arguments: pytest with these.

    Nothing is printed after its closing line.
    """
    _forget_settings()
    environment.ensure(folders, "test", progress)
    assets.ensure(folders, progress, for_tests=True)
    browser.ensure(folders, progress)
    with _thrown_away(folders) as own, _services(own, progress) as running:
        running.wait()
        variables = {**running.environment, **_what_tests_need(folders)}
        progress.say("running the tests …")
        # One more than there are cores: tests wait for browsers, servers and clocks.
        several = [] if arguments else ["-n", str(min((os.cpu_count() or 1) + 1, 4)), "--dist=worksteal"]
        return run_in_foreground([folders.python, "-m", "pytest", *several, *arguments], variables, CHECKOUT)


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


@contextmanager
def _thrown_away(folders: Folders) -> Iterator[Folders]:
    """A data folder that is gone when the block ends."""
    data = Path(tempfile.mkdtemp(prefix="bihuan-test-"))
    data.chmod(0o755)  # PostgreSQL's account must pass; every secret in it has a mode of its own
    try:
        yield Folders(installed=folders.installed, data=data)
    finally:
        shutil.rmtree(data, ignore_errors=True)
