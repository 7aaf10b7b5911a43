"""Calendars: days declared with a reason, notices imported, running limits counted again; each step can be proved."""

import argparse
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bihuan.__main__ import parser
from bihuan.cli import calendar as cli
from bihuan.commands.declare_days import declare_days
from bihuan.commands.recount_case import CALENDAR, recount_case
from bihuan.domain.access import Machine, Officer
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import BadInput, InvalidAnswers, NotAllowed
from bihuan.domain.folding import fold
from bihuan.domain.ids import CaseId
from bihuan.domain.workdays import Calendar, Override
from bihuan.locality.deployments import calendar_of
from bihuan.locality.folder import Locality
from bihuan.locality.holiday_notice import Declaration, HolidayNotice, declarations, read_holiday_notice
from bihuan.queries.history import history, verify
from bihuan.queries.recounting import Change, changes_by
from bihuan.store import tables
from bihuan.store.deployments import declared_days, locality_row
from bihuan.store.statement import compiled
from tests.notices import NOTICE
from tests.people import Town, files_of

_deadline = tables.deadline
LIMITS = compiled(_deadline.select().where(_deadline.c.case_id == sa.bindparam("case_id", type_=tables.ID)))
TYPHOON = Declaration("holiday", "台风停工")


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)


def dispatched(town: Town) -> CaseId:
    case = town.request().case_id
    town.do(case, "dispatch", handling_unit="commerce")
    return case


def declare(town: Town, days: dict[date, Declaration], by: Officer | None = None) -> int:
    with town.app.begin(by or town.officer("platform", "administrator")) as work:
        return declare_days(work, "zibo", days, source="市政府通知")


def the_calendar(town: Town) -> Calendar:
    with town.app.read() as reader:
        row = locality_row(reader, "zibo")
        assert row is not None
        return calendar_of(reader, "zibo", row["calendar_version"])


def limit(town: Town, case: CaseId, element: str) -> dict[str, Any]:
    with town.app.read() as reader:
        return next(dict(row) for row in reader.all(LIMITS, case_id=case) if row["key"].split("/")[1] == element)


def changes(town: Town, case: CaseId) -> list[Change]:
    with town.app.read() as reader:
        return changes_by(reader, case, the_calendar(town))


def count_again(town: Town, case: CaseId) -> int:
    with town.app.begin(CALENDAR) as work:
        return recount_case(work, case)


def whole(town: Town, case: CaseId) -> None:
    with town.app.snapshot() as reader:
        assert verify(reader, case).faults == ()


def test_a_declared_day_counts_for_what_begins_later_and_moves_nothing_by_itself(town: Town) -> None:
    before = dispatched(town)
    assert declare(town, {date(2026, 9, 30): TYPHOON}) == 1
    after = dispatched(town)
    assert limit(town, before, "first_reply_due")["due_at"] == beijing("2026-10-09T12:00")
    assert limit(town, after, "first_reply_due")["due_at"] == beijing("2026-10-10T12:00")


def test_counting_again_moves_tasks_and_limits_and_history_keeps_both(town: Town) -> None:
    case = dispatched(town)
    old = limit(town, case, "first_reply_due")
    declare(town, {date(2026, 9, 30): TYPHOON})
    foreseen = {change.name: change for change in changes(town, case)}
    assert "2026-09-30 台风停工（原为工作日）" in foreseen["第3个工作日12:00"].why
    assert count_again(town, case) == len(foreseen) + 1 >= 4, "the reply, the resolution, what follows it; a button"
    now = limit(town, case, "first_reply_due")
    assert (now["due_at"], now["original_due_at"]) == (foreseen["第3个工作日12:00"].new, old["due_at"])
    assert town.open_tasks(case)["first_reply"]["due_at"] == now["due_at"]
    with town.app.read() as reader:
        moved = [event for event in history(reader, case) if event.kind == "deadline_moved"]
    assert {event.actor for event in moved} == {"calendar"}
    assert {event.detail["why"] for event in moved} == {"calendar"}
    assert (moved[0].detail["old"], moved[0].detail["new"]) != (None, None)
    whole(town, case)
    assert changes(town, case) == []
    assert count_again(town, case) == 0, "again, nothing happens"
    whole(town, case)


def test_a_limit_that_follows_a_limit_moves_with_it(town: Town) -> None:
    case = dispatched(town)
    apart = limit(town, case, "drag_on_due")["due_at"]
    declare(town, {date(2026, 10, 12): TYPHOON})
    count_again(town, case)
    moved, resolve = limit(town, case, "drag_on_due"), limit(town, case, "resolve_due")
    assert moved["due_at"] > apart
    assert moved["anchor_at"] == resolve["due_at"] > resolve["original_due_at"], "its days begin where that one ends"
    whole(town, case)


def test_what_may_be_applied_for_until_a_limit_may_be_until_where_it_moved(town: Town) -> None:
    """淄博 延期申请: until=deadline("resolve_due"); without it a unit lost half a day of a right (ZB-19)."""
    case = dispatched(town)
    declare(town, {date(2026, 10, 22): TYPHOON})
    old = limit(town, case, "resolve_due")["due_at"]
    assert count_again(town, case) > 0
    new = limit(town, case, "resolve_due")["due_at"]
    with town.app.read() as reader:
        events = history(reader, case)
    (moved,) = [event for event in events if event.kind == "button_moved"]
    assert moved.actor == "calendar"
    assert (moved.detail["old"], moved.detail["new"]) == (old.isoformat(), new.isoformat())
    assert fold(events).buttons[str(moved.key)]["until"] == new.isoformat()
    whole(town, case)
    assert count_again(town, case) == 0
    town.clock.move_to(old + timedelta(hours=1))
    town.ask_for_time(case)
    whole(town, case)


def test_what_has_passed_or_ended_is_not_touched(town: Town) -> None:
    case = dispatched(town)
    passed = limit(town, case, "first_reply_due")["due_at"]
    town.at("2026-10-12T09:00")
    assert limit(town, case, "first_reply_due")["state"] == "passed"
    declare(town, {date(2026, 9, 30): TYPHOON})
    count_again(town, case)
    assert limit(town, case, "first_reply_due")["due_at"] == passed
    whole(town, case)


def test_nobody_becomes_late_by_a_calendar(town: Town) -> None:
    """A holiday becomes a working day, and the limit would be over: it stays, said once."""
    case = dispatched(town)
    kept = limit(town, case, "first_reply_due")["due_at"]
    town.at("2026-10-09T09:00")
    declare(town, {date(2026, 10, day): Declaration("workday", "改为上班") for day in range(1, 8)})
    assert {change.what for change in changes(town, case) if change.name == "第3个工作日12:00"} == {"left"}
    assert count_again(town, case) > 0
    assert limit(town, case, "first_reply_due")["due_at"] == kept
    assert count_again(town, case) == 0
    whole(town, case)


def test_an_extension_to_a_date_stays_on_that_date(town: Town) -> None:
    """Somebody gave the date; what was counted from it follows the calendar."""
    case = dispatched(town)
    town.at("2026-10-19T10:00")
    declared = {"multi_level": True, "multi_department": True, "institutional": True}
    form = the_form(town, "extension")
    answers = dict.fromkeys(form, "涉及多层级、多部门，需要制度性突破。") | declared | {"new_due_on": "2026-11-20"}
    town.press(case, "ask_extension", by=town.officer("commerce"), **answers)
    for step in ("sign_principal", "forward", "sign_city_leader", "review_province"):
        words = dict.fromkeys(the_form(town, step), "同意延期。")
        town.do(case, step, **words, approved=True)
    granted, apart = limit(town, case, "resolve_due"), limit(town, case, "drag_on_due")["due_at"]
    assert granted["due_at"] == beijing("2026-11-20T12:00")
    declare(town, {date(2026, 11, 23): TYPHOON, date(2026, 10, 21): TYPHOON})
    count_again(town, case)
    assert limit(town, case, "resolve_due")["due_at"] == granted["due_at"]
    assert limit(town, case, "drag_on_due")["due_at"] > apart
    whole(town, case)


def the_form(town: Town, name: str) -> list[str]:
    """The fields of a form that are filled in by words and have to be."""
    place = Locality.of(files_of("zibo"))
    return [one.key for one in place.form(name).fields if one.required and one.type in ("textfield", "textarea")]


def test_a_reason_a_source_and_the_right_are_needed(town: Town) -> None:
    day = date(2026, 11, 2)
    for actor in (town.officer("platform"), town.officer("platform", "process_owner")):
        with pytest.raises(NotAllowed):
            declare(town, {day: TYPHOON}, by=actor)
    with pytest.raises(InvalidAnswers):
        declare(town, {day: Declaration("holiday", " ")})
    with pytest.raises(InvalidAnswers):
        declare(town, {day: Declaration("sometimes", "原因")})
    with pytest.raises(NotAllowed), town.app.begin(Machine("clock")) as work:
        recount_case(work, CaseId(town.request().case_id))


def test_of_a_day_declared_twice_the_last_holds_and_every_version_stays(town: Town) -> None:
    day = date(2026, 11, 2)
    declare(town, {day: TYPHOON})
    declare(town, {day: Declaration("morning", "半天停电")})
    assert the_calendar(town).half(day) == "morning"
    declare(town, {day: Declaration("national", "恢复正常")})
    assert the_calendar(town).kind(day).name == "工作日"
    with town.app.read() as reader:
        assert calendar_of(reader, "zibo", 1).kind(day).name == "台风停工"
        assert [row["version"] for row in declared_days(reader, "zibo")] == [3, 2, 1]


def test_a_notice_makes_provisional_limits_final_and_again_changes_nothing(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "application", lambda: _Open(town))
    town.at("2026-12-28T10:00")
    case = dispatched(town)
    assert limit(town, case, "resolve_due")["provisional"] is True
    file = tmp_path / "2027.toml"
    file.write_text(NOTICE, encoding="utf-8")
    arguments = cli_arguments("import", str(file), "zibo", "--dry-run")
    assert arguments.run(arguments) == 0
    foreseen = capsys.readouterr().out
    assert "未作任何改动" in foreseen
    assert limit(town, case, "resolve_due")["provisional"] is True
    arguments = cli_arguments("import", str(file), "zibo", "--apply")
    assert arguments.run(arguments) == 0
    assert limit(town, case, "resolve_due")["provisional"] is False
    calendar = the_calendar(town)
    assert calendar.last_announced_year == 2027
    assert calendar.is_workday(date(2027, 1, 31))
    assert calendar.kind(date(2027, 2, 5)).name == "春节"
    whole(town, case)
    capsys.readouterr()
    version = calendar.version
    assert arguments.run(arguments) == 0
    assert the_calendar(town).version == version
    assert "移动 0 项" in capsys.readouterr().out
    arguments = cli_arguments("show", "zibo", "2027")
    assert arguments.run(arguments) == 0
    assert "2027-01-31 周日 上班 调休上班（国务院办公厅" in capsys.readouterr().out


def test_what_a_locality_declared_itself_outlives_a_notice() -> None:
    notice = read_holiday_notice("2027.toml", NOTICE.encode())
    own = {"day": date(2027, 3, 1), "kind": "holiday", "source": "市政府通知"}
    calendar = Calendar({date(2027, 3, 1): Override("holiday", "台风停工")}, version=1)
    days = declarations(notice, calendar, [own])
    assert date(2027, 3, 1) not in days
    assert days[date(2027, 2, 12)].kind == "holiday"


@pytest.mark.parametrize(
    ("spoilt", "fault"),
    [
        (NOTICE.replace("year = 2027", "year = 27"), "year"),
        (NOTICE.replace("2027-01-31", "2027-02-06"), "2027-02-06"),
        (NOTICE.replace("to = 2027-01-03", "to = 2027-03-03"), "元旦"),
        (NOTICE.replace("from = 2027-01-01", 'from = "2027-01-01"'), "元旦"),
        (NOTICE.replace("from = 2027-01-01", "from = 2026-12-31"), "2026-12-31"),
        ("year = 2027\nsource = '通知'", "holiday"),
        ("year = ", ""),
    ],
)
def test_a_notice_written_wrongly_is_refused(spoilt: str, fault: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_holiday_notice("2027.toml", spoilt.encode())
    assert fault in str(refusal.value)


def test_a_year_is_not_announced_before_the_one_before() -> None:
    notice = HolidayNotice(2099, "国务院通知", {}, frozenset())
    with pytest.raises(BadInput):
        declarations(notice, Calendar(), [])


class _Open:
    """The test's own application, which the command leaves open."""

    def __init__(self, town: Town) -> None:
        self._app = town.app

    def __enter__(self) -> object:
        return self._app

    def __exit__(self, *_: object) -> None:
        pass


def cli_arguments(*words: str) -> argparse.Namespace:
    return parser().parse_args(["calendar", *words])
