"""The Python environment: made on a bare Python, filled from a lock file by hash, made again when the lock changes.

Debian's python3 comes without pip and without the part of `venv` that brings it. So the environment is made without
pip, and pip itself is run from a wheel: Python's own if it has one, else the one in Debian's package python3-pip-whl,
which apt fetches and verifies for any user and which is unpacked here, not installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setup.commands import Command, run_into_log
from setup.faults import SetupFault
from setup.folders import CHECKOUT, Folders
from setup.progress import Progress

SUFFICES = {"local": ("local", "test"), "test": ("test",)}
"""Which locks hold all that another one does."""

LOCKS = CHECKOUT / "requirements"
PIP_PACKAGE = "python3-pip-whl"


def ensure(folders: Folders, lock: str, progress: Progress) -> None:
    """Have every package of `requirements/<lock>.txt` in the environment; in a moment when it has them already."""
    if any(_is_installed(folders, each) for each in SUFFICES[lock]):
        return
    requirements = LOCKS / f"{lock}.txt"
    with alone(folders.installed / "environment.lock"):
        if _is_installed(folders, lock):
            return
        log = folders.data / "logs/environment.log"
        _make(folders, log)
        with progress.step(f"installing Python packages ({requirements.name})", log):
            pip = find_pip(folders, log)
            command: list[str | Path] = [
                folders.python,
                pip,
                "install",
                "--require-hashes",
                "--no-deps",
                "--only-binary=:all:",
            ]
            options = ["--no-input", "--disable-pip-version-check", "--no-warn-script-location", "--progress-bar=off"]
            options += ["--no-compile"]  # what is imported compiles itself; the rest would take eight seconds
            run_into_log([*command, *options, "-r", requirements], log, "installing Python packages")
        _stamp(folders, lock).write_text(_fingerprint(folders, lock))


def packages(folders: Folders) -> Path:
    """Where the environment's packages lie."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return folders.installed / "environment/lib" / version / "site-packages"


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait until no other `./manage` holds this lock, then hold it; it falls when we end, however we end."""
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_installed(folders: Folders, lock: str) -> bool:
    """Whether the environment holds a lock file's packages as it stands now."""
    return _holds(_stamp(folders, lock), _fingerprint(folders, lock))


def _stamp(folders: Folders, lock: str) -> Path:
    return folders.installed / "environment" / f"{lock}.ok"


def _fingerprint(folders: Folders, lock: str) -> str:
    """All that an installation depends on: the packages, the Python, and where it lies."""
    where = f"{sys.version}{folders.python}".encode()
    return hashlib.sha256((LOCKS / f"{lock}.txt").read_bytes() + where).hexdigest()


def _holds(stamp: Path, wanted: str) -> bool:
    """Whether a stamp says that what is wanted is there."""
    return stamp.exists() and stamp.read_text() == wanted


def _make(folders: Folders, log: Path) -> None:
    """Make the environment, anew when it is another Python's or was moved here from elsewhere."""
    folder = folders.installed / "environment"
    made_for, wanted = folder / "made-for", f"{sys.version}\n{folder}"
    if _holds(made_for, wanted):
        return
    if folder.exists():
        shutil.rmtree(folder)
    run_into_log([sys.executable, "-m", "venv", "--without-pip", folder], log, "making the Python environment")
    made_for.write_text(wanted)


def find_pip(folders: Folders, log: Path) -> Path:
    """A file that `python FILE install …` runs as pip."""
    unpacked = folders.installed / "pip"
    for folder in (*_own_wheels(), Path("/usr/share/python-wheels"), unpacked / "usr/share/python-wheels"):
        for wheel in sorted(folder.glob("pip-*.whl"), reverse=True):
            return wheel / "pip"
    _fetch_pip(unpacked, log)
    for wheel in (unpacked / "usr/share/python-wheels").glob("pip-*.whl"):
        return wheel / "pip"
    raise SetupFault("Debian's package of pip holds no wheel: install python3-venv and run this again", log)


def _own_wheels() -> list[Path]:
    """Where this Python keeps the pip it came with, if it came with one."""
    ensurepip = importlib.util.find_spec("ensurepip")
    return [Path(folder) / "_bundled" for folder in (ensurepip.submodule_search_locations or [])] if ensurepip else []


def _fetch_pip(unpacked: Path, log: Path) -> None:
    """Fetch and unpack Debian's wheel of pip: with the machine's package lists, else with lists of our own.

    Neither needs root, and neither changes what is installed on the machine.
    """
    if not shutil.which("apt-get"):
        raise SetupFault("this Python has no pip: install your system's python3-venv (or pip) and run this again")
    shutil.rmtree(unpacked, ignore_errors=True)
    state = unpacked / "apt"
    (state / "lists/partial").mkdir(parents=True)
    (state / "archives/partial").mkdir(parents=True)
    private = [
        *("-o", f"Dir::State::lists={state}/lists", "-o", f"Dir::Cache={state}", "-o", "APT::Sandbox::User="),
        *("-o", f"Dir::Cache::archives={state}/archives", "-o", "Debug::NoLocking=1"),
    ]
    if not _apt(["download", PIP_PACKAGE], unpacked, log):
        _apt([*private, "update"], unpacked, log)
        if not _apt([*private, "download", PIP_PACKAGE], unpacked, log):
            raise SetupFault(
                f"this Python has no pip and apt cannot fetch {PIP_PACKAGE}: "
                "install python3-venv (as root: apt-get install python3-venv) and run this again",
                log,
            )
    for package in unpacked.glob("*.deb"):
        run_into_log(["dpkg-deb", "-x", package, unpacked], log, f"unpacking {package.name}")
        package.unlink()
    shutil.rmtree(state)


def _apt(arguments: Command, folder: Path, log: Path) -> bool:
    """Run apt-get in a folder, where `download` leaves its file; whether it went well."""
    command = ["apt-get", "-q", "-y", *arguments]
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    with log.open("ab") as output:
        done = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        )
    return done.returncode == 0
