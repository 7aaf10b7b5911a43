"""`bihuan user`: accounts are made, closed and opened; a password is never a default and never shown unasked."""

import io

import pytest

from bihuan.bootstrap import App
from bihuan.queries.people import log_in
from tests.cli.conftest import Run, one_line

ADD = ("user", "add", "zibo", "wangwu", "--name", "王五", "--unit", "commerce", "--unit", "commerce:principal")


def may_log_in(app: App, login: str, password: str) -> bool:
    with app.read() as reader:
        return log_in(reader, login, password) is not None


def test_a_generated_password_is_shown_once_and_works(run: Run, zibo: App) -> None:
    ran = run(*ADD, "--generate")

    assert may_log_in(zibo, "wangwu", ran.out.strip().rpartition(" ")[2])
    listed = run("user", "list", "zibo").out
    assert "王五" in listed
    assert "市商务局 主要负责同志" in listed


def test_a_given_password_is_read_from_standard_input_and_not_shown(
    run: Run, zibo: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))

    ran = run(*ADD)

    assert "correct horse" not in ran.out + ran.err
    assert may_log_in(zibo, "wangwu", "correct horse battery")


def test_a_closed_account_cannot_log_in_until_it_is_opened(run: Run, zibo: App) -> None:
    password = run(*ADD, "--generate").out.strip().rpartition(" ")[2]

    assert run("user", "close", "wangwu").code == 0
    assert not may_log_in(zibo, "wangwu", password)
    assert run("user", "open", "wangwu").code == 0
    assert may_log_in(zibo, "wangwu", password)


def test_a_new_password_replaces_the_old_one(run: Run, zibo: App) -> None:
    first = run(*ADD, "--generate").out.strip().rpartition(" ")[2]
    second = run("user", "password", "wangwu", "--generate").out.strip().rpartition(" ")[2]

    assert not may_log_in(zibo, "wangwu", first)
    assert may_log_in(zibo, "wangwu", second)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((*ADD[:4], "--name", "王五", "--unit", "commerce:boss", "--generate"), "没有角色 boss"),
        ((*ADD[:4], "--name", "王五", "--unit", "navy", "--generate"), "没有这些单位：navy"),
        (("user", "add", "zibo", "1-x", "--name", "王五", "--unit", "commerce", "--generate"), "登录名只能用"),
        (("user", "add", "atlantis", "wangwu", "--name", "王五", "--unit", "commerce", "--generate"), "没有部署辖区"),
    ],
)
def test_an_account_that_cannot_be_is_refused(run: Run, zibo: App, words: tuple[str, ...], says: str) -> None:
    assert says in one_line(run(*words))


def test_a_login_is_given_once(run: Run, zibo: App) -> None:
    run(*ADD, "--generate")

    assert "已被使用" in one_line(run(*ADD, "--generate"))


def test_a_short_password_is_refused(run: Run, zibo: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))

    assert "密码须为" in one_line(run(*ADD))


def test_a_stand_in_is_appointed_until_an_instant(run: Run) -> None:
    run(*ADD, "--generate")
    run("user", "add", "zibo", "zhaoliu", "--name", "赵六", "--unit", "commerce", "--generate")
    appoint = ("user", "stand-in", "zhaoliu", "--for", "wangwu", "--reason", "出差", "--until")

    assert "zhaoliu 可代理 wangwu，至 2099-01-01 09:00 止" in run(*appoint, "2099-01-01T09:00").out
    assert "晚于现在" in one_line(run(*appoint, "2001-01-01T00:00"))
