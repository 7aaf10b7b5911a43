"""User tasks: who may do them, frozen when they open; and what a deed on something else does."""

import pytest

from bihuan.engine import Complete, ExecutionFault, NotOpen, Press
from tests.engine.diagrams import button, end, flows, process, start, user
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
