"""Deadlines (期限): dates counted from milestones, fired in order of due time, each at its own event time."""

import pytest

from bihuan.domain.workdays import Calendar, Override
from bihuan.engine import Complete, ExecutionFault, NotOpen, Start, Tick, advance
from tests.engine.diagrams import (
    button,
    catch,
    each,
    end,
    flows,
    gate,
    job,
    limit,
    mark,
    message,
    process,
    start,
    sub,
    timer,
    user,
    when,
)
from tests.engine.play import CALENDAR, NOW, Case, at, define, local

HANDLE = define(
    process(
        "p",
        start(milestone="received") + user("dispatch", milestone="dispatched") + user("handle")
        + limit("warn", "handle", 'workdays(3, since=dispatched_at, at="12:00")', clause="ZB-17")
        + limit("due", "handle", 'workdays(15, since=dispatched_at, at="12:00")', interrupting=True)
        + user("remind") + user("supervise") + end()
        + flows("s dispatch handle e", "warn remind e", "due supervise e"),
    )
)  # fmt: skip


def test_a_deadline_counts_from_the_milestone_of_the_element_just_completed() -> None:
    case = Case(HANDLE, now=at("2026-09-29 16:00"))
    case.now = at("2026-09-30 10:00")
    case.do("dispatch")
    assert case.due("warn") == ["2026-10-10 12:00"], "1-7 October off; Saturday 10 October is a make-up workday"


def test_a_deadline_says_how_it_was_counted() -> None:
    detail = Case(HANDLE).do("dispatch").fact("deadline_set").detail
    first = next(f.detail for f in Case(HANDLE).do("dispatch").facts if f.kind == "deadline_set")
    assert (first["rule"], first["anchor"], first["due_on"]) == ("workdays(3, at=12:00)", "dispatched_at", "2026-11-05")
    assert (first["clause"], first["on"], first["internal"]) == ("ZB-17", "p/handle/1", False)
    assert first["receipt"]["days"] == "sWWW"
    assert detail["interrupting"] is True


def test_a_stored_deadline_never_moves_by_itself_where_stocks_migration_restarts_it_from_now() -> None:
    case = Case(HANDLE).do("dispatch")
    other = Calendar({at("2026-11-03 00:00").date(): Override("holiday", "temporary")}, version="other")
    step = advance(HANDLE, case.state, Tick(), at("2026-11-04 09:00"), calendar=other)
    assert [local(d.due_at) for d in step.waits.deadlines] == ["2026-11-23 12:00", "2026-11-05 12:00"]


def test_time_comes_from_outside_where_stock_reads_the_clock_itself() -> None:
    case = Case(HANDLE, now=at("2012-01-04 09:00"))
    case.now = at("2012-01-04 10:00")
    assert case.do("dispatch").due("warn") == ["2012-01-09 12:00"]


def test_a_fired_deadline_runs_its_branch_in_the_same_step_where_stock_leaves_it_ready() -> None:
    case = Case(HANDLE).do("dispatch").at("2026-11-05 12:00")
    assert case.open == ["handle", "remind"]


def test_strictly_before_the_instant_nothing_fires() -> None:
    assert Case(HANDLE).do("dispatch").at("2026-11-05 11:59").open == ["handle"]


def test_what_is_due_fires_before_a_persons_deed_at_the_same_instant_where_stock_cancels_the_overdue_timer() -> None:
    case = Case(HANDLE).do("dispatch")
    case.now = at("2026-11-05 12:00")
    case.do("handle")
    assert case.happened("deadline_passed") == ["warn"]
    assert case.open == ["remind"]


def test_a_deed_on_a_task_that_a_deadline_just_took_away_is_not_open_and_changes_nothing() -> None:
    case = Case(HANDLE).do("dispatch")
    case.now = at("2026-11-23 12:00")
    state = case.state
    with pytest.raises(NotOpen):
        case.do("handle")
    assert case.state == state


def test_two_deadlines_overdue_at_once_fire_in_order_each_at_its_own_time() -> None:
    case = Case(HANDLE).do("dispatch").at("2026-12-01 00:00")
    passed = [(f.key.element if f.key else "", local(f.at)) for f in case.facts if f.kind == "deadline_passed"]
    assert passed == [("warn", "2026-11-05 12:00"), ("due", "2026-11-23 12:00")]
    assert case.open == ["remind", "supervise"]
    detail = case.fact("deadline_passed").detail
    assert (detail["due_at"], detail["fired_at"]) == ("2026-11-23T04:00:00+00:00", "2026-11-30T16:00:00+00:00")


CASCADE = define(
    process(
        "p",
        start(milestone="received") + user("a") + limit("first", "a", "workdays(1, since=received_at)")
        + mark("m", milestone="chased") + catch("second", timer("workdays(1, since=chased_at)"))
        + user("b") + limit("third", "a", "workdays(4, since=received_at)") + user("c") + end()
        + flows("s a e", "first m second b e", "third c e"),
    )
)  # fmt: skip


def test_a_timer_armed_by_a_late_timers_branch_counts_from_the_due_time_and_fires_in_order() -> None:
    case = Case(CASCADE).at("2026-12-01 09:00")
    assert case.happened("deadline_passed") == ["first", "second", "third"]
    assert case.milestones["chased"] == "2026-11-04 00:00", "the due time, not the moment the machine woke up"
    assert [local(f.at) for f in case.facts if f.kind == "task_opened"][1:] == ["2026-11-06 00:00", "2026-11-07 00:00"]


def test_waking_late_comes_to_the_same_as_waking_in_time() -> None:
    in_time = Case(CASCADE).at("2026-11-04 00:00").at("2026-11-06 00:00").at("2026-11-07 00:00")
    late = Case(CASCADE).at("2026-11-07 00:00")
    assert in_time.state == late.state
    seen = [[(f.kind, f.key, f.at) for f in case.facts] for case in (in_time, late)]
    assert seen[0] == seen[1]


def test_a_deadline_already_over_when_it_is_armed_fires_at_once_and_not_before_its_task_opened() -> None:
    case = Case(HANDLE)
    case.do("dispatch")
    diagram = process(
        "p",
        start(milestone="received") + user("a") + user("b") + limit("t", "b", "workdays(1, since=received_at)")
        + user("c") + end() + flows("s a b e", "t c e"),
    )  # fmt: skip
    case = Case(define(diagram))
    case.now = at("2026-11-20 09:00")
    case.do("a")
    assert case.open == ["b", "c"]
    assert local(case.fact("deadline_passed").at) == "2026-11-20 09:00"


def test_a_start_directly_before_a_timer_counts_from_its_milestone() -> None:
    diagram = process(
        "p",
        start(milestone="received") + catch("w", timer('workdays(1, since=received_at, at="09:00")')) + user("a")
        + end()
        + flows("s w a e"),
    )  # fmt: skip
    assert Case(define(diagram)).due("w") == ["2026-11-03 09:00"]


@pytest.mark.parametrize("date", ["workdays(3, since=never_at)", "x_at", "on(day)", "on(7)"])
def test_a_deadline_without_its_milestone_is_a_fault_and_never_counts_from_now(date: str) -> None:
    diagram = process("p", start() + user("a") + limit("t", "a", date) + end() + flows("s a e", "t e"))
    with pytest.raises(ExecutionFault):
        Case(define(diagram))


def test_natural_days_and_dates_count_too() -> None:
    diagram = process(
        "p",
        start(milestone="received") + user("a") + limit("t1", "a", "days(30, since=received_at)")
        + limit("t2", "a", "days(5, since=received_at, roll=False)") + limit("t3", "a", 'on(day, at="12:00")')
        + limit("t4", "a", 'min(on(day), workdays(1, since=received_at))') + end()
        + flows("s a e", "t1 e", "t2 e", "t3 e", "t4 e"),
    )  # fmt: skip
    case = Case(define(diagram), day="2026-11-30")
    assert [case.due(f"t{n}")[0] for n in (1, 2, 3, 4)] == [
        "2026-12-03 00:00", "2026-11-08 00:00", "2026-11-30 12:00", "2026-11-04 00:00"
    ]  # fmt: skip


def test_an_internal_limit_is_marked_as_the_localitys_own() -> None:
    diagram = process(
        "p",
        start(milestone="received") + user("a") + limit("t", "a", 'workdays(limit("dispatch"), since=received_at)')
        + end() + flows("s a e", "t e"),
    )  # fmt: skip
    definition = define(diagram, limits={"dispatch": 2})
    deadline = Case(definition).waits.deadlines[0]
    assert (deadline.internal, deadline.rule, local(deadline.due_at)) == (
        True, "workdays(2, at=24:00)", "2026-11-05 00:00"
    )  # fmt: skip
    assert definition.element("p", "t").internal


def test_a_limit_that_follows_a_limit_counts_from_its_day() -> None:
    diagram = process(
        "p",
        start(milestone="received") + user("a")
        + limit("t", "a", 'workdays(5, since=workdays(15, since=received_at, at="12:00"), at="12:00")')
        + end() + flows("s a e", "t e"),
    )  # fmt: skip
    case = Case(define(diagram))
    assert case.due("t") == ["2026-11-30 12:00"]
    assert case.fact("deadline_set").detail["anchor"] == "workdays(15, since=received_at, at='12:00')"


INSIDE = (
    start("s1") + user("reply") + limit("reply_due", "reply", "workdays(3, since=received_at)") + user("resolve")
    + user("chase") + end("e1") + flows("s1 reply resolve e1", "reply_due chase e1")
)  # fmt: skip
WORK = define(
    process(
        "p",
        start(milestone="received") + sub("work", INSIDE) + limit("work_due", "work", "workdays(15, since=received_at)")
        + user("urge") + end() + flows("s work e", "work_due urge e"),
    )
)  # fmt: skip


def governing(case: Case) -> dict[str, str | None]:
    return {task.key.element: task.deadline and task.deadline.element for task in case.waits.tasks}


def test_a_task_is_governed_by_its_own_deadline_else_by_the_nearest_activity_around() -> None:
    case = Case(WORK)
    assert governing(case) == {"reply": "reply_due"}
    assert governing(case.do("reply")) == {"resolve": "work_due"}


def test_a_task_keeps_the_deadline_that_has_passed_and_stays_late() -> None:
    case = Case(WORK).at("2026-11-10 09:00")
    assert governing(case) == {"reply": "reply_due", "chase": "work_due"}
    assert governing(case.at("2026-12-01 09:00").do("reply")) == {
        "resolve": "work_due",
        "chase": "work_due",
        "urge": None,
    }
    assert local(next(t.due_at for t in case.waits.tasks if t.due_at)) == "2026-11-24 00:00"


def test_the_earliest_of_several_deadlines_governs() -> None:
    case = Case(HANDLE).do("dispatch")
    assert governing(case) == {"handle": "warn"}
    assert governing(case.at("2026-11-06 09:00")) == {"handle": "warn", "remind": None}


def test_in_a_rework_loop_the_latest_milestone_counts_and_a_running_deadline_stays() -> None:
    diagram = process(
        "p",
        start() + gate("m") + user("dispatch", milestone="dispatched") + user("handle")
        + limit("warn", "handle", 'workdays(3, since=dispatched_at, at="12:00")') + user("check") + gate("ok", "e")
        + end() + flows("s m dispatch handle check ok e", "warn e") + when("ok", "m", "again"),
    )  # fmt: skip
    case = Case(define(diagram))
    for day, due in (("02", "05"), ("09", "12"), ("16", "19")):
        case.now = at(f"2026-11-{day} 09:00")
        case.do("dispatch")
        case.at(f"2026-11-{int(day) + 1:02} 09:00")
        assert case.due("warn") == [f"2026-11-{due} 12:00"]
        case.do("handle").do("check", again=True)


def test_parallel_instances_each_count_from_their_own_milestone() -> None:
    inner = (
        start("s1") + user("sign", "${unit}", milestone="signed") + user("draft", "${unit}") + user("work", "${unit}")
        + limit("t", "work", "workdays(1, since=signed_at)") + end("e1") + flows("s1 sign draft work e1", "t e1")
    )  # fmt: skip
    diagram = process("p", start() + sub("all", each("units", "unit") + inner) + end() + flows("s all e"))
    case = Case(define(diagram), units=["a", "b"]).do("sign", "a")
    case.now = at("2026-11-03 10:00")
    case.do("sign", "b").do("draft", "b").do("draft", "a")
    assert case.due("t") == ["2026-11-04 00:00", "2026-11-05 00:00"]
    assert case.milestones == {"signed": "2026-11-03 10:00"}, "outside, the latest wins"


def test_an_event_gateway_waits_for_two_timers_and_two_answers_where_stock_loses_the_second_timer() -> None:
    diagram = process(
        "p",
        start(milestone="asked") + gate("g", kind="eventBased")
        + catch("rated", message("rate"), audience="complainant")
        + catch("taken_back", message("back"), audience="complainant")
        + catch("t3", timer("workdays(3, since=asked_at)")) + catch("t7", timer("workdays(7, since=asked_at)"))
        + user("a") + user("b") + user("c") + user("d") + end()
        + flows("s g", "g rated a e", "g taken_back b e", "g t7 d e", "g t3 c e"),
        messages="rate back",
    )  # fmt: skip
    definition = define(diagram)
    case = Case(definition)
    assert (case.buttons, case.due("t3"), case.due("t7")) == (
        ["rated", "taken_back"], ["2026-11-06 00:00"], ["2026-11-12 00:00"]
    )  # fmt: skip
    assert case.press("rated", stars=5).open == ["a"]
    assert (case.buttons, case.waits.deadlines, case.control) == ([], (), {"stars": 5})
    silent = Case(definition).at("2026-11-30 00:00")
    assert (silent.open, silent.buttons, silent.waits.deadlines) == (["c"], [], ())


MOVE = define(
    process(
        "p",
        start(milestone="received") + sub(
            "work",
            start("s1") + user("handle") + button("ask", "handle") + user("approve")
            + job("move", "deadline.move", deadline="due", to='on(day, at="12:00")') + end("e1")
            + end("done", "<bpmn:terminateEventDefinition/>") + flows("s1 handle done", "ask approve move e1"),
        )
        + limit("due", "work", 'workdays(5, since=received_at, at="12:00")', clause="ZB-18") + user("urge") + end()
        + flows("s work e", "due urge e"),
        messages="ask",
    )
)  # fmt: skip


def test_an_approved_extension_moves_the_deadline_and_the_tasks_limit() -> None:
    case = Case(MOVE).press("ask", day="2026-11-30").do("approve")
    assert case.due("due") == ["2026-11-30 12:00"]
    assert case.waits.tasks[0].due_at == at("2026-11-30 12:00")
    moved = case.fact("deadline_moved").detail
    assert (moved["old"], moved["new"]) == ("2026-11-09T04:00:00+00:00", "2026-11-30T04:00:00+00:00")
    assert (moved["clause"], moved["rule"]) == ("ZB-18", "on(2026-11-30, at=12:00)")
    assert case.at("2026-11-20 09:00").open == ["handle"]
    assert case.at("2026-11-30 12:00").open == ["handle", "urge"]


def test_a_deadline_that_passed_without_interrupting_is_set_anew() -> None:
    case = Case(MOVE).press("ask", day="2026-11-30").at("2026-11-10 09:00")
    assert case.open == ["approve", "handle", "urge"]
    case.do("approve")
    assert case.due("due") == ["2026-11-30 12:00"]
    assert case.fact("deadline_moved").key == case.fact("deadline_set").key, "the same deadline, not another"
    assert case.at("2026-12-01 09:00").open == ["handle", "urge", "urge"]


@pytest.mark.parametrize("day", ["2026-11-01", "2026-11-02"])
def test_a_deadline_is_never_moved_to_an_instant_that_is_not_to_come(day: str) -> None:
    case = Case(MOVE).press("ask", day=day)
    case.now = at("2026-11-02 12:00")
    case.do("approve")
    assert case.due("due") == ["2026-11-09 12:00"]
    assert case.fact("deadline_not_moved").detail["reason"] == "not_after_now"


def test_an_extension_granted_after_the_activity_is_over_moves_nothing_and_says_so() -> None:
    diagram = process(
        "p",
        start(milestone="received") + user("handle") + limit("due", "handle", "workdays(5, since=received_at)")
        + button("ask", "handle") + user("approve")
        + job("move", "deadline.move", deadline="due", to="on(day)") + end() + user("z")
        + flows("s handle z e", "due e", "ask approve move e"),
        messages="ask",
    )  # fmt: skip
    case = Case(define(diagram)).press("ask", day="2026-11-30").do("handle")
    assert case.open == ["approve", "z"], "drawn flat, the application outlives its task"
    case.do("approve")
    assert (case.waits.deadlines, case.fact("deadline_not_moved").detail["reason"]) == ((), "gone")


def test_a_limited_activity_takes_the_open_application_with_it_when_it_ends() -> None:
    case = Case(MOVE).press("ask", day="2026-11-30").do("handle")
    assert (case.ended, case.open, case.buttons, case.waits.deadlines) == (True, [], [], ())


def test_the_right_deadline_moves_among_parallel_siblings() -> None:
    inner = (
        start("s1") + user("handle", "${unit}") + limit("due", "handle", "workdays(5, since=received_at)")
        + button("ask", "handle") + job("move", "deadline.move", deadline="due", to="on(day)") + end("e1")
        + flows("s1 handle e1", "due e1", "ask move e1")
    )  # fmt: skip
    diagram = process(
        "p",
        start(milestone="received") + sub("all", each("units", "unit") + inner) + end() + flows("s all e"),
        messages="ask",
    )
    case = Case(define(diagram), units=["a", "b", "c"]).press("ask", "b", day="2026-11-30")
    assert {d.key.item: local(d.due_at) for d in case.waits.deadlines} == {
        "a": "2026-11-10 00:00", "b": "2026-12-01 00:00", "c": "2026-11-10 00:00"
    }  # fmt: skip


def test_instants_must_carry_a_time_zone() -> None:
    with pytest.raises(ValueError, match="naive"):
        advance(HANDLE, None, Start("p"), NOW.replace(tzinfo=None), calendar=CALENDAR)


def test_a_deed_needs_a_state_and_a_start_none() -> None:
    case = Case(HANDLE)
    with pytest.raises(ValueError, match="no state for Start"):
        advance(HANDLE, case.state, Start("p"), NOW, calendar=CALENDAR)
    with pytest.raises(ValueError, match="Expected a state"):
        advance(HANDLE, None, Complete(case.task("dispatch")), NOW, calendar=CALENDAR)
