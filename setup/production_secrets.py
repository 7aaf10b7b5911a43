"""`./manage secrets`: draw the passwords and keys of a production, once, into ./secrets/ for docker-compose.yml.

A file that is there already is left alone: a lost `data_key` makes people's data unreadable for ever. The folder is
shut to others; the files in it are readable, because a container opens them as another user.
"""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

from setup.faults import SetupFault
from setup.folders import CHECKOUT
from setup.progress import Progress


def draw(progress: Progress, folder: Path = CHECKOUT / "secrets") -> None:
    """Write every secret that is not there yet."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        drawn = [name for name, text in _fresh().items() if _write(folder / name, text)]
    except OSError as exc:
        raise SetupFault(f"cannot write into {folder}: {exc.strerror}") from exc
    progress.say(f"drawn into {folder}: {', '.join(drawn)}" if drawn else f"{folder} has every secret already")
    if drawn:
        progress.say(
            "keep a copy of data_key and lookup_key in a safe place; fill in smtp_url and sms_token if you can"
        )


def _fresh() -> dict[str, str]:
    """Every secret that docker-compose.yml names, drawn anew."""
    return {
        "postgres_password": _password(),
        "owner_database_url": f"postgresql://bihuan_owner:{_password()}@postgres:5432/bihuan",
        "database_url": f"postgresql://bihuan_app:{_password()}@postgres:5432/bihuan",
        "redis_url": f"redis://:{_password()}@redis:6379/0",
        "secret_key": _password(),
        "data_key": _key(),
        "lookup_key": _key(),
        "metrics_token": _password(),
        "smtp_url": "",
        "sms_token": "",
    }


def _write(path: Path, text: str) -> bool:
    """Write a secret unless it is there; whether it was written."""
    if path.exists():
        return False
    path.write_text(text)
    path.chmod(0o444 if text else 0o644)
    return True


def _password() -> str:
    return secrets.token_urlsafe(32)


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
