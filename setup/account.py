"""Under which account PostgreSQL runs: it refuses root, so root lends it `nobody` and folders that `nobody` reaches."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FALLBACK = Path("/var/lib/bihuan")


@dataclass(frozen=True)
class Account:
    """An account of the operating system to run a program as."""

    uid: int
    gid: int

    @classmethod
    def for_postgres(cls) -> Account | None:
        """`nobody` for root; None for everybody else, who are themselves."""
        if os.geteuid() != 0:
            return None
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def options(self) -> dict[str, Any]:
        """How `subprocess` is told."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may(self, what: str, path: Path) -> bool:
        """Whether the account can execute (`-x`) or read (`-r`) a path: asked of the kernel, not of mode bits."""
        return subprocess.run(["test", what, path], check=False, cwd="/", **self.options()).returncode == 0


def reachable_folder(wanted: Path, account: Account | None, record: Path) -> Path:
    """A folder that only the account opens: the wanted one, or one under /var/lib when its parents are shut to it.

    The choice is made once and recorded, so that a changed mode of a parent never makes the data seem to vanish.
    """
    if account is None:
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
        return wanted
    if record.exists():
        return Path(record.read_text().strip())
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if not account.may("-x", wanted.parent):
        wanted = FALLBACK / hashlib.sha256(bytes(wanted)).hexdigest()[:16] / wanted.name
    wanted.mkdir(parents=True, exist_ok=True)
    os.chown(wanted, account.uid, account.gid)
    wanted.chmod(0o700)
    record.write_text(f"{wanted}\n")
    return wanted


def reachable_programs(programs: Path, account: Account | None) -> Path:
    """A folder of programs that the account can run: the given one, or a copy of the tree around it under /var/lib."""
    if account is None or account.may("-x", programs / "postgres"):
        return programs
    version = f"{programs}:{(programs / 'postgres').stat().st_mtime_ns}"
    copy = FALLBACK / "programs" / hashlib.sha256(version.encode()).hexdigest()[:16]
    if not copy.exists():
        unfinished = copy.with_suffix(f".{os.getpid()}")
        shutil.copytree(programs.parent, unfinished, symlinks=True)
        unfinished.rename(copy)
    return copy / programs.name
