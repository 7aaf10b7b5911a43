"""Service tasks and errors: jobs wait for their handler, errors climb to the nearest boundary event around."""

import pytest

from bihuan.engine import ExecutionFault, JobDone, NotOpen
from tests.engine.diagrams import (
    boundary,
    call,
    each,
    end,
    error,
    flows,
    gate,
    job,
    mark,
    process,
    start,
    sub,
    throw,
    user,
    when,
)
from tests.engine.play import Case, define

JOB = define(
    process(
        "p",
        start() + job("upload") + boundary("refused", "upload", error("refused")) + boundary("any", "upload", error())
        + user("ok") + user("fix") + user("odd") + end() + flows("s upload ok e", "refused fix e", "any odd e"),
        errors="refused",
    )
)  # fmt: skip


def test_a_job_waits_and_goes_on_with_its_result() -> None:
    case = Case(JOB)
    assert [(j.topic, j.key.element) for j in case.waits.jobs] == [("province.upload", "upload")]
    case.done("upload", receipt="P1")
    assert (case.open, case.control) == (["ok"], {"receipt": "P1"})


def test_a_job_done_twice_is_not_open() -> None:
    case = Case(JOB)
    key = case.job("upload")
    case.done("upload")
    with pytest.raises(NotOpen):
        case.apply(JobDone(key))


def test_a_handlers_error_takes_the_boundary_event_for_it_with_its_data() -> None:
    case = Case(JOB).fail("upload", "refused", why="format")
    assert (case.open, case.control) == (["fix"], {"why": "format"})
    assert case.fact("job_failed").detail == {"code": "refused", "caught": True}


def test_an_error_event_without_a_code_takes_every_error() -> None:
    assert Case(JOB).fail("upload", "odd").open == ["odd"]


def test_an_error_nobody_catches_leaves_the_job_open() -> None:
    case = Case(define(process("p", start() + job("upload") + end() + flows("s upload e"))))
    case.fail("upload", "network")
    assert case.fact("job_failed").detail["caught"] is False
    assert [j.key.element for j in case.waits.jobs] == ["upload"]


def test_an_error_climbs_to_the_sub_process_it_stands_in_and_to_no_other() -> None:
    def side(n: str) -> str:
        inner = start(n + "s") + job(n + "j") + end(n + "e") + flows(f"{n}s {n}j {n}e")
        return sub(n, inner) + boundary(n + "b", n, error("bad")) + user(n + "fix") + user(n + "ok") + gate(n + "x")

    diagram = process(
        "p",
        start() + gate("f", kind="parallel") + gate("j", kind="parallel") + side("p1") + side("p2") + end()
        + flows("s f", "f p1 p1ok p1x j", "f p2 p2ok p2x j", "p1b p1fix p1x", "p2b p2fix p2x", "j e"),
        errors="bad",
    )  # fmt: skip
    case = Case(define(diagram)).fail("p2j", "bad")
    assert case.open == ["p2fix"]
    assert [wait.key.element for wait in case.waits.jobs] == ["p1j"]
    assert case.done("p1j").do("p2fix").do("p1ok").ended


def test_an_error_end_in_a_called_process_leaves_it_with_its_payload() -> None:
    called = process(
        "q",
        start() + user("u") + gate("g", "e") + end() + end("bad", error("bad"), payload='{"reason": reason}')
        + flows("s u g e") + when("g", "bad", "no"),
        errors="bad",
    )  # fmt: skip
    main = process(
        "p",
        start() + call("c", "q") + boundary("b", "c", error("bad")) + user("fix") + user("ok") + end()
        + flows("s c ok e", "b fix e"),
        errors="bad",
    )  # fmt: skip
    case = Case(define(main, called)).do("u", no=True, reason="not_ours")
    assert (case.open, case.control) == (["fix"], {"reason": "not_ours"})


def test_an_error_end_on_a_buttons_branch_is_not_caught_by_the_task_the_button_is_on() -> None:
    inner = (
        start("s1") + user("work") + boundary("b1", "work", '<bpmn:messageEventDefinition messageRef="m_no"/>',
                                              interrupting=False, audience="platform")
        + boundary("near", "work", error("bad")) + user("wrong") + end("e1") + end("bad_end", error("bad"))
        + flows("s1 work e1", "b1 bad_end", "near wrong e1")
    )  # fmt: skip
    diagram = process(
        "p",
        start() + sub("around", inner) + boundary("far", "around", error("bad")) + user("right") + end()
        + flows("s around e", "far right e"),
        messages="no",
        errors="bad",
    )  # fmt: skip
    assert Case(define(diagram)).press("b1").open == ["right"]


def test_an_error_thrown_in_one_of_several_instances_leaves_them_all() -> None:
    inner = (
        start("s1") + user("u", "${unit}") + gate("g", "e1") + end("e1") + end("x", error("bad")) + flows("s1 u g e1")
    )
    diagram = process(
        "p",
        start() + sub("out", start("s2") + sub("all", each("units", "unit") + inner + when("g", "x", "no")) + end("e2")
                      + flows("s2 all e2"))
        + boundary("b", "out", error("bad")) + user("fix") + end() + flows("s out e", "b fix e"),
        errors="bad",
    )  # fmt: skip
    assert Case(define(diagram), units=["a", "b"]).do("u", "a", no=True).open == ["fix"]


def test_an_error_only_a_caller_could_catch_is_a_fault_when_the_process_runs_alone() -> None:
    called = process("q", start() + user("u") + end("bad", error("bad")) + flows("s u bad"), errors="bad")
    main = process(
        "p", start() + call("c", "q") + boundary("b", "c", error("bad")) + end() + flows("s c e", "b e"), errors="bad"
    )
    with pytest.raises(ExecutionFault, match="nobody catches error bad"):
        Case(define(main, called), "q").do("u")


def test_a_plain_task_and_a_throw_event_pass_at_once_where_stocks_plain_task_waits_for_a_person() -> None:
    diagram = process("p", start() + mark("m", milestone="seen") + throw("t") + user("u") + end() + flows("s m t u e"))
    case = Case(define(diagram))
    assert (case.open, list(case.milestones)) == (["u"], ["seen"])
