"""A process owner's change: the next case follows the new diagram, open ones stay on theirs."""

from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine
from bihuan.domain.clock import BEIJING
from bihuan.domain.ids import CaseId
from bihuan.locality.check import check
from tests.commands.test_life import dispatched, first_reply
from tests.people import Town, files_of


def due(town: Town, case: CaseId) -> str:
    return f"{town.open_tasks(case)['first_reply']['due_at'].astimezone(BEIJING):%m-%d %H:%M}"


def test_three_workdays_become_two_for_the_next_case_only(town: Town) -> None:
    before = dispatched(town)
    files = dict(files_of("zibo"))
    drawing = files["zibo/request.bpmn"]
    assert drawing.count(b"workdays(3, since=dispatched_at") == 1
    files["zibo/request.bpmn"] = drawing.replace(b"workdays(3, since=dispatched_at", b"workdays(2, since=dispatched_at")
    assert check(files) == []
    with town.app.begin(Machine("owner")) as work:
        assert deploy(work, files, note="首次回复改为2个工作日").changed
    after = dispatched(town)
    assert due(town, before) == "10-09 12:00"
    assert due(town, after) == "10-08 12:00"
    first_reply(town, before)
    assert list(town.open_tasks(before)) == ["resolve"]


def test_the_same_content_again_changes_nothing(town: Town) -> None:
    with town.app.begin(Machine("owner")) as work:
        assert not deploy(work, files_of("zibo"), note="").changed
