"""Every scenario of every locality holds, and each would fail if the procedure or the scenario were another."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bihuan.play.checking import Difference
from bihuan.play.life import Play
from bihuan.play.performance import Outcome, perform
from bihuan.play.scenario import ExpectedEvent, ExpectedNotice, ExpectedTask, Scenario, Step
from bihuan.play.stage import Stage
from tests.people import files_of
from tests.processes.play import scenarios

SCENARIOS = {scenario.id: scenario for scenario in scenarios("zibo").values()}


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(zibo: Play, name: str) -> None:
    outcome = perform(zibo, SCENARIOS[name])

    assert outcome.ok, f"{name} step {outcome.step}: {outcome.difference}"


def differing(zibo: Play, scenario: Scenario) -> Difference:
    """The difference that playing this scenario tells."""
    outcome: Outcome = perform(zibo, scenario)
    assert outcome.difference is not None, "the scenario holds"
    return outcome.difference


def with_step(name: str, number: int, **changes: object) -> Scenario:
    """A scenario up to this step, which promises something else."""
    scenario = SCENARIOS[name]
    changed: Step = replace(scenario.steps[number - 1], **changes)  # type: ignore[arg-type]
    return replace(scenario, steps=(*scenario.steps[: number - 1], changed))


def first_task(name: str, number: int) -> ExpectedTask:
    tasks = SCENARIOS[name].steps[number - 1].open
    assert tasks
    return tasks[0]


FIRST = first_task("whole-life", 1)

WRONG: Mapping[str, tuple[dict[str, object], str]] = {
    "a task is missing": ({"open": (FIRST, FIRST)}, "待办"),
    "a task is left over": ({"open": ()}, "待办"),
    "a task of another name": ({"open": (replace(FIRST, task="审核并回访"),)}, "待办"),
    "somebody else's task": ({"open": (replace(FIRST, of="市商务局"),)}, "待办"),
    "a limit a second later": ({"open": (replace(FIRST, due=FIRST.due + timedelta(seconds=1)),)}, "待办"),  # type: ignore[operator]
    "late, which it is not": ({"open": (replace(FIRST, late=True),)}, "待办"),
    "moved, which it was not": ({"open": (replace(FIRST, was=FIRST.due),)}, "待办"),
    "another lamp": ({"open": (replace(FIRST, lamp="red"),)}, "待办"),
    "a button that is not there": ({"buttons": ("退回",)}, "按钮"),
    "a job that does not wait": ({"jobs": ("上传省平台",)}, "服务任务"),
    "no notice": ({"sent": ()}, "通知"),
    "a notice to somebody else": ({"sent": (ExpectedNotice("收件回执", "市商务局"),)}, "通知"),
    "other words": ({"sent": (ExpectedNotice("收件回执", "企业", ("欢迎光临",)),)}, "通知"),
    "an event that did not happen": ({"record": (ExpectedEvent("deadline_moved"),)}, "流转记录"),
    "another detail": ({"record": (ExpectedEvent("milestone_reached", has={"name": "closed"}),)}, "流转记录"),
    "another actor": ({"record": (ExpectedEvent("task_opened", by="市商务局"),)}, "流转记录"),
    "events the other way round": (
        {"record": (ExpectedEvent("task_opened"), ExpectedEvent("request_submitted"))}, "流转记录",
    ),
    "an end": ({"ended": "closed", "open": None}, "结束"),
    "a task that there was": ({"no": ("task:分办",)}, "不应发生"),
    "a notice that was sent": ({"no": ("notice:收件回执",)}, "不应发生"),
    "an event that happened": ({"no": ("event:task_opened",)}, "不应发生"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_promise_that_does_not_hold_is_told(zibo: Play, what: str) -> None:
    changes, told = WRONG[what]

    assert differing(zibo, with_step("whole-life", 1, **changes)).what == told


def test_a_deed_that_should_be_refused_and_is_not(zibo: Play) -> None:
    difference = differing(zibo, with_step("whole-life", 2, refused="not-yours"))

    assert (difference.what, difference.got) == ("市“接诉即办”平台 分办", "办成了")


def test_a_deed_that_is_refused_and_should_not_be(zibo: Play) -> None:
    step = SCENARIOS["whole-life"].steps[1]
    assert step.deed
    difference = differing(zibo, with_step("whole-life", 2, deed=replace(step.deed, who="市商务局")))

    assert difference.expected == "办成"
    assert "not-yours" in difference.got


def test_a_deed_refused_for_another_reason(zibo: Play) -> None:
    step = SCENARIOS["whole-life"].steps[1]
    assert step.deed
    wrong = with_step("whole-life", 2, deed=replace(step.deed, answers={}), refused="not-yours")

    assert "invalid-answers" in differing(zibo, wrong).got


def test_an_opening_that_should_be_refused_and_is_not(zibo: Play) -> None:
    scenario = SCENARIOS["openings"]
    complete = replace(scenario.opening, answers={"category": "其他"})
    difference = differing(zibo, replace(scenario, opening=complete))

    assert (difference.what, difference.got) == ("提交诉求", "办成了")


def test_an_opening_refused_for_another_reason(zibo: Play) -> None:
    scenario = SCENARIOS["openings"]
    wrong = replace(scenario, opening=replace(scenario.opening, refused="not-yours"))

    assert "invalid-answers" in differing(zibo, wrong).got


def test_a_case_that_ended_must_be_said_to_have_ended(zibo: Play) -> None:
    last = len(SCENARIOS["whole-life"].steps)

    assert differing(zibo, with_step("whole-life", last, ended=None, open=())).what == "结束"


def test_a_procedure_with_another_limit_does_not_keep_the_promises(where: Stage, zibo: Play) -> None:
    files = dict(files_of("zibo"))
    changed = files["zibo/request.bpmn"].replace(b"workdays(3, since=dispatched_at", b"workdays(2, since=dispatched_at")
    assert changed != files["zibo/request.bpmn"]
    try:
        where.deploy({**files, "zibo/request.bpmn": changed})
        difference = differing(Play(where, zibo.locality), SCENARIOS["first-reply-late"])
    finally:
        where.deploy(files)

    assert "2026-10-09 12:00" in difference.expected
    assert "2026-10-08 12:00" in difference.got or "督促" in difference.got
