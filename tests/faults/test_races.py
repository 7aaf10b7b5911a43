"""Two at once, on two real connections: the first wins, its repeat is answered the same, another is told in Chinese."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg
import pytest

from bihuan.bootstrap import App
from bihuan.commands.accounts import create_account, set_active
from bihuan.commands.complete_task import complete_task
from bihuan.commands.fire_timer import fire_timer
from bihuan.commands.open_case import Opened, submit_request
from bihuan.commands.press_button import press_button
from bihuan.domain.access import Actor, Machine, Visitor
from bihuan.domain.errors import NotAllowed, TaskNotOpen
from bihuan.domain.ids import CaseId, TaskId
from bihuan.queries.history import history, verify
from bihuan.queries.people import account
from bihuan.store.unit_of_work import UnitOfWork
from tests.commands.test_life import dispatched
from tests.conftest import START, somebody_waits
from tests.faults.servers import Proxy, until
from tests.people import COMPANY, PASSWORD, REQUEST, Town

Deed = Callable[[UnitOfWork], object]
REPLY = {"progress": "已联系企业，正在核实。"}


def racing(town: Town, first: tuple[Actor, Deed], second: tuple[Actor, Deed]) -> BaseException | None:
    """The first deed is done but not committed; the second comes and waits; then the first is let go. What the second
    one raised.
    """
    raised: list[BaseException] = []

    def come_second() -> None:
        try:
            with town.app.begin(second[0]) as work:
                second[1](work)
        except BaseException as fault:
            raised.append(fault)

    thread = threading.Thread(target=come_second)
    with town.app.begin(first[0]) as work:
        first[1](work)
        thread.start()
        until(lambda: _somebody_waits(town), "the second to wait for the first", 10)
    thread.join()
    return raised[0] if raised else None


def _somebody_waits(town: Town) -> bool:
    return somebody_waits(town.app.settings.owner_database_url or "")


def reply(town: Town, case: CaseId, submission_id: UUID) -> Deed:
    task_id = TaskId(town.open_tasks(case)["first_reply"]["id"])
    return lambda work: complete_task(work, task_id, REPLY, submission_id=submission_id)


def kinds(town: Town, case: CaseId) -> list[str]:
    with town.app.read() as reader:
        assert verify(reader, case).faults == ()
        return [event.kind for event in history(reader, case)]


def test_of_two_administrators_who_close_each_others_account_one_is_left(town: Town) -> None:
    """Nobody closes their own account, so that one is always left; also when both are quick."""
    one = town.officer("platform", "administrator")
    with town.app.begin(Machine("test")) as work:
        second = create_account(work, "zibo", "second", "乙", PASSWORD, [("platform", "administrator")])
    with town.app.read() as reader:
        found = account(reader, second)
    assert found is not None
    refused = racing(
        town, (one, lambda work: set_active(work, "second", False, reason="离岗")),
        (found.officer, lambda work: set_active(work, "platform_administrator", False, reason="离岗")),
    )  # fmt: skip
    assert isinstance(refused, NotAllowed)
    with town.app.read() as reader:
        assert account(reader, one.account_id) is not None
        assert account(reader, second) is None


def test_a_double_click_is_one_deed(town: Town) -> None:
    case, officer, submission_id = dispatched(town), town.officer("commerce"), uuid4()
    before = kinds(town, case).count("answers_given")
    click = (officer, reply(town, case, submission_id))
    assert racing(town, click, click) is None
    assert kinds(town, case).count("answers_given") == before + 1
    assert list(town.open_tasks(case)) == ["resolve"]


@pytest.mark.parametrize("colleague", [False, True], ids=["two tabs", "two officers"])
def test_the_first_wins_and_the_other_is_told_who_was_first(town: Town, colleague: bool) -> None:
    case, officer = dispatched(town), town.officer("commerce")
    other = replace(town.officer("commerce", "principal"), memberships=officer.memberships) if colleague else officer
    fault = racing(town, (officer, reply(town, case, uuid4())), (other, reply(town, case, uuid4())))
    assert isinstance(fault, TaskNotOpen)
    assert fault.status == 409
    assert fault.chinese == "该事项已不在待办状态，已由commerce的officer办理，请刷新页面查看最新情况。"
    assert list(town.open_tasks(case)) == ["resolve"]
    assert kinds(town, case).count("task_completed") == 2


def test_two_clicks_at_the_portal_are_one_request_with_one_number(town: Town) -> None:
    submission_id, opened = uuid4(), list[Opened]()

    def hand_in(work: UnitOfWork) -> None:
        opened.append(submit_request(work, "zibo", REQUEST, COMPANY, submission_id=submission_id))

    assert racing(town, (Visitor("zibo"), hand_in), (Visitor("zibo"), hand_in)) is None
    assert opened[0] == opened[1]
    later = town.request()
    assert int(later.case_no[-5:]) == int(opened[0].case_no[-5:]) + 1


def test_a_button_pressed_twice_is_one_application(town: Town) -> None:
    case, officer, submission_id = dispatched(town), town.officer("commerce"), uuid4()
    key = next(key for key in town.buttons(case) if key.split("/")[1] == "send_back")
    answers = {"reason": "不属于本单位职责，建议交市场监管部门办理。", "basis": "职责分工表第三条。"}

    def press(work: UnitOfWork) -> None:
        press_button(work, case, key, answers, submission_id=submission_id)

    assert racing(town, (officer, press), (officer, press)) is None
    assert kinds(town, case).count("button_pressed") == 1


def test_at_the_same_instant_the_deadline_goes_first(town: Town) -> None:
    case, officer = dispatched(town), town.officer("commerce")
    due_at = town.open_tasks(case)["first_reply"]["due_at"]
    town.clock.move_to(due_at)
    with town.app.begin(officer) as work:
        reply(town, case, uuid4())(work)
    told = kinds(town, case)
    assert told.index("deadline_passed") < len(told) - told[::-1].index("task_completed") - 1
    town.ring()
    assert ("urge_first_reply", "commerce") in town.notices(case)
    assert kinds(town, case).count("deadline_passed") == 1


@pytest.mark.parametrize("clock_first", [True, False])
def test_whoever_gets_the_case_first_the_deadline_is_settled_once_and_first(town: Town, clock_first: bool) -> None:
    case = dispatched(town)
    town.clock.move_to(town.open_tasks(case)["first_reply"]["due_at"])
    person = (town.officer("commerce"), reply(town, case, uuid4()))
    time = (Machine("clock"), lambda work: fire_timer(work, case))
    assert racing(town, *((time, person) if clock_first else (person, time))) is None
    told = kinds(town, case)
    assert told.count("deadline_passed") == 1
    assert told.index("deadline_passed") < len(told) - told[::-1].index("task_completed") - 1
    assert "resolve" in town.open_tasks(case)


def test_a_deed_that_waited_for_its_turn_is_older_than_what_came_before_and_does_no_harm(town: Town) -> None:
    case = dispatched(town)
    due_at = town.open_tasks(case)["first_reply"]["due_at"]
    deed = reply(town, case, uuid4())
    with town.app.begin(Machine("clock"), now=due_at + timedelta(seconds=1)) as work:
        fire_timer(work, case)
    with town.app.begin(town.officer("commerce"), now=due_at - timedelta(seconds=1)) as work:
        deed(work)
    assert kinds(town, case).count("deadline_passed") == 1
    assert "resolve" in town.open_tasks(case)


@pytest.fixture
def line(town: Town) -> Iterator[tuple[App, Proxy]]:
    """An application whose line to PostgreSQL can be cut."""
    target = urlsplit(town.app.settings.database_url)
    proxy = Proxy(target.port or 5432)
    cut = town.app.settings.database_url.replace(f":{target.port}/", f":{proxy.port}/")
    with App(replace(town.app.settings, database_url=cut), clock=town.clock) as app:
        yield app, proxy
    proxy.close()


def test_a_repeat_after_a_commit_that_nobody_was_told_of_finds_it_done(town: Town, line: tuple[App, Proxy]) -> None:
    (app, proxy), case, officer = line, dispatched(town), town.officer("commerce")
    deed = reply(town, case, uuid4())
    with app.read():
        proxy.cut_after_commit()
    with pytest.raises(psycopg.OperationalError), app.begin(officer) as work:
        deed(work)
    until(lambda: "resolve" in town.open_tasks(case), "the commit", 10)
    with app.begin(officer) as work:
        deed(work)
    assert kinds(town, case).count("task_completed") == 2


def test_a_commit_that_never_arrived_leaves_nothing_and_the_repeat_does_it(town: Town, line: tuple[App, Proxy]) -> None:
    (app, proxy), case, officer = line, dispatched(town), town.officer("commerce")
    deed = reply(town, case, uuid4())
    proxy.cut_before_commit()
    with pytest.raises(psycopg.OperationalError), app.begin(officer) as work:
        deed(work)
    assert list(town.open_tasks(case)) == ["first_reply"]
    with app.begin(officer) as work:
        deed(work)
    assert list(town.open_tasks(case)) == ["resolve"]


def test_a_request_is_handed_in_once_however_often_the_line_is_cut(town: Town, line: tuple[App, Proxy]) -> None:
    (app, proxy), submission_id, opened = line, uuid4(), list[Opened]()
    for cut in (proxy.cut_before_commit, proxy.cut_after_commit, proxy.cut_after_commit, None):
        if cut:
            cut()
        try:
            with app.begin(Visitor("zibo")) as work:
                found = submit_request(work, "zibo", REQUEST, COMPANY, submission_id=submission_id)
        except psycopg.OperationalError:
            continue
        opened.append(found)
    assert len({one.case_no for one in opened}) == 1
    assert int(town.request().case_no[-5:]) == int(opened[0].case_no[-5:]) + 1


def test_an_idle_connection_that_was_cut_costs_nobody_a_deed(town: Town, line: tuple[App, Proxy]) -> None:
    app, proxy = line
    with app.read():
        pass
    proxy.cut_all()
    threading.Event().wait(0.3)  # until the kernel has told this side of it
    with app.read() as reader:
        assert reader.now == START
