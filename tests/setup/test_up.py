"""`./manage up` and `./manage bihuan` as a person types them: real processes, a data folder of their own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from setup.folders import CHECKOUT
from setup.ports import any_free_port

PATIENCE = 120
DUE = ["due", "zibo", "--from", "2026-09-29T16:00", "--workdays", "15", "--at", "12:00", "--json"]


class Manage:
    """A running `./manage up` whose output is read from a file."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port, self.output = data, port, data / f"output-{time.monotonic_ns()}.txt"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [CHECKOUT / "manage", "up", "--port", str(port), "--data", data],
                env=clean_environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_it_says(self, pattern: str) -> None:
        """Wait for a line of the output."""
        wait_until(lambda: re.search(pattern, self.output.read_text()) or self.process.poll() is not None)
        assert re.search(pattern, self.output.read_text()), self.output.read_text()

    def page(self, path: str) -> str:
        """What a page answers."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.read().decode()

    def family(self) -> dict[int, str]:
        """Every process that descends from it, with its command line."""
        found = {self.process.pid: "manage"}
        for _ in range(4):
            for status in Path("/proc").glob("[0-9]*/stat"):
                try:
                    parent = int(status.read_text().rpartition(")")[2].split()[1])
                    command = status.with_name("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                except OSError:
                    continue
                if parent in found:
                    found[int(status.parent.name)] = command
        return found


def clean_environment() -> dict[str, str]:
    """A person's environment, without what `./manage test` gave us."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BIHUAN_", "PYTEST")) and name not in ("DATABASE_URL", "REDIS_URL")
    }


def wait_until(holds: Callable[[], object]) -> None:
    """Look again and again until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def lives(pid: int) -> bool:
    """Whether a process is there and no mere zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def bihuan(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`./manage bihuan …` to its end."""
    command = [CHECKOUT / "manage", "--data", data, "bihuan", *arguments]
    return subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data folder that PostgreSQL's account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-up-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def start(data: Path) -> Iterator[Callable[[Path, int], Manage]]:
    """Starts `./manage up`; whatever still runs at the end is stopped."""
    started: list[Manage] = []

    def start_one(folder: Path, port: int) -> Manage:
        started.append(Manage(folder, port))
        return started[-1]

    yield start_one
    for one in started:
        one.process.terminate()
        one.process.wait(PATIENCE)


@pytest.fixture(scope="module")
def manage(data: Path, start: Callable[[Path, int], Manage]) -> Manage:
    """`./manage up`, ready."""
    started = start(data, any_free_port())
    started.wait_until_it_says(r"ready: http://127\.0\.0\.1:\d+/")
    return started


def test_the_page_answers_and_the_accounts_are_shown(manage: Manage):
    assert manage.page("/healthz")
    assert manage.page("/readyz")
    assert "闭环" in manage.page("/") or "诉求" in manage.page("/")
    shown = manage.output.read_text()
    assert "password" in shown
    assert "市商务局" in shown


def test_no_process_shows_a_secret_on_its_command_line(manage: Manage):
    secrets = json.loads((manage.data / "secrets.json").read_text())
    commands = "\n".join(manage.family().values())
    assert not [name for name, secret in secrets.items() if secret in commands]
    assert (manage.data / "secrets.json").stat().st_mode & 0o077 == 0
    assert (manage.data / "running.json").stat().st_mode & 0o077 == 0


def test_a_command_borrows_the_running_services(manage: Manage):
    done = bihuan(manage.data, *DUE)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["due_at"] == "2026-10-26T12:00:00+08:00"
    assert "PostgreSQL" not in done.stderr


def test_bad_input_gives_the_commands_own_exit_code(manage: Manage):
    assert bihuan(manage.data, "due", "nowhere").returncode == 2


def test_a_second_up_says_that_one_runs_already(manage: Manage, start: Callable[[Path, int], Manage]):
    again = start(manage.data, any_free_port())
    again.wait_until_it_says(rf"runs already: http://127\.0\.0\.1:{manage.port}")
    assert again.process.wait(PATIENCE) == 1


def test_a_taken_port_is_named(data: Path, manage: Manage, start: Callable[[Path, int], Manage]):
    other = data / "other"
    other.mkdir()
    refused = start(other, manage.port)
    refused.wait_until_it_says(rf"port {manage.port} is taken")
    assert refused.process.wait(PATIENCE) == 1


def test_a_process_that_dies_is_started_again(manage: Manage):
    (bell,) = [pid for pid, command in manage.family().items() if "workers.bell" in command]
    os.kill(bell, signal.SIGKILL)
    manage.wait_until_it_says(r"bell ended \(exit code -9\) and is started again")
    wait_until(lambda: [pid for pid, command in manage.family().items() if "workers.bell" in command and pid != bell])


def test_nothing_is_left_after_a_stop_and_nothing_is_lost_by_a_start(
    data: Path, manage: Manage, start: Callable[[Path, int], Manage]
):
    family, before = manage.family(), manage.output.read_text()
    assert len(family) >= 6
    manage.process.send_signal(signal.SIGINT)
    assert manage.process.wait(PATIENCE) == 0
    assert not [command for pid, command in family.items() if lives(pid)]

    again = start(data, manage.port)
    again.wait_until_it_says("ready: ")
    accounts = re.compile(r"^   \S.*$", re.MULTILINE)
    assert accounts.findall(again.output.read_text()) == accounts.findall(before)
    assert "bringing the database up to date" not in again.output.read_text()

    family = again.family()
    again.process.kill()
    again.process.wait()
    wait_until(lambda: not [pid for pid in family if lives(pid)])


def test_a_command_starts_the_services_when_nothing_runs_and_stops_them_again(data: Path, manage: Manage):
    manage.process.wait(PATIENCE)
    done = bihuan(data, *DUE)
    assert done.returncode == 0, done.stderr
    assert "starting PostgreSQL" in done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["due_on"] == "2026-10-26"
    assert not (data / "running.json").exists()
    assert not list((data / "postgres").glob("cluster/postmaster.pid"))
