"""Timed starts: which period is opened when, and what is no timed start."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.domain.workdays import Calendar, Override
from bihuan.engine import Schedule
from bihuan.engine.expressions import Unsafe
from tests.engine.play import CALENDAR, at, local

LAST_WORKDAY, QUARTERLY = 'monthly(workday=-1, at="09:00")', 'quarterly(month=3, workday=-1, at="09:00")'


@pytest.mark.parametrize(
    ("text", "period", "expected"),
    [
        (LAST_WORKDAY, "2026-11", "2026-11-30 09:00"),
        (LAST_WORKDAY, "2026-10", "2026-10-30 09:00"),
        (LAST_WORKDAY, "2026-02", "2026-02-28 09:00"),  # a make-up Saturday
        ('monthly(workday=1, at="08:30")', "2026-10", "2026-10-08 08:30"),
        ('monthly(day=-1, at="23:59")', "2026-10", "2026-10-31 23:59"),  # a Saturday: nobody has to come
        ('monthly(day=5, at="09:00")', "2026-11", "2026-11-05 09:00"),
        (QUARTERLY, "2026Q4", "2026-12-31 09:00"),
        ('quarterly(month=1, day=20, at="09:00")', "2026Q4", "2026-10-20 09:00"),
    ],
)
def test_a_period_is_opened_at_its_instant(text: str, period: str, expected: str) -> None:
    assert local(Schedule.parse(text).due_at(period, CALENDAR)) == expected


@pytest.mark.parametrize(
    ("text", "after", "period"),
    [
        (LAST_WORKDAY, "2026-11-30 08:59", "2026-11"),
        (LAST_WORKDAY, "2026-11-30 09:00", "2026-12"),
        (LAST_WORKDAY, "2026-12-31 10:00", "2027-01"),
        (QUARTERLY, "2026-10-01 00:00", "2026Q4"),
        (QUARTERLY, "2026-12-31 09:00", "2027Q1"),
    ],
)
def test_the_next_period_after_an_instant(text: str, after: str, period: str) -> None:
    assert Schedule.parse(text).first_after(at(after), CALENDAR)[0] == period


@settings(deadline=None)
@given(st.integers(0, 700 * 24), st.sampled_from([LAST_WORKDAY, QUARTERLY]))
def test_one_period_follows_the_other_without_a_gap(hours: int, text: str) -> None:
    schedule, instant = Schedule.parse(text), at("2025-01-01 00:00") + timedelta(hours=hours)

    period, due_at = schedule.first_after(instant, CALENDAR)

    assert due_at > instant
    assert schedule.period_of(due_at) == period
    assert schedule.first_after(due_at, CALENDAR)[0] == schedule.following(period)


def test_it_follows_the_calendar_of_the_locality() -> None:
    storm = Calendar({date(2026, 11, 30): Override("holiday", "台风停工")}, version=1)

    assert local(Schedule.parse(LAST_WORKDAY).due_at("2026-11", storm)) == "2026-11-27 09:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "monthly",
        "monthly()",
        "monthly(workday=-1)",
        'monthly(workday=0, at="09:00")',
        'monthly(workday=16, at="09:00")',
        'monthly(day=29, at="09:00")',
        'monthly(day=True, at="09:00")',
        'monthly(day=1, workday=1, at="09:00")',
        'monthly(day=1, at="24:00")',
        'monthly(day=1, at="9:00")',
        'monthly(1, at="09:00")',
        'monthly(day=x, at="09:00")',
        'monthly(month=1, day=1, at="09:00")',
        'monthly(day=1, at="09:00", **x)',
        'quarterly(day=1, at="09:00")',
        'quarterly(month=4, day=1, at="09:00")',
        'yearly(day=1, at="09:00")',
        "workdays(3, since=received_at)",
        "monthly(" * 500,
    ],
)
def test_what_is_no_timed_start_is_refused(text: str) -> None:
    with pytest.raises(Unsafe):
        Schedule.parse(text)
