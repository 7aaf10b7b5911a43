"""`bihuan due` counts as the rules' worked dates do, and tells every day."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from bihuan.bootstrap import App
from bihuan.domain.access import Machine
from bihuan.store import tables
from bihuan.store.statement import compiled
from tests.cli.conftest import Run


def test_the_worked_example_of_the_rules(run: Run, zibo: App) -> None:
    ran = run("due", "zibo", "--from", "2026-09-29T16:00", "--workdays", "15", "--at", "12:00", "--json")

    assert ran.code == 0
    receipt = ran.json.pop("receipt")
    assert ran.json | {"receipt": None} == {
        "due_at": "2026-10-26T12:00:00+08:00", "due_on": "2026-10-26", "provisional": False, "receipt": None,
    }  # fmt: skip
    assert receipt[0] == {"on": "2026-09-29", "counted": False, "ordinal": None, "reason": "当日不计入"}
    assert [line["on"] for line in receipt if "调休上班" in line["reason"]] == ["2026-10-10"]
    assert receipt[-1]["ordinal"] == 15


def test_without_a_cut_off_a_limit_ends_with_its_day(run: Run, zibo: App) -> None:
    found = run("due", "zibo", "--from", "2026-09-29T16:00", "--workdays", "15").json

    assert (found["due_at"], found["due_on"]) == ("2026-10-27T00:00:00+08:00", "2026-10-26")


def test_the_last_line_is_json_also_for_people(run: Run, zibo: App) -> None:
    ran = run("due", "zibo", "--from", "2026-09-29", "--days", "10")

    assert "计入 第10日" in ran.out
    assert ran.json["due_on"] == "2026-10-09"


def test_a_deployed_locality_counts_with_its_own_days(run: Run, zibo: App) -> None:
    with zibo.begin(Machine("test")) as work:
        work.add(
            tables.calendar_override,
            {
                "locality": "zibo", "version": 1, "day": date(2026, 9, 30), "kind": "holiday", "reason": "台风停工",
                "entered_by": "test", "entered_at": datetime(2026, 9, 29, tzinfo=UTC),
            },
        )  # fmt: skip
        work.do(compiled(sa.update(tables.locality).values(calendar_version=1)))

    ran = run("due", "zibo", "--from", "2026-09-29", "--workdays", "1")

    assert "台风停工" in ran.out
    assert ran.json["due_on"] == "2026-10-08"
    assert run("due", "processes/zibo", "--from", "2026-09-29", "--workdays", "1").json["due_on"] == "2026-09-30"


def test_a_folder_needs_no_database_and_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIHUAN_DATABASE_URL")

    ran = run("due", "zibo", "--from", "2026-09-29T16:00", "--workdays", "3", "--at", "12:00", "--json")

    assert ran.json["due_at"] == "2026-10-09T12:00:00+08:00"
    assert "只用全国放假安排" in ran.err
