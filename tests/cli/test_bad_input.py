"""Whatever cannot be taken gets one line that names it, exit code 2, and nothing half done."""

import argparse
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bihuan.__main__ import COMMANDS, parser
from tests.cli.conftest import Run, one_line


def test_every_command_explains_itself_in_chinese_first(run: Run) -> None:
    (commands,) = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]

    assert len(commands.choices) == len(COMMANDS) + 1  # backup and restore are one module
    for name in commands.choices:
        ran = run(name, "--help")
        assert ran.code == 0
        first = next(line for line in ran.out.splitlines()[1:] if line.strip() and "[" not in line)
        assert any("\u4e00" <= character <= "\u9fff" for character in first), (name, first)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["due", "zibo", "--from", "yesterday", "--workdays", "3"], "'yesterday' 不是时间"),
        (["due", "zibo", "--from", "2026-09-29", "--workdays", "three"], "参数 --workdays 应为整数，现为 'three'"),
        (["due", "zibo", "--from", "2026-09-29"], "需要其中一个参数：--workdays --days"),
        (["due", "zibo", "--from", "2026-09-29", "--workdays", "1", "--days", "1"], "不能与"),
        (["due", "zibo", "--from", "2026-09-29", "--workdays", "0"], "期限天数应为1至1000之间的整数"),
        (["due", "zibo", "--from", "2026-09-29", "--workdays", "1", "--at", "noon"], "'noon' 不是时刻"),
        (["due", "atlantis", "--from", "2026-09-29", "--workdays", "1"], "没有这个辖区"),
        (["deploy"], "缺少参数：目录"),
        (["deploy", "zibo", "--force"], "不认识的参数：--force"),
        (["drive", "zibo", "nowhere.csv"], "没有文件 nowhere.csv"),
        (["drive", "zibo", "nowhere.csv", "--limit", "0"], "没有文件"),
        (["replay", "ZBJS209900001"], "没有工单 ZBJS209900001"),
        (["user", "close", "nobody"], "没有账号 nobody"),
        (["scenarios", "zibo", "--rule", "ZB-99"], "没有这样的情景"),
        (["import", "zibo", __file__], "缺少列 id"),
    ],
)
def test_what_cannot_be_taken_is_named_in_one_line(run: Run, zibo: object, words: list[str], says: str) -> None:
    assert says in one_line(run(*words))


def test_a_missing_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIHUAN_DATABASE_URL")

    assert "BIHUAN_DATABASE_URL" in one_line(run("verify"))


def test_a_database_that_is_not_migrated_is_told_apart(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = urlsplit(os.environ["BIHUAN_DATABASE_URL"])._replace(path="/postgres").geturl()
    monkeypatch.setenv("BIHUAN_DATABASE_URL", bare)

    assert "bihuan migrate" in one_line(run("verify"))


def test_what_only_a_demonstration_may_do_is_refused_in_production(
    run: Run, zibo: object, in_production: None, tmp_path: Path
) -> None:
    table = tmp_path / "messages.csv"
    table.write_text("id,subject,body,sent_at,replied_at\n", encoding="utf-8")

    for words in (
        ["demonstrate"], ["drive", "zibo", str(table)], ["scenarios", "zibo"], ["clock", "--to", "2099-01-01"],
    ):  # fmt: skip
        assert "仅演示模式" in one_line(run(*words)), words
