"""The whole of bihuan as it runs for people: web, bell and worker as real processes, and a Chromium before them."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bihuan.bootstrap import App
from bihuan.commands.move_clock import move_clock
from bihuan.domain.access import Machine
from bihuan.domain.clock import BEIJING
from bihuan.settings import Settings
from setup.ports import any_free_port
from tests.conftest import environment_of
from tests.people import PASSWORD

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 40.0
REDIS_DATABASE = 9


@dataclass
class Processes:
    """Web, bell and worker on one database; they may be stopped and started again in the middle of anything."""

    address: str
    variables: Mapping[str, str]
    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        """Start all three and wait until `/readyz` says that they are at work."""
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
        while not _answers(f"{self.address}/readyz"):
            assert time.monotonic() < end, self.what_they_said()
            time.sleep(0.1)

    def stop(self) -> None:
        """Ask all of them to end, and see them gone."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.clear()

    def restart(self) -> None:
        """Every process ends and begins anew."""
        self.stop()
        self.start()

    def what_they_said(self) -> str:
        """The ends of the logs."""
        return "\n".join(f"{log.name}:\n{log.read_text()[-2000:]}" for log in sorted(self.logs.glob("*.log")))


def _answers(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@dataclass
class Calendar:
    """The demonstration's clock, moved for all processes at once."""

    app: App

    def at(self, moment: str) -> None:
        """Let it be this Beijing time."""
        to = datetime.fromisoformat(moment).replace(tzinfo=BEIJING)
        with self.app.begin(Machine("test")) as work:
            move_clock(work, to, demonstration=True)


@pytest.fixture
def processes(settings: Settings, app: App, tmp_path: Path) -> Iterator[Processes]:
    """The environment of the processes, on the emptied database of this test; not started yet."""
    address = f"http://127.0.0.1:{any_free_port()}"
    redis = urlunsplit(urlsplit(settings.redis_url)._replace(path=f"/{REDIS_DATABASE}"))
    told = {**environment_of(settings), "BIHUAN_BASE_URL": address, "BIHUAN_REDIS_URL": redis}
    found = Processes(address, {**os.environ, **told, "PYTHONPATH": str(CHECKOUT)}, tmp_path)
    yield found
    found.stop()


@pytest.fixture
def real_clock(settings: Settings, app: App) -> Iterator[App]:
    """The house with the clock that its processes have: the machine's, moved by the demonstration's shift."""
    with App(settings) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, where `./manage test` unpacked it."""
    with sync_playwright() as playwright:
        executable = os.environ["BIHUAN_CHROMIUM"]
        found = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield found
        found.close()


def log_in(page: Page, login: str) -> None:
    """From the page that asks for it."""
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
