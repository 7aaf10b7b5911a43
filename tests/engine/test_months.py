"""Days of a month in a diagram: a booking window (挂号窗口), a limit that follows it, keys that name a month."""

import pytest

from bihuan.engine import ExecutionFault, Refused
from tests.engine.diagrams import button, end, flows, limit, mark, message, process, start, throw, user
from tests.engine.play import Case, at, define, local

BOOKING = define(
    process(
        "p",
        start(milestone="received") + user("wait")
        + button("book", "wait", interrupting=True, requires="pressed_at < workday_of_month(5, of=pressed_at)")
        + throw("tell", message("booked"), correlation_key="month(received_at, months=1)",
                payload='{"quarter": quarter(received_at)}')
        + user("verify") + limit("due", "verify", "workdays(7, since=workday_of_month(5, of=received_at))")
        + limit("notice", "verify", 'day_of_month(-1, of=received_at, at="17:00")')
        + end() + flows("s wait e", "book tell verify e", "due e", "notice e"),
        messages="book booked",
    )
)  # fmt: skip


def test_a_booking_window_holds_the_first_five_workdays_of_a_month() -> None:
    for day in ("10-08", "10-09", "10-10", "10-12", "10-13"):
        assert Case(BOOKING, now=at(f"2026-{day} 17:00")).press("book").open == ["verify"]
    with pytest.raises(Refused):
        Case(BOOKING, now=at("2026-10-14 00:00")).press("book")


def test_a_limit_follows_the_window_and_keeps_the_receipt_of_its_own_days() -> None:
    case = Case(BOOKING, now=at("2026-10-09 10:00")).press("book")
    kept = {fact.key.element: fact.detail for fact in case.facts if fact.kind == "deadline_set" and fact.key}

    assert (case.due("due"), case.due("notice")) == (["2026-10-23 00:00"], ["2026-10-30 17:00"])
    assert kept["due"]["anchor"] == "workday_of_month(5, of=received_at)"
    assert kept["notice"]["anchor"] == "received_at"
    assert kept["notice"]["rule"] == "day_of_month(-1, of=2026-10, at=17:00)"
    assert kept["notice"]["receipt"]["days"] == "seR", "Saturday 31 October is off: the day before"


def test_a_message_may_be_about_a_month() -> None:
    thrown = Case(BOOKING, now=at("2026-12-01 10:00")).press("book").fact("message_thrown").detail

    assert thrown == {"name": "booked", "correlation_key": "2027-01", "payload": {"quarter": "2026Q4"}, "clause": ""}


def test_a_month_that_nothing_names_is_an_incident() -> None:
    unset = define(process("p", start() + mark("m") + user("a") + limit("t", "a", "workday_of_month(1, of=period)")
                           + end() + flows("s m a e", "t e")))  # fmt: skip

    assert [local(d.due_at) for d in Case(unset, period="2026-12").waits.deadlines] == ["2026-12-02 00:00"]
    with pytest.raises(ExecutionFault):
        Case(unset)
