"""Where things lie: the checkout, what was installed (can be made again) and the data (must be kept)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from setup.faults import SetupFault

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Folders:
    """`installed` holds the Python environment, Node's packages, assets and Chromium; `data` all that must be kept."""

    installed: Path
    data: Path

    @classmethod
    def choose(cls, data: str | None) -> Folders:
        """`.local/` in the checkout, the data where `--data` says; in a checkout we may not write, all of it there."""
        local = CHECKOUT / ".local"
        kept = Path(data).absolute() if data else local / "data"
        _make(kept, "give a folder of yours with --data DIR")
        installed = local if _ours(local) else kept / "installed"
        _make(installed, "give a folder of yours with --data DIR")
        return cls(installed=installed, data=kept)

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.installed / "environment/bin/python"

    @property
    def assets(self) -> Path:
        """What the pages need from others' packages, served as static files."""
        return self.installed / "assets"

    @property
    def logs(self) -> Path:
        """One log a process."""
        return self.data / "logs"


def _ours(folder: Path) -> bool:
    """Whether we may write into a folder, or make it."""
    return os.access(folder if folder.exists() else folder.parent, os.W_OK)


def _make(folder: Path, cure: str) -> None:
    """Make a folder, or say who has to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise SetupFault(f"cannot make {folder}: {exc.strerror}; {cure}") from exc
    if not os.access(folder, os.W_OK):
        raise SetupFault(f"{folder} belongs to another user; {cure}, or run as that user")
