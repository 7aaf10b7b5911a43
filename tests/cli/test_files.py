"""Attachments from the command line: verified, examined, backed up and brought back."""

import secrets
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from bihuan.bootstrap import App
from bihuan.commands.attach_file import attach_files
from bihuan.commands.heartbeat import beat
from bihuan.domain.access import Complainant, Machine
from bihuan.domain.clock import MovableClock
from bihuan.domain.ids import CaseId
from bihuan.queries.attachments import attachments_of, open_attachment
from bihuan.settings import Settings
from bihuan.store import sealed_files
from tests.a_file import PDF, a_jpeg, sent
from tests.cli.conftest import Run, go
from tests.people import Town


@pytest.fixture
def case(app: App, town: Town) -> CaseId:
    """A case with two attachments, alone in its folder."""
    case = town.request().case_id
    with app.begin(Complainant(case)) as work:
        files = [sent(app, "照片.jpg", a_jpeg()), sent(app, "合同.pdf", PDF)]
        attach_files(work, case, files, submission_id=uuid4())
    with app.begin(Machine("bell")) as work:
        beat(work, "bell")
    return case


def files_of(town: App | Town) -> list[tuple[UUID, Path]]:
    app = town.app if isinstance(town, Town) else town
    with psycopg.connect(app.settings.owner_database_url or "") as owner:
        return [(row[0], app.files.path_of(row[0])) for row in owner.execute("select id from attachment order by no")]


def test_attachments_are_verified_to_their_last_byte(app: App, case: CaseId, run: Run) -> None:
    assert run("verify", "--json").json["ok"]
    (_, path), _ = files_of(app)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes((content[-1] ^ 1,)))
    found = run("verify", "--json")
    assert found.code == 1
    assert "attachment 1" in str(found.json["broken"])


def test_what_is_missing_and_what_belongs_to_nothing_is_found(
    app: App, case: CaseId, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kinds() -> set[str]:
        return {one["kind"] for one in run("doctor", "--json").json["findings"] if one["kind"].startswith("files")}

    assert kinds() == set()
    (_, path), _ = files_of(app)
    stray = path.with_name(uuid4().hex)
    path.rename(stray)
    assert kinds() == {"files-missing", "files-stray"}
    told = run("doctor").out
    assert "附件1" in told
    assert str(stray) in told
    stray.rename(path)
    incoming = app.files.receive(largest=9)
    incoming.write(b"x")
    incoming.finish()
    assert kinds() == {"files-stray"}, "what a broken-off upload left"
    incoming.close()
    monkeypatch.setattr(sealed_files, "_has_room", lambda _: False)
    assert kinds() == {"files-full"}


def test_attachments_come_back_from_a_backup_and_open(
    app: App, case: CaseId, run: Run, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    clock: MovableClock,
) -> None:  # fmt: skip
    target = tmp_path / "all.zip"
    unfinished = app.files.receive(largest=9)
    unfinished.write(b"x")
    unfinished.finish()
    assert run("backup", str(target)).code == 0
    unfinished.close()
    go(elsewhere, monkeypatch)
    assert run("restore", str(target), "--json").json == {"cases": 1, "history_ok": True, "broken": 0}
    assert run("verify", "--json").json["ok"]
    with App(elsewhere, clock=clock) as restored:
        assert restored.files.left_over() == []
        with restored.read() as reader:
            names = [one.name for one in attachments_of(reader, restored.vault, Complainant(case), case)]
            opened = open_attachment(reader, restored.vault, restored.files, Complainant(case), case, 2)
        assert names == ["照片.jpg", "合同.pdf"]
        assert b"".join(opened.blocks()) == PDF


def test_a_backup_is_not_brought_back_without_the_key_of_its_files(
    app: App, case: CaseId, run: Run, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also when no identity was sealed with it."""
    with psycopg.connect(app.settings.owner_database_url or "", autocommit=True) as owner:
        owner.execute("delete from identity")
    target = tmp_path / "all.zip"
    assert run("backup", str(target)).code == 0
    go(replace(elsewhere, data_keys=(secrets.token_bytes(32),)), monkeypatch)
    refused = run("restore", str(target))
    assert refused.code == 2
    assert "BIHUAN_DATA_KEY" in refused.err
