"""Periods begin and end at midnight in Beijing, follow each other without a gap, and are named as people name them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.errors import NotFound
from bihuan.domain.workdays.periods import PERIOD_KINDS, Period, PeriodKind

KINDS = st.sampled_from(PERIOD_KINDS)
DAYS = st.dates(date(2011, 1, 8), date(2097, 12, 20))


@given(kind=KINDS, day=DAYS)
def test_a_name_leads_back_to_its_period(kind: PeriodKind, day: date) -> None:
    found = Period.of(kind, day)

    assert Period.parse(kind, str(found)) == found
    assert found.first_on <= day <= found.last_on


@given(kind=KINDS, day=DAYS)
def test_periods_follow_each_other_without_a_gap(kind: PeriodKind, day: date) -> None:
    found = Period.of(kind, day)

    assert found.following.begins_at == found.ends_at
    assert found.following.previous == found


@pytest.mark.parametrize(
    ("kind", "name", "words", "first", "last"),
    [
        ("week", "2026-W53", "2026年第53周（12月28日—1月3日）", "2026-12-28", "2027-01-03"),
        ("half-month", "2026-02-B", "2026年2月下半月", "2026-02-16", "2026-02-28"),
        ("half-month", "2026-02-A", "2026年2月上半月", "2026-02-01", "2026-02-15"),
        ("month", "2024-02", "2024年2月", "2024-02-01", "2024-02-29"),
        ("quarter", "2026Q4", "2026年第四季度", "2026-10-01", "2026-12-31"),
        ("year", "2026", "2026年", "2026-01-01", "2026-12-31"),
    ],
)
def test_periods_are_named_as_people_name_them(kind: PeriodKind, name: str, words: str, first: str, last: str) -> None:
    found = Period.parse(kind, name)

    assert (str(found), found.words) == (name, words)
    assert (found.first_on.isoformat(), found.last_on.isoformat()) == (first, last)


def test_midnight_in_beijing_is_the_boundary() -> None:
    november = Period.parse("month", "2026-11")

    assert november.begins_at == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert Period.at("month", november.begins_at) == november
    assert Period.at("month", november.ends_at) == november.following


def test_months_of_a_quarter_and_of_the_year_so_far() -> None:
    assert [str(month) for month in Period.parse("quarter", "2026Q2").months()] == ["2026-04", "2026-05", "2026-06"]
    assert [str(month) for month in Period.parse("month", "2026-03").months()] == ["2026-01", "2026-02", "2026-03"]
    assert len(Period.parse("year", "2026").months()) == 12


@pytest.mark.parametrize(
    ("kind", "text"),
    [("month", "2026-13"), ("month", "2026-1"), ("quarter", "2026Q5"), ("week", "2026-W54"), ("week", "2025-W53"),
     ("year", "0026"), ("year", "２０２６"), ("half-month", "2026-02-C"), ("month", "2026-11\n"), ("month", "")],
)  # fmt: skip
def test_what_is_no_period_is_not_found(kind: PeriodKind, text: str) -> None:
    with pytest.raises(NotFound):
        Period.parse(kind, text)
