"""The settings: every secret from a value or a file, none by default, and one clear line when something is missing."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bihuan.settings import Settings, SettingsFault, owner_database_url

KEY = base64.b64encode(bytes(range(32))).decode()
OLDER_KEY = base64.b64encode(bytes(range(1, 33))).decode()


def complete() -> dict[str, str]:
    """An environment with everything a process needs, and nothing more."""
    return {
        "BIHUAN_DATABASE_URL": "postgresql://bihuan_app:hidden-word@db/bihuan",
        "BIHUAN_REDIS_URL": "redis://:hidden-word@redis/0",
        "BIHUAN_SECRET_KEY": "hidden-word" * 4,
        "BIHUAN_DATA_KEY": KEY,
        "BIHUAN_LOOKUP_KEY": KEY,
        "BIHUAN_BASE_URL": "https://bihuan.example/",
        "BIHUAN_FILES": "/var/lib/bihuan/files",
    }


def test_a_complete_environment_is_read():
    settings = Settings.from_environment(complete())
    assert settings.base_url == "https://bihuan.example"
    assert settings.data_keys == (bytes(range(32)),)
    assert settings.cipher == "aes-gcm"
    assert not settings.demonstration
    assert settings.smtp_url is settings.sms_url is settings.owner_database_url is None


def test_no_proxy_is_trusted_unless_said_so():
    assert Settings.from_environment(complete()).trusted_proxies == 0
    assert Settings.from_environment(complete() | {"BIHUAN_TRUSTED_PROXIES": "2"}).trusted_proxies == 2
    for wrong in ("all", "-1", "10", "1.0", "²"):
        with pytest.raises(SettingsFault, match="BIHUAN_TRUSTED_PROXIES"):
            Settings.from_environment(complete() | {"BIHUAN_TRUSTED_PROXIES": wrong})


@pytest.mark.parametrize("name", sorted(complete()))
def test_no_needed_setting_has_a_default(name: str):
    environment = complete()
    del environment[name]
    with pytest.raises(SettingsFault, match=rf"^{name} is not set: give each, or its …_FILE$"):
        Settings.from_environment(environment)


def test_everything_missing_is_named_in_one_line():
    with pytest.raises(SettingsFault) as caught:
        Settings.from_environment({})
    text = str(caught.value)
    assert "\n" not in text
    assert all(name in text for name in complete())


@pytest.mark.parametrize("name", ["BIHUAN_DATABASE_URL", "BIHUAN_SECRET_KEY", "BIHUAN_DATA_KEY", "BIHUAN_SMS_TOKEN"])
def test_a_secret_may_come_from_a_file(name: str, tmp_path: Path):
    environment = complete() | {"BIHUAN_SMS_TOKEN": "token"}
    (tmp_path / "secret").write_text(environment.pop(name) + "\n")
    environment[f"{name}_FILE"] = str(tmp_path / "secret")
    assert Settings.from_environment(environment) == Settings.from_environment(
        complete() | {"BIHUAN_SMS_TOKEN": "token"}
    )


def test_a_value_and_a_file_for_the_same_name_are_refused():
    with pytest.raises(SettingsFault, match="BIHUAN_SECRET_KEY and BIHUAN_SECRET_KEY_FILE are both set"):
        Settings.from_environment(complete() | {"BIHUAN_SECRET_KEY_FILE": "/run/secrets/secret_key"})


def test_an_unreadable_file_is_named():
    environment = complete()
    del environment["BIHUAN_SECRET_KEY"]
    with pytest.raises(SettingsFault, match="BIHUAN_SECRET_KEY_FILE names /nowhere/at/all"):
        Settings.from_environment(environment | {"BIHUAN_SECRET_KEY_FILE": "/nowhere/at/all"})


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("BIHUAN_DATABASE_URL", "mysql://hidden-word@db/bihuan", "must be a URL beginning with postgresql://"),
        ("BIHUAN_SECRET_KEY", "hidden-word", "too short"),
        ("BIHUAN_DATA_KEY", "hidden-word!", "must be base64"),
        ("BIHUAN_DATA_KEY", base64.b64encode(b"hidden-word").decode(), "keys of 32 bytes"),
        ("BIHUAN_DEMONSTRATION", "yes", "use 1 or 0"),
        ("BIHUAN_CIPHER", "rot13", "use one of aes-gcm, sm4-gcm"),
        ("BIHUAN_SMTP_URL", "smtp://mail.example", "BIHUAN_MAIL_FROM is not set"),
        ("BIHUAN_SMS_URL", "https://sms.example", "BIHUAN_SMS_TOKEN is not set"),
    ],
)
def test_a_malformed_setting_is_refused_without_showing_a_secret(name: str, value: str, fault: str):
    with pytest.raises(SettingsFault, match=fault) as caught:
        Settings.from_environment(complete() | {name: value})
    assert "hidden-word" not in str(caught.value)


def test_no_secret_is_in_the_repr():
    environment = complete() | {
        "BIHUAN_SMS_TOKEN": "hidden-word",
        "BIHUAN_OWNER_DATABASE_URL": "postgresql://hidden-word@db",
    }
    shown = repr(Settings.from_environment(environment))
    assert "hidden-word" not in shown
    assert repr(bytes(range(32))) not in shown


def test_keys_are_renewed_by_putting_the_new_one_first():
    settings = Settings.from_environment(complete() | {"BIHUAN_DATA_KEY": f"{OLDER_KEY},{KEY}"})
    assert settings.data_keys == (bytes(range(1, 33)), bytes(range(32)))


def test_migrations_need_the_owner_alone():
    url = "postgresql://bihuan_owner@db/bihuan"
    assert owner_database_url({"BIHUAN_OWNER_DATABASE_URL": url}) == url
    with pytest.raises(SettingsFault, match="BIHUAN_OWNER_DATABASE_URL is not set"):
        owner_database_url(complete())
