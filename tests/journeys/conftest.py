"""The whole of bihuan as it runs for people: web, bell and worker as real processes, and a Chromium before them.

They and the browser are started once and serve every journey; each journey finds an empty database and a clock of its
own. What it photographs lies in .ci/artifacts afterwards, for people to look at.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Page
from redis import Redis

from bench.http import answers
from bihuan.bootstrap import App
from bihuan.commands.move_clock import move_clock
from bihuan.domain.access import Machine
from bihuan.domain.clock import BEIJING
from bihuan.settings import Settings
from bihuan.store.migrations import migrate
from bihuan.store.tables import metadata
from setup.ports import any_free_port
from tests.conftest import OF_JOURNEYS, environment_of, own_redis_url, with_database
from tests.people import PASSWORD

CHECKOUT = Path(__file__).parents[2]
ARTIFACTS = CHECKOUT / ".ci/artifacts"
PATIENCE = 40.0
GLANCE = 0.1


@dataclass
class Processes:
    """Web, bell and worker on one database; they may be stopped and started again in the middle of anything."""

    address: str
    variables: Mapping[str, str]
    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        """Start all three, unless they run, and wait until `/readyz` says that they are at work."""
        if self.running:
            return
        port = str(urlsplit(self.address).port)
        serve = ["-m", "gunicorn", "--worker-class=gthread", "--threads=4", "--no-control-socket"]
        commands = {
            "web": [*serve, f"--bind=127.0.0.1:{port}", "web:create_app()"],
            "bell": ["-m", "workers.bell"],
            "worker": ["-m", "workers.worker", "short"],
        }
        for name, arguments in commands.items():
            with (self.logs / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [sys.executable, *arguments], cwd=CHECKOUT, env=dict(self.variables), stdout=log, stderr=log,
                    stdin=subprocess.DEVNULL, start_new_session=True,
                )  # fmt: skip
        end = time.monotonic() + PATIENCE
        while not answers(int(port), "/readyz"):
            assert time.monotonic() < end, self.what_they_said()
            time.sleep(GLANCE)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Have all of them end, and see them gone."""
        for process in self.running.values():
            os.killpg(process.pid, how)
        for process in self.running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.clear()

    def restart(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Every process ends, as it is asked to or without being asked, and begins anew."""
        self.stop(how)
        self.start()

    def what_they_said(self) -> str:
        """The ends of the logs."""
        return "\n".join(f"{log.name}:\n{log.read_text()[-2000:]}" for log in sorted(self.logs.glob("*.log")))


@dataclass
class Calendar:
    """The demonstration's clock, moved for all processes at once."""

    app: App
    owner_url: str

    def begin(self, moment: str) -> None:
        """Let a journey begin at this Beijing time, before anything is there; also at one that is long over."""
        shift = datetime.fromisoformat(moment).replace(tzinfo=BEIJING) - datetime.now(UTC)
        with psycopg.connect(self.owner_url) as owner:
            owner.execute("insert into demonstration_clock (single, shift) values (true, %s)", [shift])

    def at(self, moment: str) -> None:
        """Let it be this Beijing time."""
        to = datetime.fromisoformat(moment).replace(tzinfo=BEIJING)
        with self.app.begin(Machine("test")) as work:
            move_clock(work, to, demonstration=True)


@pytest.fixture(scope="session")
def quarters(worker_id: str, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings on a database that journeys alone use: no other test empties it under running processes."""
    owner, name = os.environ["BIHUAN_OWNER_DATABASE_URL"], f"journeys_{worker_id}_{secrets.token_hex(4)}"
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute(f'create database "{name}"')
        try:
            migrate(with_database(owner, name))
            yield replace(
                settings,
                database_url=with_database(settings.database_url, name),
                owner_database_url=with_database(owner, name),
                redis_url=own_redis_url(worker_id, OF_JOURNEYS),
                base_url=f"http://127.0.0.1:{any_free_port()}",
                files=tmp_path_factory.mktemp("journeys"),
            )
        finally:
            server.execute(f'drop database if exists "{name}" with (force)')


@pytest.fixture(scope="session")
def processes(quarters: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """The product's processes, for all journeys; the first that needs them starts them."""
    told = {**os.environ, **environment_of(quarters), "PYTHONPATH": str(CHECKOUT)}
    found = Processes(quarters.base_url, told, tmp_path_factory.mktemp("said"))
    yield found
    found.stop()


@pytest.fixture(scope="session")
def running_house(quarters: Settings) -> Iterator[App]:
    """The house with the clock that its processes have: the machine's, moved by the demonstration's shift."""
    with App(quarters) as found:
        yield found


@pytest.fixture
def real_clock(running_house: App, quarters: Settings) -> App:
    """The house, empty again."""
    tables = ", ".join(f'"{table}"' for table in metadata.tables)
    with psycopg.connect(quarters.owner_database_url or "", autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("set lock_timeout = '10s'")
        # In one order with nobody: the bell and a page that refreshes itself may be reading.
        for attempt in range(5):
            try:
                owner.execute("truncate " + tables)
                break
            except (psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable):
                assert attempt < 4
    with Redis.from_url(quarters.redis_url) as redis:
        redis.flushdb()
    for each in quarters.files.rglob("*"):
        if each.is_file():
            each.unlink()
    return running_house


@pytest.fixture
def calendar(real_clock: App, quarters: Settings) -> Calendar:
    """The clock of a journey, at the machine's time until it is moved."""
    return Calendar(real_clock, quarters.owner_database_url or "")


def log_in(page: Page, login: str) -> None:
    """From the page that asks for it."""
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
