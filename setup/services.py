"""PostgreSQL and Redis for as long as a block lasts, with a database made ready; ours, or those a person gives.

Called by `up`, `bihuan` and `test`, which differ in what they run beside them.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from setup import postgres, redis_server, secrets_file
from setup.child import Child, stop_together
from setup.commands import Command, run_into_log
from setup.faults import SetupFault
from setup.folders import CHECKOUT, Folders
from setup.ports import LOOPBACK
from setup.progress import Progress

PREPARED_BY = ("bihuan", "migrations", "processes")


class Services:
    """What runs now: PostgreSQL and Redis, the processes that live on them, and the environment those get."""

    def __init__(self) -> None:
        self.environment: dict[str, str] = {}
        self.servers: list[Child] = []
        self.processes: list[Child] = []
        self.awaited: list[Callable[[], None]] = []

    def wait(self) -> None:
        """Return once the servers take connections. May be repeated; what needs none yet can be done before."""
        while self.awaited:
            self.awaited.pop(0)()

    def stop(self) -> None:
        """Stop the processes, then the servers in reverse order. A second Ctrl-C hurries nothing: each has a limit."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop_together(self.processes)
        while self.servers:
            stop_together([self.servers.pop()])


@contextmanager
def running(folders: Folders, progress: Progress, *, base_url: str, thrown_away: bool = False) -> Iterator[Services]:
    """Run both services until the block ends. Both are starting when it begins: `wait` for them.

    `thrown_away`: the data need not outlive the power (tests only).
    """
    services = Services()
    secrets = secrets_file.load(folders.data)
    try:
        owner_url, application_url = _start_database(folders, progress, services, secrets, thrown_away)
        redis_url = _start_redis(folders, services, secrets)
        services.environment = application_environment(
            folders,
            {
                "BIHUAN_OWNER_DATABASE_URL": owner_url,
                "BIHUAN_DATABASE_URL": application_url,
                "BIHUAN_REDIS_URL": redis_url,
                "BIHUAN_SECRET_KEY": secrets["secret_key"],
                "BIHUAN_DATA_KEY": secrets["data_key"],
                "BIHUAN_LOOKUP_KEY": secrets["lookup_key"],
                "BIHUAN_BASE_URL": base_url,
            },
        )
        yield services
    finally:
        services.stop()


def application_environment(folders: Folders, reached: Mapping[str, str]) -> dict[str, str]:
    """The environment of web, bell, workers and CLI. What the person's own says of bihuan goes before ours."""
    files = folders.data / "files"
    files.mkdir(mode=0o700, exist_ok=True)
    ours = {
        **reached,
        "BIHUAN_FILES": str(files),
        "BIHUAN_ASSETS": str(folders.assets),
        "BIHUAN_DEMONSTRATION": "1",
    }
    left_to_us = {name: value for name, value in ours.items() if f"{name}_FILE" not in os.environ}
    # Two arenas: with one a thread the C library keeps four megabytes more of the web, and no page is faster for it.
    running = {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"}
    # What is imported is compiled once and kept, also where a person says otherwise: else every start takes seconds.
    firmly = {"PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": ""}
    return left_to_us | running | os.environ | firmly


def prepare(folders: Folders, services: Services, progress: Progress) -> list[dict[str, str]]:
    """Bring the database up to date with the checkout and give back the demonstration accounts.

    Both commands may be repeated; so that a second start takes a second, they are left out when neither the checkout
    nor the database has changed since they last succeeded. Only if they are needed are the servers waited for.
    """
    kept, log = folders.data / "prepared.json", folders.logs / "prepare.log"
    wanted = _digest(services.environment["BIHUAN_OWNER_DATABASE_URL"] if _given("DATABASE_URL") else "")
    if kept.exists() and (known := json.loads(kept.read_text()))["digest"] == wanted:
        accounts: list[dict[str, str]] = known["accounts"]
        return accounts
    services.wait()
    command: list[str | Path] = [folders.python, "-m", "bihuan"]
    with progress.step("bringing the database up to date", log):
        run_into_log([*command, "migrate"], log, "bihuan migrate", env=services.environment, cwd=CHECKOUT)
    with progress.step("loading the demonstration", log):
        accounts = _demonstrate([*command, "demonstrate"], services.environment, log)
    with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"digest": wanted, "accounts": accounts}, file, ensure_ascii=False)
    return accounts


def _start_database(
    folders: Folders, progress: Progress, services: Services, secrets: Mapping[str, str], thrown_away: bool
) -> tuple[str, str]:
    """The URLs of the tables' owner and of the application, on our server or on the one a person gives."""
    if _given("BIHUAN_DATABASE_URL") and _given("BIHUAN_OWNER_DATABASE_URL"):
        return os.environ["BIHUAN_OWNER_DATABASE_URL"], os.environ["BIHUAN_DATABASE_URL"]
    if owner_url := os.environ.get("DATABASE_URL"):
        application_url = _with_login(owner_url, "bihuan_app", secrets["bihuan_app"])
        _make_roles(folders, owner_url, application_url, secrets["bihuan_app"])
        return owner_url, application_url
    with progress.step("starting PostgreSQL", folders.logs / "postgres.log"):
        server = postgres.prepare(folders, secrets["postgres"])
        port, wait = postgres.start(server, thrown_away=thrown_away, started=services.servers.append)
    services.awaited.append(wait)
    owner_url, application_url = (
        f"postgresql://{role}:{secrets[role]}@{LOOPBACK}:{port}/bihuan" for role in ("bihuan_owner", "bihuan_app")
    )

    def make_roles_once() -> None:
        made = folders.data / "roles.ok"
        if not made.exists():
            superuser_url = f"postgresql://postgres:{secrets['postgres']}@{LOOPBACK}:{port}/postgres"
            passwords = secrets["bihuan_app"], secrets["bihuan_owner"]
            _make_roles(folders, superuser_url, application_url, *passwords, for_tests=thrown_away)
            made.touch()

    services.awaited.append(make_roles_once)
    return owner_url, application_url


def _start_redis(folders: Folders, services: Services, secrets: Mapping[str, str]) -> str:
    """The URL of our Redis, or of the one a person gives."""
    if given := os.environ.get("BIHUAN_REDIS_URL") or os.environ.get("REDIS_URL"):
        return given
    port, wait = redis_server.start(folders, secrets["redis"], started=services.servers.append)
    services.awaited.append(wait)
    return f"redis://:{secrets['redis']}@{LOOPBACK}:{port}/0"


def _make_roles(
    folders: Folders,
    url: str,
    application_url: str,
    password: str,
    owner_password: str | None = None,
    *,
    for_tests: bool = False,
) -> None:
    """Run `roles.py` in the environment, the passwords by its standard input."""
    told = {
        "url": url,
        "application_url": application_url,
        "application_password": password,
        "owner_password": owner_password,
        "for_tests": for_tests,
    }
    script = Path(__file__).with_name("roles.py")
    done = subprocess.run([folders.python, script], input=json.dumps(told), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupFault(done.stderr.strip().splitlines()[-1])


def _demonstrate(command: Command, environment: Mapping[str, str], log: Path) -> list[dict[str, str]]:
    """Run `bihuan demonstrate`, whose last line of output is a JSON object with the accounts."""
    with log.open("ab") as errors:
        done = subprocess.run(
            command,
            env=dict(environment),
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            check=False,
        )
    if done.returncode:
        raise SetupFault(f"bihuan demonstrate failed (exit code {done.returncode})", log)
    accounts: list[dict[str, str]] = json.loads(done.stdout.strip().splitlines()[-1])["accounts"]
    return accounts


def _digest(database: str) -> str:
    """A fingerprint of all that decides what `migrate` and `demonstrate` do."""
    digest = hashlib.sha256(database.encode())
    for folder in PREPARED_BY:
        for path in sorted((CHECKOUT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(CHECKOUT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _with_login(url: str, role: str, password: str) -> str:
    """The same server and database for another role."""
    parts = urlsplit(url)
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(password)}@{address}"))


def _given(name: str) -> bool:
    """Whether the person's environment has a value for it."""
    return bool(os.environ.get(name))
