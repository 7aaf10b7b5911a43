"""The passwords and keys of one data folder: drawn once at random, kept in a file that only its owner reads."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

PASSWORDS = ("postgres", "bihuan_owner", "bihuan_app", "redis", "secret_key")
KEYS = ("data_key", "lookup_key")


def load(data: Path) -> dict[str, str]:
    """Read the secrets of a data folder, drawing those that it does not have yet."""
    path = data / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    complete = {
        **{name: secrets.token_urlsafe(32) for name in PASSWORDS},
        **{name: base64.b64encode(secrets.token_bytes(32)).decode() for name in KEYS},
        **known,
    }
    if complete != known:
        unfinished = path.with_suffix(".new")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(complete, file, indent=1)
        unfinished.replace(path)
    return complete
