"""Rework (重办): loops, joins inside them, and a state that does not grow with its history."""

from datetime import timedelta

import pytest

from bihuan.engine import ExecutionFault
from tests.engine.diagrams import (
    button,
    call,
    each,
    end,
    flows,
    gate,
    limit,
    mark,
    process,
    start,
    sub,
    user,
    when,
)
from tests.engine.play import NOW, Case, define

PARALLEL = define(
    process(
        "p",
        start() + gate("m") + gate("f", kind="parallel") + gate("j", kind="parallel") + user("a") + user("b")
        + user("check") + gate("ok", "e") + end() + flows("s m f", "f a j", "f b j", "j check ok e")
        + when("ok", "m", "again"),
    )
)  # fmt: skip


def test_a_join_inside_a_loop_waits_for_both_in_every_round_where_stock_counts_earlier_rounds() -> None:
    case = Case(PARALLEL)
    for first, second in (("a", "b"), ("b", "a"), ("a", "b")):
        case.do(first)
        assert case.open == [second]
        case.do(second)
        assert case.open == ["check"]
        case.do("check", again=True)
        assert case.open == ["a", "b"]


def test_a_join_counts_the_flows_tokens_came_by_not_where_they_came_from() -> None:
    diagram = process(
        "p",
        start() + gate("f", kind="parallel") + gate("j", kind="parallel") + user("a") + gate("x", "j") + end()
        + flows("s f", "f a x j", "j e")
        + '<bpmn:sequenceFlow id="direct" sourceRef="f" targetRef="j"/>' + when("x", "e", "skip"),
    )  # fmt: skip
    case = Case(define(diagram))
    assert case.open == ["a"]
    assert case.do("a").ended


ROUNDS = define(
    process(
        "p",
        start() + gate("m") + user("dispatch", milestone="dispatched") + gate("f", kind="parallel")
        + gate("j", kind="parallel") + user("reply")
        + limit("first_due", "reply", 'workdays(3, since=dispatched_at, at="12:00")') + user("remind") + end("re")
        + user("handle") + limit("due", "handle", "workdays(15, since=dispatched_at)", interrupting=True) + user("sup")
        + gate("x") + user("check", "${unit}", each("units", "unit"), collect="good")
        + user("verify", milestone="verified") + gate("ok", "e") + end()
        + flows("s m dispatch f", "f reply j", "f handle x j", "due sup x", "j check verify ok e",
                "first_due remind re")
        + when("ok", "m", "again"),
    )
)  # fmt: skip


def test_a_hundred_rounds_leave_a_state_as_small_as_the_third_where_stocks_grows_until_it_breaks() -> None:
    case, sizes = Case(ROUNDS, units=["a", "b"]), []
    for number in range(100):
        case.now = NOW + timedelta(days=7 * number)
        case.do("dispatch").do("reply").do("handle").do("check", "b", good=1).do("check", "a", good=2)
        sizes.append(len(case.state or b""))
        case.do("verify", again=True)
    assert max(sizes[3:]) <= sizes[3] + 20, "only the numbers in the keys get longer"
    assert sizes[-1] < 1500


def test_a_hundred_presses_of_a_button_leave_no_trace_in_the_state_where_stock_keeps_every_branch() -> None:
    diagram = process(
        "p",
        start() + user("a") + button("note", "a") + user("look") + end() + flows("s a e", "note look e"),
        messages="note",
    )  # fmt: skip
    case = Case(define(diagram))
    small = len(case.state or b"")
    for _ in range(100):
        case.press("note", n=1).do("look")
    assert len(case.state or b"") < small + 60


def test_a_diagram_that_goes_in_circles_is_a_fault_and_not_a_hang() -> None:
    diagram = process(
        "p", start() + gate("m") + mark("a") + gate("g", "m") + end() + flows("s m a g m") + when("g", "e", "stop")
    )
    with pytest.raises(ExecutionFault, match="circles"):
        Case(define(diagram))


def test_timers_that_arm_each_other_in_the_past_are_a_fault_too() -> None:
    diagram = process(
        "p",
        start(milestone="received") + gate("m") + user("a")
        + limit("t", "a", "workdays(-1, since=received_at)", interrupting=True) + end() + flows("s m a e", "t m"),
    )  # fmt: skip
    with pytest.raises(ExecutionFault, match="circles"):
        Case(define(diagram))


def test_a_called_process_inside_a_sub_process_inside_a_loop_starts_afresh_each_round() -> None:
    called = process("q", start() + user("u", milestone="done") + user("v") + end() + flows("s u v e"))
    inner = start("s1") + call("c", "q") + limit("t", "c", "workdays(2, since=begun_at)") + end("e1")
    diagram = process(
        "p",
        start() + gate("m") + mark("b", milestone="begun") + sub("w", inner + flows("s1 c e1", "t e1")) + user("check")
        + gate("ok", "e") + end() + flows("s m b w check ok e") + when("ok", "m", "again"),
    )  # fmt: skip
    case = Case(define(diagram, called))
    for number in (1, 2, 3):
        assert [str(t.key) for t in case.waits.tasks] == [f"q/u/{number}"]
        assert str(case.waits.tasks[0].deadline) == f"p/t/{number}"
        case.do("u").do("v").do("check", again=number < 3)
    assert case.ended


def test_sub_processes_inside_sub_processes_end_from_the_inside_out() -> None:
    deep = start("s3") + user("u") + end("e3") + flows("s3 u e3")
    middle = start("s2") + sub("w3", deep) + user("v") + end("e2") + flows("s2 w3 v e2")
    outer = start("s1") + sub("w2", middle) + user("w") + end("e1") + flows("s1 w2 w e1")
    case = Case(define(process("p", start() + sub("w1", outer) + end() + flows("s w1 e"))))
    for element in ("u", "v", "w"):
        assert case.open == [element]
        case.do(element)
    assert case.ended
