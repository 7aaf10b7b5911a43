"""User tasks: who may do them, frozen when they open; and what a deed on something else does."""

import pytest

from bihuan.engine import Complete, ExecutionFault, NotOpen, Press, Refused
from tests.engine.diagrams import button, call, end, flows, limit, message, process, start, sub, throw, user
from tests.engine.play import Case, define


def groups(case: Case) -> dict[str, tuple[str, ...]]:
    return {task.key.element: task.groups for task in case.waits.tasks}


def one_task(group: str, **written: str) -> str:
    return process("p", start() + user("reply", group, **written) + user("after") + end() + flows("s reply after e"))


def test_a_task_goes_to_the_plain_group_written_on_it() -> None:
    assert groups(Case(define(one_task("platform")))) == {"reply": ("platform",)}


def test_several_plain_groups_are_separated_by_commas() -> None:
    assert groups(Case(define(one_task("platform, commerce:principal")))) == {
        "reply": ("platform", "commerce:principal")
    }


def test_a_group_may_be_worked_out_from_control_data() -> None:
    case = Case(define(one_task('${unit + ":principal"}')), unit="commerce")
    assert groups(case) == {"reply": ("commerce:principal",)}


def test_an_expression_may_give_several_groups() -> None:
    assert groups(Case(define(one_task("${units}")), units=["commerce", "housing"])) == {
        "reply": ("commerce", "housing")
    }


def test_groups_are_kept_as_they_were_when_the_task_opened() -> None:
    diagram = process(
        "p",
        start() + user("reply", "${unit}") + button("correct", "reply", interrupting=False) + user("fix")
        + end() + flows("s reply e", "correct fix e"),
        messages="correct",
    )  # fmt: skip
    case = Case(define(diagram), unit="commerce").press("correct").do("fix", unit="housing")
    assert groups(case) == {"reply": ("commerce",)}


@pytest.mark.parametrize("unit", [None, "", 7, ["ok", ""], "two words", ["a,b"]])
def test_a_group_nobody_belongs_to_is_a_fault_of_the_diagram(unit: object) -> None:
    with pytest.raises(ExecutionFault, match="names no group"):
        Case(define(one_task("${unit}")), unit=unit)


def test_an_open_task_says_all_that_is_drawn_on_it() -> None:
    diagram = process(
        "p",
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="承办单位"><bpmn:flowNodeRef>reply</bpmn:flowNodeRef>'
        "</bpmn:lane></bpmn:laneSet>"
        + start() + user("reply", form="first_reply", clause="ZB-17 ZB-21", signature="true") + end()
        + flows("s reply e"),
    )  # fmt: skip
    task = Case(define(diagram)).waits.tasks[0]
    assert (task.form, task.clause, task.signature, task.lane) == ("first_reply", "ZB-17 ZB-21", True, "承办单位")


def test_control_data_of_a_completed_task_is_the_cases() -> None:
    case = Case(define(one_task("platform")), origin="portal").do("reply", sound=True)
    assert case.control == {"origin": "portal", "sound": True}


def test_a_deed_on_a_wait_of_another_kind_is_not_open() -> None:
    case = Case(define(one_task("platform")))
    with pytest.raises(NotOpen):
        case.apply(Press(case.task("reply")))


@pytest.mark.parametrize("name", ["x_at", "_x", "a b", "pressed_at", "cell", "1", ""])
def test_control_data_may_not_take_a_reserved_name(name: str) -> None:
    case = Case(define(one_task("platform")))
    with pytest.raises(ValueError, match="no name for control data"):
        case.apply(Complete(case.task("reply"), {name: 1}))


@pytest.mark.parametrize("value", [float("nan"), 2**60, "x" * 20_000, "\ud800", object(), {"a": object()}])
def test_control_data_holds_only_what_a_state_can_keep(value: object) -> None:
    case = Case(define(one_task("platform")))
    with pytest.raises(ValueError, match=r".+"):
        case.do("reply", x=value)


def test_a_called_process_that_cites_nothing_cites_what_its_call_cites() -> None:
    """Tasks, limits and messages, in a sub-process of it too; what it cites stands, and after it the call's is over."""
    called = process(
        "q",
        start(milestone="asked") + sub("s1", start("b2") + user("ask") + end("e2") + flows("b2 ask e2"))
        + limit("late", "s1", "workdays(3, since=asked_at)")
        + throw("told", message("notice"), payload='{"template": "t", "to": "a"}')
        + user("own", clause="KH-02") + end() + flows("s s1 told own e", "late told"),
        messages="notice",
    )  # fmt: skip
    main = process(
        "p",
        start() + call("c", "q", clause="ZB-23") + user("after") + end()
        + flows("s c after e"),
    )  # fmt: skip
    case = Case(define(main, called))
    assert [(task.key.element, task.clause) for task in case.waits.tasks] == [("ask", "ZB-23")]
    assert [deadline.clause for deadline in case.waits.deadlines] == ["ZB-23"]
    case.do("ask")
    assert case.fact("message_thrown").detail["clause"] == "ZB-23"
    assert [task.clause for task in case.waits.tasks] == ["KH-02"]
    assert [task.clause for task in case.do("own").waits.tasks] == [""]


ASKED = define(
    process(
        "p",
        start() + user("accept", requires='ruling != "accept" or lawful', refusal="受理的，须符合法律规定。") + end()
        + flows("s accept e"),
    )
)  # fmt: skip


def test_a_task_is_not_taken_while_what_it_requires_does_not_hold() -> None:
    case = Case(ASKED)
    state = case.state
    with pytest.raises(Refused) as refused:
        case.do("accept", ruling="accept", lawful=False)
    assert (refused.value.chinese, case.state, case.open) == ("受理的，须符合法律规定。", state, ["accept"])
    assert case.do("accept", ruling="decline").open == []
