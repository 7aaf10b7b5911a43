"""The servers that set-up starts: roles, locale, durability, and folders that PostgreSQL's account can reach."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from setup import account, secrets_file, services, turn
from setup.account import Account, reachable_folder, reachable_programs
from setup.folders import Folders

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to lend PostgreSQL an account")


@pytest.fixture
def shut_folder() -> Iterator[Path]:
    """A folder that no other account may pass, as a checkout in root's home is."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-shut-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def fallback(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where root puts what must be reached, for this test."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-fallback-"))
    folder.chmod(0o755)
    monkeypatch.setattr(account, "FALLBACK", folder)
    yield folder
    shutil.rmtree(folder)


def test_the_application_is_not_the_owner_and_nobody_is_superuser():
    for name, role in (("BIHUAN_DATABASE_URL", "bihuan_app"), ("BIHUAN_OWNER_DATABASE_URL", "bihuan_owner")):
        with psycopg.connect(os.environ[name]) as connection:
            rights = connection.execute(
                "select rolname, rolsuper, rolcreaterole from pg_roles where rolname = current_user"
            ).fetchone()
        assert rights == (role, False, False)


def test_the_database_is_utf8_and_collates_by_no_locale():
    with psycopg.connect(os.environ["BIHUAN_DATABASE_URL"]) as connection:
        found = connection.execute(
            "select pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider::text "
            "from pg_database where datname = current_database()"
        ).fetchone()
    assert found == ("UTF8", "C", "C", "c")


def test_neither_server_lets_a_stranger_in():
    url = os.environ["BIHUAN_DATABASE_URL"]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url, password="a guess")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=urlsplit(os.environ["BIHUAN_REDIS_URL"]).port or 6379, password="a guess").ping()


@as_root
def test_the_data_moves_out_of_a_shut_folder_once_and_stays_there(shut_folder: Path, fallback: Path):
    nobody = Account.for_postgres()
    chosen = reachable_folder(shut_folder / "postgres", nobody, shut_folder / "record")
    assert chosen.is_relative_to(fallback)
    shut_folder.chmod(0o755)
    assert reachable_folder(shut_folder / "postgres", nobody, shut_folder / "record") == chosen


@as_root
def test_the_data_stays_in_a_folder_that_is_shut_later(shut_folder: Path, fallback: Path):
    nobody = Account.for_postgres()
    shut_folder.chmod(0o755)
    chosen = reachable_folder(shut_folder / "postgres", nobody, shut_folder / "record")
    assert chosen == shut_folder / "postgres"
    shut_folder.chmod(0o700)
    assert reachable_folder(shut_folder / "postgres", nobody, shut_folder / "record") == chosen


@as_root
def test_programs_in_a_shut_folder_are_copied_to_where_they_can_be_run(shut_folder: Path, fallback: Path):
    programs = shut_folder / "tree/bin"
    programs.mkdir(parents=True)
    (programs / "postgres").write_text("#!/bin/sh\necho ready\n")
    (programs / "postgres").chmod(0o755)
    nobody = Account.for_postgres()
    assert nobody is not None
    copied = reachable_programs(programs, nobody)
    assert copied.is_relative_to(fallback)
    assert nobody.may("-x", copied / "postgres")


def test_secrets_are_drawn_once_and_shut(tmp_path: Path):
    drawn = secrets_file.load(tmp_path)
    assert secrets_file.load(tmp_path) == drawn
    assert len(set(drawn.values())) == len(drawn)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_one_has_the_turn_and_the_others_borrow(tmp_path: Path):
    with turn.taken(tmp_path) as ours:
        assert ours
        turn.announce(tmp_path, {"BIHUAN_REDIS_URL": "redis://here"})
        with turn.taken(tmp_path) as theirs:
            assert not theirs
        with turn.borrowed(tmp_path) as environment:
            assert environment == {"BIHUAN_REDIS_URL": "redis://here"}
    assert turn.running(tmp_path) is None
    with turn.taken(tmp_path) as again:
        assert again


def test_what_runs_here_keeps_what_it_compiled_whatever_the_shell_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    variables = services.application_environment(Folders(installed=tmp_path, data=tmp_path), {})
    assert not variables["PYTHONDONTWRITEBYTECODE"]
