"""`bihuan backup` and `bihuan restore`: what comes back is what was there, and nothing else is ever taken for it."""

import hashlib
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from bihuan.bootstrap import App
from bihuan.queries.history import case_ids, verify
from bihuan.settings import Settings
from bihuan.store.backup import MANIFEST
from bihuan.store.migrations import migrate
from bihuan.store.tables import metadata
from tests.cli.conftest import Run, go
from tests.commands.test_life import dispatched
from tests.conftest import with_database
from tests.people import Town


def content(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with psycopg.connect(url) as connection:
        return {
            name: sorted(connection.execute(f'select * from "{name}"').fetchall(), key=repr) for name in metadata.tables
        }


@pytest.fixture
def standing(town: Town, run: Run, settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """An installation with cases in hand, a file, and a history of some length; its backup."""
    for _ in range(3):
        dispatched(town)
    town.at("2026-10-10 12:00")
    page = settings.files / "2026/附件.txt"
    page.parent.mkdir()
    page.write_text("营业执照")
    target = tmp_path / "all.zip"
    made = run("backup", str(target), "--json")
    assert made.code == 0, made.err
    assert made.json["cases"] == 3
    yield target
    page.unlink()
    page.parent.rmdir()


@pytest.fixture(scope="module")
def shelf() -> list[bytes]:
    """Where that backup is put once it is made, for tests that need no more of the installation."""
    return []


@pytest.fixture
def kept(request: pytest.FixtureRequest, shelf: list[bytes], tmp_path: Path) -> Path:
    """That backup, whatever became of the installation."""
    if not shelf:
        shelf.append(request.getfixturevalue("standing").read_bytes())
    target = tmp_path / "kept.zip"
    target.write_bytes(shelf[0])
    return target


def test_everything_comes_back_and_is_proven(
    town: Town, standing: Path, elsewhere: Settings, run: Run, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    assert standing.stat().st_mode & 0o077 == 0
    go(elsewhere, monkeypatch)
    back = run("restore", str(standing), "--json")
    assert back.code == 0, back.err
    assert back.json == {"cases": 3, "history_ok": True, "broken": 0}
    assert content(elsewhere.owner_database_url or "") == content(settings.owner_database_url or "")
    assert (elsewhere.files / "2026/附件.txt").read_text() == "营业执照"
    with App(elsewhere, clock=town.clock) as app:  # and life goes on where it stood
        there = Town(app, town.clock)
        with app.read() as reader:
            case = next(iter(case_ids(reader)))
        there.do(case, "first_reply", progress="已联系企业，正在核实。", contacted="not_yet")
        with app.snapshot() as reader:
            assert verify(reader, case).ok


def test_nothing_is_restored_over_what_is_there(standing: Path, run: Run, settings: Settings) -> None:
    before = content(settings.owner_database_url or "")
    refused = run("restore", str(standing))
    assert refused.code == 2
    assert "已有数据" in refused.err
    assert content(settings.owner_database_url or "") == before


@pytest.mark.parametrize(
    "other",
    [{"lookup_key": secrets.token_bytes(32)}, {"data_keys": (secrets.token_bytes(32),)}],
    ids=["lookup", "data"],
)
def test_other_keys_are_noticed_before_anything_is_changed(
    kept: Path, elsewhere: Settings, run: Run, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]
) -> None:
    go(replace(elsewhere, **other), monkeypatch)
    refused = run("restore", str(kept))
    assert refused.code == 2
    assert "密钥" in refused.err
    with psycopg.connect(elsewhere.owner_database_url or "") as connection:
        assert connection.execute("select to_regclass('case_file')").fetchone() == (None,)


@pytest.mark.parametrize("changed", ["tables/membership.copy", "files/2026/附件.txt"])
def test_a_changed_part_is_refused_and_nothing_is_kept(
    kept: Path, elsewhere: Settings, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changed: str
) -> None:
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(kept) as source, zipfile.ZipFile(forged, "w") as target:
        for part in source.infolist():
            body = source.read(part)
            target.writestr(part.filename, body[::-1] if part.filename == changed else body)
    go(elsewhere, monkeypatch)
    refused = run("restore", str(forged))
    assert refused.code == 2
    assert list(elsewhere.files.iterdir()) == []
    assert all(not rows for rows in content(elsewhere.owner_database_url or "").values())


def test_a_part_changed_together_with_its_manifest_is_refused(
    kept: Path, elsewhere: Settings, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without the keys nobody makes a backup of ours: not one with an account of theirs, either."""
    forged, name = tmp_path / "forged.zip", "tables/membership.copy"
    with zipfile.ZipFile(kept) as source, zipfile.ZipFile(forged, "w") as target:
        body, manifest = source.read(name).replace(b"officer", b"administrator"), json.loads(source.read(MANIFEST))
        manifest["parts"][name]["sha256"] = hashlib.sha256(body).hexdigest()
        for part in source.namelist():
            changed = {name: body, MANIFEST: json.dumps(manifest).encode()}
            target.writestr(part, changed.get(part) or source.read(part))
    go(elsewhere, monkeypatch)
    refused = run("restore", str(forged))
    assert refused.code == 2
    assert MANIFEST in refused.err
    with psycopg.connect(elsewhere.owner_database_url or "") as connection:
        assert connection.execute("select to_regclass('case_file')").fetchone() == (None,)


@pytest.mark.parametrize("broken", [b"", b"PK not a zip", b"half"])
def test_what_is_no_backup_is_refused_in_one_line(
    kept: Path, elsewhere: Settings, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, broken: bytes
) -> None:
    there = tmp_path / "broken.zip"
    there.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2] if broken == b"half" else broken)
    go(elsewhere, monkeypatch)
    refused = run("restore", str(there))
    assert refused.code == 2
    assert len(refused.err.strip().splitlines()) == 1
    assert "不是本系统的备份" in refused.err


def test_what_lies_in_the_way_of_an_unfinished_backup_reads_none_of_it(town: Town, run: Run, tmp_path: Path) -> None:
    """A link or an open file at that place, put there by somebody else, gets nothing."""
    theirs, target = tmp_path / "theirs", tmp_path / "ours.zip"
    theirs.touch(mode=0o666)
    (tmp_path / "ours.zip.part").symlink_to(theirs)
    assert run("backup", str(target)).code == 0
    assert theirs.read_bytes() == b""
    assert not target.is_symlink()
    assert target.stat().st_mode & 0o077 == 0


def test_a_file_that_is_there_is_not_written_over(town: Town, kept: Path, run: Run) -> None:
    refused = run("backup", str(kept))
    assert refused.code == 2
    assert "已存在" in refused.err
    assert run("backup", str(kept), "--force").code == 0


def test_a_place_that_cannot_be_written_leaves_nothing_behind(town: Town, run: Run, tmp_path: Path) -> None:
    refused = run("backup", str(tmp_path / "nowhere" / "all.zip"))
    assert refused.code == 2
    assert list(tmp_path.glob("**/*.part")) == []


def test_a_backup_of_an_older_version_is_brought_up_to_this_one(
    elsewhere: Settings, settings: Settings, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = elsewhere.owner_database_url or ""
    migrate(old, to="0002")
    with psycopg.connect(old) as owner:
        owner.execute("insert into unit (locality, id, name, kind) values ('zibo', 'commerce', '市商务局', 'handling')")
    go(elsewhere, monkeypatch)
    target = tmp_path / "old.zip"
    assert run("backup", str(target)).code == 0
    name = f"test_older_{uuid4().hex[:8]}"
    with psycopg.connect(os.environ["BIHUAN_OWNER_DATABASE_URL"], autocommit=True) as server:
        server.execute(f'create database "{name}"')
        try:
            there = replace(
                elsewhere,
                database_url=with_database(settings.database_url, name),
                owner_database_url=with_database(old, name),
            )
            go(there, monkeypatch)
            back = run("restore", str(target))
            assert back.code == 0, back.err
            with psycopg.connect(there.owner_database_url or "") as owner:
                assert owner.execute("select name from unit").fetchall() == [("市商务局",)]
            with App(there) as app:
                assert app.ready()
        finally:
            server.execute(f'drop database if exists "{name}" with (force)')
