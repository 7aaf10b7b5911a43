"""`bihuan demonstrate`, `replay`, `verify` and `clock`: something to look at, and the proof that it is whole."""

import json
import shutil
import stat
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg
import pytest

from bihuan.__main__ import main
from bihuan.bootstrap import App
from bihuan.play.accounts import FILE
from bihuan.queries.history import case_ids
from bihuan.queries.people import log_in
from bihuan.settings import Settings
from bihuan.store.migrations import migrate
from tests.cli.conftest import Ran, Run, another, go, one_line

BESIDE = """select (select count(*) from supervision_order where state = 'open'),
    (select count(*) from phone_call), (select count(*) from attachment where state = 'released'),
    (select count(*) from watch), (select count(*) from task where state = 'open' and signature),
    (select count(*) from task where state = 'open' and assignee is not null),
    (select count(*) from press where form = 'send_back'), (select count(*) from message where name = 'sessions_set'),
    (select count(*) from task where state = 'open' and key like 'request/rework/%')"""
"""What a newcomer is to see beside tasks that run and tasks that are late."""


@dataclass(frozen=True)
class Demonstrated:
    """An installation with demonstration data, and what the command said when it was made."""

    said: Ran
    settings: Settings
    app: App

    @property
    def accounts(self) -> list[dict[str, str]]:
        """Whom it says one may log in as."""
        found: list[dict[str, str]] = self.said.json["accounts"]
        return found

    def ask(self, statement: LiteralString) -> tuple[int, ...]:
        """The one row that the tables' owner reads."""
        with psycopg.connect(self.settings.owner_database_url or "") as owner:
            row = owner.execute(statement).fetchone()
        assert row is not None
        return row


@pytest.fixture(scope="module")
def exhibition(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Ran]]:
    """Made once: it takes seconds, and each test gets a copy."""
    files, out, err = tmp_path_factory.mktemp("exhibition"), StringIO(), StringIO()
    with another(settings, files) as there, pytest.MonkeyPatch.context() as patch:
        migrate(there.owner_database_url or "")
        go(there, patch)
        with redirect_stdout(out), redirect_stderr(err):
            code = main(["demonstrate"])
        yield there, Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture
def demonstrated(
    exhibition: tuple[Settings, Ran], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Demonstrated]:
    """A copy of it, where `run` works."""
    made, said = exhibition
    shutil.copytree(made.files, tmp_path / "files")
    with another(made, tmp_path / "files", like=urlsplit(made.database_url).path[1:]) as there, App(there) as app:
        go(there, monkeypatch)
        yield Demonstrated(said, there, app)


def test_one_account_a_role_each_with_a_password_of_its_own(demonstrated: Demonstrated) -> None:
    accounts = demonstrated.accounts

    assert demonstrated.said.code == 0, demonstrated.said.err
    assert len({(one["locality"], one["role"]) for one in accounts}) == len(accounts) >= 40
    assert len({one["password"] for one in accounts}) == len(accounts)
    assert set(accounts[0]) == {"locality", "role", "login", "password", "name"}
    with demonstrated.app.read() as reader:
        assert log_in(reader, accounts[0]["login"], accounts[0]["password"]) is not None


def test_only_its_owner_can_read_the_passwords(demonstrated: Demonstrated) -> None:
    assert stat.S_IMODE((demonstrated.settings.files / FILE).stat().st_mode) == 0o600


def test_a_second_run_changes_nothing(demonstrated: Demonstrated, run: Run) -> None:
    with demonstrated.app.read() as reader:
        before = list(case_ids(reader))

    again = run("demonstrate")

    assert again.json == demonstrated.said.json
    with demonstrated.app.read() as reader:
        assert list(case_ids(reader)) == before


def test_samples_are_in_various_states_and_their_histories_are_whole(demonstrated: Demonstrated, run: Run) -> None:
    ask = demonstrated.ask

    assert ask("select count(*) from deadline where state = 'passed' and not internal") > (1,)
    assert ask("select count(*) from notice where template = 'taken_over'") >= (1,)
    assert ask("select count(*) from case_file where exit = 'closed'") >= (3,)
    assert ask("select count(*) from history_event where at > clock_timestamp()") == (0,)
    assert min(ask(BESIDE)) >= 1
    assert run("verify", "--json").json["ok"] is True


def test_lost_passwords_are_made_anew(demonstrated: Demonstrated, run: Run) -> None:
    (demonstrated.settings.files / FILE).unlink()

    accounts = run("demonstrate").json["accounts"]

    assert accounts[0]["password"] != demonstrated.accounts[0]["password"]
    with demonstrated.app.read() as reader:
        assert log_in(reader, accounts[0]["login"], accounts[0]["password"]) is not None


def test_a_case_is_replayed_by_its_number(demonstrated: Demonstrated, run: Run) -> None:
    number = next(word for word in demonstrated_numbers(run) if word.startswith("ZBJS"))

    told, lines = run("replay", number), run("replay", number, "--json").out.splitlines()

    assert "提交诉求" in told.out
    assert "流转记录完整。" in told.out
    assert [json.loads(line)["no"] for line in lines] == list(range(1, len(lines) + 1))


def demonstrated_numbers(run: Run) -> list[str]:
    """Numbers of cases, as the first of the year have them."""
    year = datetime.now(UTC).year
    return [f"ZBJS{year - back}{1:05}" for back in (0, 1) if run("replay", f"ZBJS{year - back}{1:05}").code == 0]


def test_a_forged_history_is_found(demonstrated: Demonstrated, run: Run) -> None:
    with psycopg.connect(demonstrated.settings.owner_database_url or "", autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute(
            "update history_event set actor = 'nobody' where no = 3 and case_id ="
            " (select id from case_file order by id limit 1)"
        )

    ran = run("verify")

    assert ran.code == 1
    assert "第 3 条记录与前一条不衔接" in ran.out
    assert "1 件有问题" in ran.out


def test_the_clock_goes_forward_only(run: Run, app: App) -> None:
    assert run("clock", "--to", "2099-01-05T12:00").code == 0
    assert "北京时间 2099-01-05 12:00" in run("clock").out
    assert "早于当前演示时间" in one_line(run("clock", "--to", "2098-01-01"))
