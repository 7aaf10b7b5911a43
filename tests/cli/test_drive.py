"""`bihuan drive`: messages with worked dates give exactly the numbers that the rules give."""

import csv
from pathlib import Path

import psycopg
import pytest

from bihuan.play.drive import drive
from bihuan.play.scratch import scratch_prefix
from bihuan.settings import Settings
from tests.cli.conftest import Run

# Sent on Tuesday 2026-09-29: ZB-17 ends 10-09 12:00, ZB-18 10-26 12:00, taken over from 11-02 12:00 (E1, E2, ZB-25).
LIVES = [
    ("in-time", "2026-10-09T11:59:59+08:00"),
    ("first-reply-at-noon", "2026-10-09T12:00:00+08:00"),
    ("resolved-just-in-time", "2026-10-26T11:59:59+08:00"),
    ("resolved-at-noon", "2026-10-26T12:00:00+08:00"),
    ("before-the-take-over", "2026-11-02T11:59:59+08:00"),
    ("at-the-take-over", "2026-11-02T12:00:00+08:00"),
    ("long-after", "2027-01-20T09:00:00+08:00"),
    ("at-once", "2026-09-29T16:00:00+08:00"),
]
SENT_AT = "2026-09-29T16:00:00+08:00"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The lives above, and rows that are none."""
    path = tmp_path / "messages.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file)
        write.writerow(["id", "author", "subject", "body", "sent_at", "reply", "replied_at"])
        for name, replied_at in LIVES:
            write.writerow([name, "U1", f"诉求 {name}", "请尽快办理。", SENT_AT, "已办", replied_at])
        write.writerow(["bad-date", "U1", "诉求", "正文", "soon", "", SENT_AT])
        write.writerow(["replied-before", "U1", "诉求", "正文", SENT_AT, "", "2026-09-28T16:00:00+08:00"])
        write.writerow(["unanswered", "U1", "诉求", "正文", SENT_AT, "", ""])
        write.writerow(["too-long", "U1", "题" * 300, "正文", SENT_AT, "", SENT_AT])
    return path


def scratch_databases(settings: Settings) -> list[object]:
    """Databases of plays that are still there."""
    owner_url = settings.owner_database_url or ""
    with psycopg.connect(owner_url) as owner:
        mine = [scratch_prefix(owner_url)]
        return owner.execute("select datname from pg_database where starts_with(datname, %s)", mine).fetchall()


def test_the_numbers_are_those_of_the_rules(run: Run, table: Path, settings: Settings) -> None:
    before = scratch_databases(settings)

    ran = run("drive", "zibo", table, "--json")

    assert ran.code == 0, ran.err
    assert ran.json == {
        "cases": 8, "closed": 8, "first_reply_on_time": 2, "resolved_on_time": 4, "reminders": 10, "escalated": 2,
        "history_ok": True,
    }  # fmt: skip
    for row in (10, 11, 12, 13):
        assert f"第 {row} 行" in ran.err
    assert "共 4 行未演练" in ran.err
    assert scratch_databases(settings) == before


def test_a_limit_plays_the_first_messages_only(run: Run, table: Path) -> None:
    assert run("drive", "zibo", table, "--limit", "2").json["cases"] == 2


def test_an_interrupted_drive_leaves_no_database_behind(
    run: Run, table: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object, **more: object) -> None:
        drive(*arguments, **{**more, "done": stop})  # type: ignore[arg-type]

    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bihuan.cli.drive.drive", interrupted)

    before = scratch_databases(settings)

    ran = run("drive", "zibo", table)

    assert ran.code == 130
    assert "已中断" in ran.err
    assert scratch_databases(settings) == before


def test_a_file_without_a_life_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.write_text("id,subject,body,sent_at\n1,标题,正文,2026-09-29T16:00\n", encoding="utf-8")

    ran = run("drive", "zibo", path)

    assert ran.code == 2
    assert "没有可以演练的行" in ran.err
