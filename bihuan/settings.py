"""What a process of bihuan is told from outside: one frozen `Settings`, read from the environment.

Called once by the composition root of each process (web, bell, workers, CLI). Nothing else reads the environment, and
nothing here has a secret as its default: what is missing or malformed is named in one line, and the process stops.

Every name may be given as `NAME` (the value) or `NAME_FILE` (the path of a file that holds it, as container secrets
are), never as both.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

Cipher = Literal["aes-gcm", "sm4-gcm"]

KEY_BYTES: Final[dict[Cipher, int]] = {"aes-gcm": 32, "sm4-gcm": 16}
SHORTEST_SECRET: Final = 32


class SettingsFault(Exception):
    """The environment lacks a setting or holds one that cannot be used; the text names it and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a running process needs to know; secrets are left out of its `repr`, so no log shows them.

    `database_url` is the application's role, which owns no table; `owner_database_url` is the tables' owner and is
    given only to `bihuan migrate` and, in a demonstration, to what makes scratch databases. `data_keys` encrypt
    people's data: the first one encrypts, all of them decrypt, so that a key can be renewed. `lookup_key` makes the
    HMACs by which an identity is found again. Without `smtp_url` or `sms_url` no mail or text message is sent and
    notices reach the inbox alone. Without `metrics_token` only this machine itself may read `/metrics`. `demonstration`
    allows a movable clock and the demonstration accounts. `trusted_proxies`: how many proxies of our own stand before
    the web, one behind the other; who asks is taken from as many of their entries, and from none unless said so.
    """

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    data_keys: tuple[bytes, ...] = field(repr=False)
    lookup_key: bytes = field(repr=False)
    base_url: str
    files: Path
    assets: Path | None = None
    cipher: Cipher = "aes-gcm"
    owner_database_url: str | None = field(default=None, repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    sms_url: str | None = None
    sms_token: str | None = field(default=None, repr=False)
    demonstration: bool = False
    metrics_token: str | None = field(default=None, repr=False)
    trusted_proxies: int = 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read every setting; raises SettingsFault naming all that are missing, or the first that is malformed."""
        values = _Values(environment)
        values.require(
            "BIHUAN_DATABASE_URL",
            "BIHUAN_REDIS_URL",
            "BIHUAN_SECRET_KEY",
            "BIHUAN_DATA_KEY",
            "BIHUAN_LOOKUP_KEY",
            "BIHUAN_BASE_URL",
            "BIHUAN_FILES",
        )
        smtp_url = values.url("BIHUAN_SMTP_URL", "smtp", "smtps")
        if smtp_url:
            values.require("BIHUAN_MAIL_FROM")
        sms_url = values.url("BIHUAN_SMS_URL", "http", "https")
        if sms_url:
            values.require("BIHUAN_SMS_TOKEN")
        cipher = values.cipher("BIHUAN_CIPHER")
        return cls(
            database_url=values.needed_url("BIHUAN_DATABASE_URL", "postgresql"),
            owner_database_url=values.url("BIHUAN_OWNER_DATABASE_URL", "postgresql"),
            redis_url=values.needed_url("BIHUAN_REDIS_URL", "redis", "rediss", "unix"),
            secret_key=values.secret("BIHUAN_SECRET_KEY"),
            data_keys=values.keys("BIHUAN_DATA_KEY", KEY_BYTES[cipher]),
            lookup_key=values.keys("BIHUAN_LOOKUP_KEY", 32)[0],
            base_url=values.needed_url("BIHUAN_BASE_URL", "http", "https").rstrip("/"),
            files=Path(values.needed("BIHUAN_FILES")),
            assets=Path(assets) if (assets := values.get("BIHUAN_ASSETS")) else None,
            cipher=cipher,
            smtp_url=smtp_url,
            mail_from=values.get("BIHUAN_MAIL_FROM"),
            sms_url=sms_url,
            sms_token=values.get("BIHUAN_SMS_TOKEN"),
            demonstration=values.switch("BIHUAN_DEMONSTRATION"),
            metrics_token=values.optional_secret("BIHUAN_METRICS_TOKEN"),
            trusted_proxies=values.few("BIHUAN_TRUSTED_PROXIES"),
        )


def owner_database_url(environment: Mapping[str, str] = os.environ) -> str:
    """The tables' owner, all that `bihuan migrate` needs; raises SettingsFault when it is missing."""
    values = _Values(environment)
    values.require("BIHUAN_OWNER_DATABASE_URL")
    return values.needed_url("BIHUAN_OWNER_DATABASE_URL", "postgresql")


class _Values:
    """The environment as texts and files, each reader naming the setting it could not read."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def get(self, name: str) -> str | None:
        """The value of `name`, or what the file `name`_FILE holds; None when neither is given or it is empty."""
        value, path = self._environment.get(name), self._environment.get(f"{name}_FILE")
        if value and path:
            raise SettingsFault(f"{name} and {name}_FILE are both set: keep one of them")
        if path:
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as exc:
                raise SettingsFault(f"{name}_FILE names {path}, which cannot be read: {exc}") from exc
        return value or None

    def needed(self, name: str) -> str:
        """The value of a setting that has been required."""
        value = self.get(name)
        if value is None:
            raise SettingsFault(f"{name} is not set: give it, or {name}_FILE")
        return value

    def require(self, *names: str) -> None:
        """Refuse, in one line, all of `names` that are not given."""
        missing = [name for name in names if self.get(name) is None]
        if missing:
            verb = "is" if len(missing) == 1 else "are"
            raise SettingsFault(f"{', '.join(missing)} {verb} not set: give each, or its …_FILE")

    def url(self, name: str, *schemes: str) -> str | None:
        """A URL of one of `schemes`; its text is never shown, since it may hold a password."""
        value = self.get(name)
        if value is not None and urlsplit(value).scheme not in schemes:
            raise SettingsFault(f"{name} must be a URL beginning with {' or '.join(f'{s}://' for s in schemes)}")
        return value

    def needed_url(self, name: str, *schemes: str) -> str:
        """A URL that has been required."""
        self.url(name, *schemes)
        return self.needed(name)

    def secret(self, name: str) -> str:
        """A text long enough not to be guessed."""
        value = self.needed(name)
        if len(value) < SHORTEST_SECRET:
            raise SettingsFault(f"{name} is too short: use at least {SHORTEST_SECRET} random characters")
        return value

    def optional_secret(self, name: str) -> str | None:
        """A secret that need not be given; given, it is long enough not to be guessed."""
        return self.secret(name) if self.get(name) else None

    def keys(self, name: str, size: int) -> tuple[bytes, ...]:
        """Keys of `size` bytes in base64, separated by commas, the newest first."""
        try:
            keys = tuple(base64.b64decode(key.strip(), validate=True) for key in self.needed(name).split(","))
        except binascii.Error as exc:
            raise SettingsFault(f"{name} must be base64, several keys separated by commas") from exc
        if any(len(key) != size for key in keys):
            raise SettingsFault(f"{name} must hold keys of {size} bytes each, in base64")
        return keys

    def cipher(self, name: str) -> Cipher:
        """The cipher of people's data; AES-GCM unless SM4-GCM is asked for."""
        match self.get(name):
            case None | "aes-gcm":
                return "aes-gcm"
            case "sm4-gcm":
                return "sm4-gcm"
            case value:
                raise SettingsFault(f"{name} is {value!r}: use one of {', '.join(KEY_BYTES)}")

    def few(self, name: str) -> int:
        """A number from 0, its default, to 9."""
        value = self.get(name) or "0"
        if len(value) != 1 or not value.isascii() or not value.isdigit():
            raise SettingsFault(f"{name} is {value!r}: use a number from 0 to 9")
        return int(value)

    def switch(self, name: str) -> bool:
        """On with 1, off with 0 or nothing; anything else is refused rather than guessed."""
        value = self.get(name) or "0"
        if value not in ("0", "1"):
            raise SettingsFault(f"{name} is {value!r}: use 1 or 0")
        return value == "1"
