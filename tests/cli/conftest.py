"""The command line as a person meets it: words in, lines and an exit code out."""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bihuan.__main__ import main
from bihuan.bootstrap import App
from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine
from bihuan.settings import Settings
from tests.conftest import environment_of, with_database
from tests.people import files_of

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = ROOT / "processes"


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The last line of what it printed, for programs."""
        return json.loads(self.out.strip().splitlines()[-1])


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: Settings) -> Run:
    """Runs `bihuan …` in this process, in the test installation's environment."""
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> Ran:
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as ended:
            code = int(ended.code or 0)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run


@pytest.fixture
def in_production(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """The same installation, no longer a demonstration."""
    monkeypatch.setenv("BIHUAN_DEMONSTRATION", "0")


@pytest.fixture
def zibo(app: App) -> App:
    """淄博 deployed on an empty database."""
    with app.begin(Machine("test")) as work:
        deploy(work, files_of("zibo"), note="")
    return app


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of 淄博's folder, to be spoiled."""
    shutil.copytree(PROCESSES, tmp_path / "processes")
    return tmp_path / "processes" / "zibo"


@contextmanager
def another(settings: Settings, files: Path, *, like: str = "template1") -> Iterator[Settings]:
    """The same installation on a database of its own, a copy of another, and a folder of its own."""
    owner = os.environ["BIHUAN_OWNER_DATABASE_URL"]
    name = f"test_another_{secrets.token_hex(4)}"
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute(f'create database "{name}" template "{like}"')
        try:
            yield replace(
                settings,
                database_url=with_database(settings.database_url, name),
                owner_database_url=with_database(owner, name),
                files=files,
            )
        finally:
            server.execute(f'drop database if exists "{name}" with (force)')


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """An empty installation with the same keys; `run` works there once `go` was called."""
    (tmp_path / "files").mkdir()
    with another(settings, tmp_path / "files") as there:
        yield there


def go(there: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on commands run in that installation."""
    for name, value in environment_of(there).items():
        monkeypatch.setenv(name, value)


def one_line(ran: Ran) -> str:
    """The only line on standard error; the command refused and said why."""
    assert ran.code == 2, (ran.out, ran.err)
    (line,) = ran.err.strip().splitlines()
    return line
