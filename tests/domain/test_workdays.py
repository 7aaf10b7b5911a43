"""Working days: every worked date of rules.md section G, the rules of counting, and the laws they obey."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays import Calendar, CannotCount, Override, Receipt, last_announced_year
from bihuan.domain.workdays.national import national_year

CALENDAR = Calendar()


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def due_days(since: str, *counts: int) -> list[str]:
    return [CALENDAR.workdays(n, since=beijing(since)).due_on.strftime("%m-%d") for n in counts]


@pytest.mark.parametrize(
    ("since", "counts", "expected"),
    [
        ("2026-09-29T16:00", (3, 10, 15), ["10-09", "10-19", "10-26"]),  # 淄博, across National Day
        ("2026-02-13T09:00", (3, 10, 15), ["02-25", "03-05", "03-12"]),  # 淄博, two make-up Saturdays
        ("2026-09-30T10:00", (3,), ["10-10"]),  # 淄博 policy documents: a make-up Saturday
        ("2026-02-13T10:00", (1, 2, 3), ["02-14", "02-24", "02-25"]),  # 开化 1-2-3
        ("2026-12-31T10:00", (1, 2, 3), ["01-04", "01-05", "01-06"]),  # 开化, into a year without notice
        ("2026-04-30T10:00", (2, 3, 5), ["05-07", "05-08", "05-11"]),  # 常熟
        ("2026-09-24T10:00", (5, 15, 20), ["10-09", "10-22", "10-29"]),  # 云南
        ("2026-02-12T10:00", (3,), ["02-24"]),  # the classic fault: make-up days forgotten or doubled
    ],
)
def test_the_worked_dates_of_the_rules_come_out(since: str, counts: tuple[int, ...], expected: list[str]) -> None:
    assert due_days(since, *counts) == expected


@pytest.mark.parametrize(("since", "ends_on"), [("2026-09-01T08:00", "2026-10-08"), ("2026-01-20T08:00", "2026-02-24")])
def test_natural_days_that_end_on_a_holiday_roll_forward(since: str, ends_on: str) -> None:
    assert CALENDAR.days(30, since=beijing(since)).due_on.isoformat() == ends_on


def test_a_noon_cut_off_is_the_instant_from_which_it_is_late() -> None:
    due = CALENDAR.workdays(15, since=beijing("2026-09-29T16:00"), at="12:00")

    assert due.due_at == beijing("2026-10-26T12:00")
    assert due.due_at.tzinfo is UTC
    assert due.rule == "workdays(15, at=12:00)"
    assert not due.provisional


def test_without_a_cut_off_a_limit_ends_with_its_day() -> None:
    due = CALENDAR.workdays(1, since=beijing("2026-02-13T23:59"))

    assert due.due_on == date(2026, 2, 14)
    assert due.due_at == beijing("2026-02-15T00:00")


def test_the_day_of_receipt_is_beijings_and_does_not_count_whatever_the_hour() -> None:
    just_after_midnight = datetime(2026, 9, 28, 16, 30, tzinfo=UTC)  # 00:30 of the 29th in Beijing

    assert CALENDAR.workdays(1, since=just_after_midnight).due_on == date(2026, 9, 30)
    assert CALENDAR.workdays(1, since=beijing("2026-10-03T10:00")).due_on == date(2026, 10, 8)


def test_a_limit_that_follows_a_limit_counts_from_the_day_that_one_ended_with() -> None:
    until_midnight = CALENDAR.workdays(15, since=beijing("2026-09-29T16:00"))
    until_noon = CALENDAR.workdays(15, since=beijing("2026-09-29T16:00"), at="12:00")

    following = {CALENDAR.workdays(5, since=due, at="12:00").due_at for due in (until_midnight, until_noon)}

    assert following == {beijing("2026-11-02T12:00")}
    assert CALENDAR.workdays(5, since=until_midnight).anchor_at == until_midnight.due_at


def test_counting_back_ends_before_and_natural_days_roll_back() -> None:
    session = beijing("2026-10-08T09:00")

    assert CALENDAR.workdays(-1, since=session).due_on == date(2026, 9, 30)
    back = CALENDAR.days(-3, since=session)
    assert back.due_on == date(2026, 9, 30)
    assert str(back.receipt.lines()[3]) == "2026-10-05 周一 计入 第3日 国庆节，提前"
    assert str(back.receipt.lines()[-1]) == "2026-09-30 周三 提前至本日"
    assert CALENDAR.days(-3, since=session, roll=False).due_on == date(2026, 10, 5)


def test_a_date_somebody_gave_is_taken_as_it_is() -> None:
    due = CALENDAR.on("2026-11-30", at="12:00")

    assert due.due_at == beijing("2026-11-30T12:00")
    assert CALENDAR.on(date(2026, 11, 30), at="12:00") == due
    assert [str(line) for line in due.receipt.lines()] == ["2026-11-30 周一 指定日期"]


def test_what_touches_a_year_without_notice_is_provisional() -> None:
    the_last_day = beijing("2026-12-31T10:00")

    assert CALENDAR.workdays(1, since=the_last_day).provisional
    assert CALENDAR.days(1, since=the_last_day).provisional
    assert not CALENDAR.workdays(1, since=beijing("2026-12-30T10:00")).provisional
    assert not CALENDAR.workdays(-1, since=beijing("2027-01-01T10:00")).provisional
    assert CALENDAR.workdays(-1, since=beijing("2027-01-05T10:00")).provisional


def test_an_administrator_can_load_the_notice_of_a_later_year() -> None:
    loaded = Calendar(
        {date(2027, 1, 3): Override("workday", "元旦调休上班")}, version="2027-notice", last_announced_year=2027
    )

    due = loaded.workdays(1, since=beijing("2026-12-31T10:00"))

    assert due.due_on == date(2027, 1, 3)
    assert not due.provisional
    assert str(due.receipt.lines()[-1]) == "2027-01-03 周日 计入 第1个工作日 元旦调休上班"


def test_overrides_alone_can_declare_years_announced_one_after_the_other() -> None:
    notice = Override("announced", "国务院办公厅关于2027年部分节假日安排的通知")
    calendar = Calendar({date(2027, 1, 1): notice, date(2029, 1, 1): notice}, version=4)

    assert calendar.last_announced_year == 2027
    assert calendar.kind(date(2027, 1, 1)).name == "元旦"
    assert not calendar.workdays(1, since=beijing("2026-12-31T10:00")).provisional
    assert calendar.workdays(1, since=beijing("2027-12-31T10:00")).provisional
    assert calendar.version != Calendar(version=4).version


def test_what_counts_from_a_provisional_limit_is_provisional() -> None:
    first = CALENDAR.days(1, since=beijing("2026-12-31T10:00"), roll=False)

    assert first.due_on == date(2027, 1, 1)
    assert CALENDAR.workdays(-1, since=first).due_on == date(2026, 12, 31)
    assert CALENDAR.workdays(-1, since=first).provisional


def test_the_last_announced_year_is_the_last_one_the_package_lists_exchanged_days_for() -> None:
    listed = pytest.importorskip("holidays.countries.china").ChinaStaticHolidays.special_public_holidays

    assert last_announced_year() == max(listed)
    assert CALENDAR.is_announced(date(last_announced_year(), 12, 31))
    assert not CALENDAR.is_announced(date(last_announced_year() + 1, 1, 1))


def test_every_national_day_off_has_a_name() -> None:
    for year in range(2007, last_announced_year() + 2):
        assert set(national_year(year).letters) <= set("WMeycqldzgh")
        assert len(national_year(year).letters) in (365, 366)
        assert "调休放假" not in national_year(year).notes.values()


def test_days_of_2026_are_what_the_notice_says() -> None:
    kinds = {day: CALENDAR.kind(date.fromisoformat(day)) for day in ("2026-10-06", "2026-10-10", "2026-10-11")}

    assert [(kind.code, kind.name, kind.works) for kind in kinds.values()] == [
        ("holiday", "国庆节", False),  # exchanged for 20 September
        ("makeup_workday", "调休上班", True),
        ("weekend", "周末", False),
    ]
    letters = Counter(national_year(2026).letters)
    assert letters["M"] == 6
    assert CALENDAR.kind(date(2020, 1, 31)).name == "春节延长假期"


def test_the_receipt_says_of_each_day_whether_it_counted_and_why() -> None:
    typhoon = Calendar({date(2026, 10, 9): Override("holiday", "台风停工")}, version=3)

    receipt = typhoon.workdays(3, since=beijing("2026-09-30T10:00")).receipt

    assert [str(line) for line in receipt.lines()] == [
        "2026-09-30 周三 当日不计入",
        "2026-10-01 周四 不计 国庆节",
        "2026-10-02 周五 不计 国庆节",
        "2026-10-03 周六 不计 国庆节",
        "2026-10-04 周日 不计 周末",
        "2026-10-05 周一 不计 国庆节",
        "2026-10-06 周二 不计 国庆节",
        "2026-10-07 周三 不计 国庆节",
        "2026-10-08 周四 计入 第1个工作日",
        "2026-10-09 周五 不计 台风停工",
        "2026-10-10 周六 计入 第2个工作日 调休上班",
        "2026-10-11 周日 不计 周末",
        "2026-10-12 周一 计入 第3个工作日",
    ]
    assert receipt.calendar == typhoon.version
    assert typhoon.version.endswith("/2026/3")


def test_a_receipt_marks_days_of_a_year_without_notice() -> None:
    lines = CALENDAR.workdays(1, since=beijing("2026-12-31T10:00")).receipt.lines()

    assert str(lines[0]) == "2026-12-31 周四 当日不计入"
    assert str(lines[-1]) == "2027-01-04 周一 计入 第1个工作日（暂定：2027年放假通知未录入）"


def test_calendars_of_one_version_are_one() -> None:
    assert Calendar(version=2) == Calendar(version=2)
    assert len({Calendar(version=2), Calendar(version=2), Calendar(version=3)}) == 2
    assert Calendar({date(2026, 10, 9): Override("holiday", "停工")}) != Calendar()


def test_a_receipt_names_the_notices_that_it_follows() -> None:
    """The State Council's of each year that is known, and the locality's own calendar where it says a day."""
    notice = "《国务院办公厅关于2026年部分节假日安排的通知》"
    since = datetime(2026, 9, 29, 10, tzinfo=BEIJING)
    typhoon = Calendar({date(2026, 10, 9): Override("holiday", "台风停工")}, version=3, last_announced_year=2026)

    assert CALENDAR.workdays(3, since=since).receipt.basis == notice
    assert typhoon.workdays(8, since=since).receipt.basis == f"{notice}、本辖区日历登记"
    assert typhoon.workdays(80, since=since).receipt.basis == f"{notice}、本辖区日历登记", "2027 is not known"
    assert CALENDAR.days(1, since=since).receipt.basis == "", "no day of it is asked what it is"


@pytest.mark.parametrize(
    ("n", "since", "at"),
    [
        (3, None, "24:00"),
        (3, datetime(2026, 9, 29, 16), "24:00"),
        (3, date(2026, 9, 29), "24:00"),
        (0, beijing("2026-09-29T16:00"), "24:00"),
        (1001, beijing("2026-09-29T16:00"), "24:00"),
        (True, beijing("2026-09-29T16:00"), "24:00"),
        (1.5, beijing("2026-09-29T16:00"), "24:00"),
        ("3", beijing("2026-09-29T16:00"), "24:00"),
        (3, beijing("2026-09-29T16:00"), "25:00"),
        (3, beijing("2026-09-29T16:00"), "24:01"),
        (3, beijing("2026-09-29T16:00"), "9:00"),
        (3, beijing("2026-09-29T16:00"), "noon"),
        (3, beijing("2026-09-29T16:00"), 12),
        (3, beijing("2006-09-29T16:00"), "24:00"),
        (3, beijing("2100-12-31T16:00"), "24:00"),
        (3, datetime.max.replace(tzinfo=UTC), "24:00"),
    ],
)
def test_what_cannot_be_counted_is_refused(n: int, since: datetime, at: str) -> None:
    for count in (CALENDAR.workdays, CALENDAR.days):
        with pytest.raises(CannotCount) as refusal:
            count(n, since=since, at=at)
        assert refusal.value.chinese


@pytest.mark.parametrize("day", ["2026-02-30", "2026-2-3", "20260203", None, 3, datetime(2026, 2, 3), "２０２６-02-03"])
def test_what_is_no_date_is_refused(day: str) -> None:
    with pytest.raises(CannotCount):
        CALENDAR.on(day)


MOMENTS = st.datetimes(datetime(2008, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
OVERRIDES = st.dictionaries(
    st.dates(date(2008, 1, 1), date(2030, 1, 1)),
    st.sampled_from([Override("workday", "上班"), Override("holiday", "休")]),
)
COUNTS = st.integers(1, 60)


@settings(deadline=None)
@given(MOMENTS, COUNTS, COUNTS, OVERRIDES)
def test_more_days_never_end_earlier(since: datetime, n: int, m: int, overrides: dict[date, Override]) -> None:
    calendar = Calendar(overrides)
    fewer, more = sorted((n, m))

    assert calendar.workdays(fewer, since=since).due_at <= calendar.workdays(more, since=since).due_at
    assert calendar.days(fewer, since=since).due_at <= calendar.days(more, since=since).due_at


@settings(deadline=None)
@given(MOMENTS, COUNTS, OVERRIDES)
def test_counting_forward_then_back_returns(since: datetime, n: int, overrides: dict[date, Override]) -> None:
    calendar = Calendar(overrides)
    start = calendar.workdays(1, since=since)

    assert calendar.workdays(-n, since=calendar.workdays(n, since=start)).due_on == start.due_on


@settings(deadline=None)
@given(MOMENTS, st.integers(-60, 60).filter(bool), OVERRIDES)
def test_a_limit_never_ends_on_a_day_off(since: datetime, n: int, overrides: dict[date, Override]) -> None:
    calendar = Calendar(overrides)

    for due in (calendar.workdays(n, since=since), calendar.days(n, since=since)):
        assert calendar.is_workday(due.due_on)
        assert due.due_at == datetime.combine(due.due_on + timedelta(days=1), datetime.min.time(), BEIJING)
        assert (due.due_at > since) is (n > 0) or due.due_on == since.astimezone(BEIJING).date()


@settings(deadline=None)
@given(MOMENTS, st.integers(-60, 60).filter(bool), OVERRIDES)
def test_a_receipt_counts_its_days_and_survives_json(since: datetime, n: int, overrides: dict[date, Override]) -> None:
    calendar = Calendar(overrides)

    for due in (calendar.workdays(n, since=since), calendar.days(n, since=since)):
        lines = due.receipt.lines()
        assert due.receipt.counted == abs(n)
        assert lines[0].on == since.astimezone(BEIJING).date()
        assert lines[-1].on == due.due_on
        assert Receipt.from_json(due.receipt.to_json()) == due.receipt


@settings(deadline=None)
@given(MOMENTS, COUNTS)
def test_working_days_agree_with_the_package_for_announced_years(since: datetime, n: int) -> None:
    official = pytest.importorskip("holidays").country_holidays("CN")
    due = CALENDAR.workdays(n, since=since)

    assert due.due_on == official.get_nth_working_day(since.astimezone(BEIJING).date(), n)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_are_cannot_be_counted(day: str) -> None:
    """Anybody may type one into a form; neither begins or ends anywhere."""
    with pytest.raises(CannotCount):
        Calendar().on(day)
