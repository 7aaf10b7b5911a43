"""Who decides on an application is read from the drawing, in every locality, whatever the tasks are called."""

from pathlib import Path

import pytest

from bihuan.engine.applications import applications, deciding
from bihuan.locality.check import sound
from bihuan.locality.files import read_folder

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
COMMON = {("extension", name) for name in ("sign_principal", "forward", "sign_city_leader", "review_province")}


@pytest.mark.parametrize(
    ("folder", "tasks"),
    [
        ("zibo", COMMON),
        ("xuchang", {("request", "approve_extension")}),
        ("yunnan", set()),
        ("kaihua", set()),
        ("changshu", set()),
    ],
)
def test_the_tasks_between_a_button_and_the_limit_it_moves_decide_on_more_time(
    folder: str, tasks: set[tuple[str, str]]
) -> None:
    """云南 asks nobody: the unit tells why, and the limit moves. 退回 and 转办 move no limit, and so are none."""
    assert deciding(sound(read_folder(PROCESSES / folder)).definition) == tasks


@pytest.mark.parametrize(
    ("folder", "task", "buttons"),
    [
        *(("zibo", task, ("request", "ask_extension")) for task in sorted(COMMON)),
        ("zibo", ("request", "decide_send_back"), ("request", "send_back")),
        ("xuchang", ("request", "approve_extension"), ("request", "ask_extension")),
        ("xuchang", ("request", "decide_send_back"), ("request", "send_back")),
    ],
)
def test_a_task_that_decides_on_an_application_knows_by_which_button_it_was_made(
    folder: str, task: tuple[str, str], buttons: tuple[str, str]
) -> None:
    assert applications(sound(read_folder(PROCESSES / folder)).definition)[task] == (buttons,)


def test_what_comes_after_the_decision_decides_on_no_application() -> None:
    found = applications(sound(read_folder(PROCESSES / "zibo")).definition)
    assert ("request", "redispatch") not in found
    assert ("request", "resolve") not in found
