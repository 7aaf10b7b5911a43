"""Lamps and the working time left, as officials read them."""

from datetime import UTC, date, datetime

import pytest

from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays import (
    Calendar,
    CannotCount,
    LampThresholds,
    OfficeHours,
    day_ends_at,
    due_day_and_time,
    lamp,
    remaining,
)

CALENDAR = Calendar()
HOURS = OfficeHours.parse(["09:00-12:00", "13:00-17:00"])


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def test_a_lamp_turns_amber_one_working_day_ahead_over_a_holiday_and_red_at_the_instant() -> None:
    due_at = beijing("2026-10-08T12:00")

    def shown(now: str) -> str:
        moment = beijing(now)
        return lamp(due_at, moment, LampThresholds.at(CALENDAR, moment, amber_workdays=1))

    assert shown("2026-09-29T23:59") == "green"
    assert shown("2026-09-30T09:00") == "amber"  # the next working day is 8 October
    assert shown("2026-10-08T11:59:59") == "amber"
    assert shown("2026-10-08T12:00") == "red"


@pytest.mark.parametrize(
    ("now", "due_at", "text"),
    [
        ("2026-09-29T16:00", "2026-10-08T12:00", "剩1个工作日4小时"),
        ("2026-10-08T09:00", "2026-10-09T00:00", "剩1个工作日"),
        ("2026-10-08T09:00", "2026-10-08T12:00", "剩3小时"),
        ("2026-10-08T11:35", "2026-10-08T12:00", "剩25分钟"),
        ("2026-10-08T18:00", "2026-10-09T00:00", "即将到期"),
        ("2026-10-04T09:00", "2026-10-05T09:00", "即将到期"),
        ("2026-10-08T12:00", "2026-10-08T12:00", "已超期"),
        ("2026-10-08T16:30", "2026-10-08T12:00", "超期0.5个工作日"),
        ("2026-10-08T13:01", "2026-10-08T12:00", "超期0.1个工作日"),
        ("2026-10-12T12:00", "2026-10-08T12:00", "超期3个工作日"),  # Saturday the 10th works
        ("2026-10-12T16:00", "2026-10-08T12:00", "超期3个工作日"),
    ],
)
def test_working_time_is_told_in_days_and_hours(now: str, due_at: str, text: str) -> None:
    assert str(remaining(CALENDAR, beijing(now), beijing(due_at), HOURS)) == text


def test_a_day_ends_at_midnight_in_beijing() -> None:
    assert day_ends_at(datetime(2026, 9, 29, 15, 59, tzinfo=UTC)) == beijing("2026-09-30T00:00")
    assert day_ends_at(datetime(2026, 9, 29, 16, 0, tzinfo=UTC)) == beijing("2026-10-01T00:00")


def test_a_limit_that_ends_with_its_day_is_told_as_24_00_of_that_day() -> None:
    assert due_day_and_time(beijing("2026-10-27T00:00")) == (date(2026, 10, 26), "24:00")
    assert due_day_and_time(beijing("2026-10-26T12:00")) == (date(2026, 10, 26), "12:00")


@pytest.mark.parametrize("texts", [[], ["9:00-12:00"], ["12:00-09:00"], ["09:00-12:00", "11:00-17:00"], ["全天"]])
def test_office_hours_out_of_order_are_refused(texts: list[str]) -> None:
    with pytest.raises(CannotCount):
        OfficeHours.parse(texts)
