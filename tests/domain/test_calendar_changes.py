"""Half days, and limits counted again by another calendar."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays import (
    Calendar,
    Due,
    LampThresholds,
    OfficeHours,
    Override,
    day_of_month,
    recount,
    remaining,
    workday_of_month,
)
from bihuan.domain.workdays.receipt import differences

HOURS = OfficeHours.parse(["09:00-12:00", "13:30-17:00"])
MORNING = Calendar({date(2026, 11, 3): Override("morning", "停电检修")}, version=1)
AFTERNOON = Calendar({date(2026, 11, 3): Override("afternoon", "停电检修")}, version=2)
STORM = Calendar({date(2026, 11, 3): Override("holiday", "台风停工")}, version=3)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)


def test_a_half_day_counts_as_a_working_day_and_the_receipt_says_so() -> None:
    due = MORNING.workdays(2, since=at("2026-11-02 10:00"))
    assert due.due_at == Calendar().workdays(2, since=at("2026-11-02 10:00")).due_at
    assert str(due.receipt.lines()[1]) == "2026-11-03 周二 计入 第1个工作日 停电检修（上午上班）"
    assert "（下午上班）" in AFTERNOON.kind(date(2026, 11, 3)).name


def test_a_saturday_may_be_half_worked() -> None:
    calendar = Calendar({date(2026, 11, 7): Override("morning", "加班")}, version=9)
    assert calendar.is_workday(date(2026, 11, 7))


@pytest.mark.parametrize(
    ("calendar", "now", "due", "minutes"),
    [
        (MORNING, "2026-11-03 11:00", "2026-11-03 17:00", 60),
        (MORNING, "2026-11-03 13:00", "2026-11-04 10:00", 60),
        (AFTERNOON, "2026-11-03 09:00", "2026-11-03 14:30", 60),
        (MORNING, "2026-11-02 16:00", "2026-11-04 10:00", 60 + 180 + 60),
        (AFTERNOON, "2026-11-02 16:00", "2026-11-04 10:00", 60 + 210 + 60),
        (Calendar(), "2026-11-02 16:00", "2026-11-04 10:00", 60 + 390 + 60),
    ],
)
def test_working_time_left_knows_half_days(calendar: Calendar, now: str, due: str, minutes: int) -> None:
    assert remaining(calendar, at(now), at(due), HOURS).minutes == minutes


def test_a_half_day_turns_the_lamp_amber_a_day_sooner() -> None:
    now = at("2026-11-02 10:00")
    assert LampThresholds.at(Calendar(), now, amber_workdays=1).amber_until == at("2026-11-04 00:00")
    assert LampThresholds.at(MORNING, now, amber_workdays=1).amber_until == at("2026-11-05 00:00")


def limits(calendar: Calendar) -> list[Due]:
    since = at("2026-11-02 10:00")
    inner = calendar.workdays(3, since=since, at="12:00")
    return [
        calendar.workdays(1, since=since), inner, calendar.workdays(5, since=inner), calendar.workdays(-2, since=inner),
        calendar.days(1, since=since), calendar.days(1, since=since, roll=False), calendar.on("2026-11-03", at="12:00"),
        workday_of_month(calendar, 2, of=since), workday_of_month(calendar, -1, of="2026-11", months=1),
        day_of_month(calendar, 3, of=since), day_of_month(calendar, -1, of=calendar.days(2, since=since)),
    ]  # fmt: skip


@pytest.mark.parametrize("calendar", [Calendar(), MORNING, STORM])
def test_counted_again_by_another_calendar_is_as_if_counted_by_it(calendar: Calendar) -> None:
    """Also what follows another limit, and what lies in a month; a date somebody gave stays."""
    for old, new in zip(limits(Calendar()), limits(calendar), strict=True):
        assert recount(calendar, old.recipe) == new


@given(st.integers(1, 60), st.integers(1, 20), st.sampled_from(["12:00", "24:00"]))
def test_by_the_same_calendar_nothing_moves(n: int, more: int, at_: str) -> None:
    calendar = Calendar()
    due = calendar.workdays(more, since=calendar.workdays(n, since=at("2026-11-02 10:00"), at=at_))
    assert recount(calendar, due.recipe) == due


def test_two_receipts_say_what_day_made_the_difference() -> None:
    old, new = (calendar.workdays(2, since=at("2026-11-02 10:00")).receipt for calendar in (Calendar(), STORM))
    assert differences(old, new) == ["2026-11-03 台风停工（原为工作日）"]


def test_a_day_that_counts_in_both_made_no_difference() -> None:
    days = {
        date(2026, 11, 3): Override("holiday", "台风停工"), date(2026, 11, 4): Override("morning", "停电检修"),
        date(2026, 11, 5): Override("workday", "多余"), date(2026, 11, 7): Override("holiday", "周末也休息"),
    }  # fmt: skip
    since = at("2026-11-02 10:00")
    old, new = (calendar.workdays(6, since=since).receipt for calendar in (Calendar(), Calendar(days, version=4)))
    assert differences(old, new) == ["2026-11-03 台风停工（原为工作日）"]
