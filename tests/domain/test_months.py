"""Days of a month, and the names of months and quarters."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays import Calendar, CannotCount, Due, day_of_month, month, quarter, workday_of_month

CALENDAR = Calendar()
DAYS = st.dates(date(2008, 1, 1), date(2026, 12, 31))


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def workdays_of(period: str, *ns: int) -> list[str]:
    return [workday_of_month(CALENDAR, n, of=period).due_on.strftime("%m-%d") for n in ns]


def test_the_booking_windows_of_yunnan_are_the_first_five_workdays_of_a_month() -> None:
    assert workdays_of("2026-01", 1, 2, 3, 4, 5) == ["01-04", "01-05", "01-06", "01-07", "01-08"]
    assert workdays_of("2026-10", 1, 2, 3, 4, 5) == ["10-08", "10-09", "10-10", "10-12", "10-13"]


def test_what_is_counted_from_the_end_of_the_window_goes_on_from_its_last_day() -> None:
    window = workday_of_month(CALENDAR, 5, of=beijing("2026-10-01T09:00"))

    assert CALENDAR.workdays(7, since=window).due_on == date(2026, 10, 22)
    assert window.due_at == beijing("2026-10-14T00:00")


def test_the_receipt_says_why_a_day_of_the_month_did_not_count() -> None:
    due = workday_of_month(CALENDAR, 2, of="2026-10", at="17:00")

    assert due.rule == "workday_of_month(2, of=2026-10, at=17:00)"
    assert due.anchor_at == beijing("2026-10-01T00:00")
    assert [str(line) for line in due.receipt.lines()][:2] == [
        "2026-09-30 周三 当日不计入",
        "2026-10-01 周四 不计 国庆节",
    ]
    assert [str(line) for line in due.receipt.lines()][-1] == "2026-10-09 周五 计入 第2个工作日"


def test_the_last_workday_of_a_month_is_counted_from_its_end() -> None:
    assert workdays_of("2026-10", -1, -2) == ["10-30", "10-29"]
    assert workdays_of("2026-02", -1) == ["02-28"], "a make-up Saturday"


@pytest.mark.parametrize(
    ("n", "roll", "expected"),
    [
        (1, True, "2026-10-08"),
        (1, False, "2026-10-01"),
        (20, True, "2026-10-20"),
        (-1, True, "2026-10-30"),
        (-1, False, "2026-10-31"),
        (31, True, "2026-11-02"),
    ],
)
def test_a_day_off_moves_to_the_next_workday_and_from_the_end_to_the_one_before(
    n: int, roll: bool, expected: str
) -> None:
    assert day_of_month(CALENDAR, n, of="2026-10", roll=roll).due_on.isoformat() == expected


@pytest.mark.parametrize(
    ("of", "months", "expected"),
    [
        (beijing("2026-11-01T00:00"), 0, "2026-11"),
        (datetime(2026, 10, 31, 16, tzinfo=UTC), 0, "2026-11"),  # already November in Beijing
        ("2026-11-30", 0, "2026-11"),
        ("2026-11", 2, "2027-01"),
        ("2026-01", -1, "2025-12"),
        ("2026Q4", 0, "2026-10"),
        (CALENDAR.on("2026-11-30"), 0, "2026-11"),  # a limit belongs to the day it ends with
        (date(2026, 12, 31), 1, "2027-01"),
    ],
)
def test_a_month_is_named_by_what_lies_in_it(of: datetime | Due | date | str, months: int, expected: str) -> None:
    assert month(of, months) == expected


@pytest.mark.parametrize(("of", "expected"), [("2026-03", "2026Q1"), ("2026-04-01", "2026Q2"), ("2026Q4", "2026Q4")])
def test_a_quarter_is_named_by_what_lies_in_it(of: str, expected: str) -> None:
    assert quarter(of) == expected


def test_the_quarter_after_is_three_months_on() -> None:
    assert quarter("2026Q4", 3) == "2027Q1"


@pytest.mark.parametrize("of", [None, 11, "", "2026-13", "2026-02-30", "2026Q5", "November", datetime(2026, 11, 1)])
def test_what_names_no_month_cannot_be_counted_in(of: str) -> None:
    with pytest.raises(CannotCount):
        workday_of_month(CALENDAR, 1, of=of)


@pytest.mark.parametrize("n", [0, 24, -24, True, "1"])
def test_a_month_without_that_many_workdays_is_a_fault(n: int) -> None:
    with pytest.raises(CannotCount):
        workday_of_month(CALENDAR, n, of="2026-10")


@pytest.mark.parametrize("n", [0, 31, -31])
def test_a_month_without_that_day_is_a_fault(n: int) -> None:
    with pytest.raises(CannotCount):
        day_of_month(CALENDAR, n, of="2026-11")


@settings(deadline=None)
@given(DAYS, st.integers(1, 15))
def test_a_workday_of_a_month_lies_in_it_and_has_as_many_before_it(day: date, n: int) -> None:
    due = workday_of_month(CALENDAR, n, of=day)

    assert (due.due_on.year, due.due_on.month) == (day.year, day.month)
    assert CALENDAR.is_workday(due.due_on)
    assert sum(CALENDAR.is_workday(day.replace(day=d)) for d in range(1, due.due_on.day + 1)) == n


@settings(deadline=None)
@given(DAYS)
def test_a_month_of_a_year_without_notice_is_provisional(day: date) -> None:
    assert not workday_of_month(CALENDAR, -1, of=day).provisional
    assert workday_of_month(CALENDAR, -1, of=day.replace(year=day.year + 60, day=1)).provisional
