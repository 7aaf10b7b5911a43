"""Claimed, assigned, watched: by whom it may be, what history says of it, and that no limit moves."""

from datetime import timedelta

import pytest

from bihuan.commands.accounts import create_account, set_active
from bihuan.commands.appoint_stand_in import appoint_stand_in
from bihuan.commands.assign_task import assign_task
from bihuan.commands.change_account import change_memberships
from bihuan.commands.claim_task import claim_task, release_task
from bihuan.commands.release_left import release_left
from bihuan.commands.watch_case import MOST, unwatch_case, watch_case
from bihuan.domain.access import Machine, Officer
from bihuan.domain.errors import AlreadyClaimed, NotAllowed, NotFound, Refused, TaskNotOpen
from bihuan.domain.ids import AccountId, CaseId, TaskId
from bihuan.queries.history import history
from bihuan.queries.people import account
from bihuan.releasing import release_all_left
from tests.commands.test_life import dispatched, first_reply, whole
from tests.conftest import START
from tests.people import PASSWORD, Town


def task_of(town: Town, case: CaseId, element: str = "first_reply") -> TaskId:
    return TaskId(town.open_tasks(case)[element]["id"])


def assignee(town: Town, case: CaseId, element: str = "first_reply") -> object:
    return town.open_tasks(case)[element]["assignee"]


def assign(town: Town, by: Officer, task: TaskId, to: Officer) -> None:
    with town.app.begin(by) as work:
        assign_task(work, task, to.account_id)


def test_a_task_is_assigned_to_a_colleague_and_history_says_from_whom_to_whom(town: Town) -> None:
    case, officer, colleague = dispatched(town), town.officer("commerce"), town.colleague("commerce")
    task, due = task_of(town, case), town.open_tasks(case)["first_reply"]["due_at"]
    with town.app.begin(officer) as work:
        claim_task(work, task)
    assign(town, officer, task, colleague)
    assign(town, colleague, task, colleague)
    with town.app.read() as reader:
        told = [event for event in history(reader, case) if event.kind == "task_assigned"]
    assert [(event.actor, event.detail) for event in told] == [
        (officer.ref, {"from": officer.ref, "to": colleague.ref})
    ]
    assert town.open_tasks(case)["first_reply"]["due_at"] == due
    whole(town, case)


def test_somebody_else_s_task_is_neither_assigned_nor_claimed_with_many_others(town: Town) -> None:
    """It may be taken over one by one: that is seen, and recorded."""
    case, officer, colleague = dispatched(town), town.officer("commerce"), town.colleague("commerce")
    task = task_of(town, case)
    with town.app.begin(colleague) as work:
        claim_task(work, task)
    with pytest.raises(AlreadyClaimed):
        assign(town, officer, task, officer)
    with pytest.raises(AlreadyClaimed), town.app.begin(officer) as work:
        claim_task(work, task, from_colleague=False)
    assert assignee(town, case) == colleague.account_id
    with town.app.begin(officer) as work:
        claim_task(work, task)
    assert assignee(town, case) == officer.account_id


def test_another_unit_neither_assigns_nor_is_assigned(town: Town) -> None:
    case, officer = dispatched(town), town.officer("commerce")
    task, stranger, principal = task_of(town, case), town.officer("taxation"), town.officer("commerce", "principal")
    for by, to in ((stranger, stranger), (stranger, officer), (officer, stranger), (officer, principal)):
        with pytest.raises(NotAllowed):
            assign(town, by, task, to)
    with pytest.raises(NotAllowed), town.app.begin(stranger) as work:
        claim_task(work, task, from_colleague=False)
    with pytest.raises(NotAllowed), town.app.begin(Machine("bell")) as work:
        assign_task(work, task, officer.account_id)
    assert assignee(town, case) is None


def test_nobody_of_a_unit_complained_of_is_assigned_what_others_handle(town: Town) -> None:
    """Not by being of two units either; the unit itself hands its own tasks to its own people."""
    both = _of_both(town, "commerce", "taxation")
    case = dispatched(town, complained_of_unit="taxation")
    with pytest.raises(NotAllowed):
        assign(town, town.officer("commerce"), task_of(town, case), both)
    assert assignee(town, case) is None
    own = dispatched(town, "taxation", complained_of_unit="taxation")
    assign(town, town.officer("taxation"), task_of(town, own), both)
    assert assignee(town, own) == both.account_id


def test_nothing_is_assigned_to_an_account_that_is_closed_or_not_there(town: Town) -> None:
    case, officer, colleague = dispatched(town), town.officer("commerce"), town.colleague("commerce")
    with town.app.begin(Machine("test")) as work:
        set_active(work, "commerce_colleague", False)
    for to in (colleague.account_id, AccountId(case)):
        with pytest.raises(NotAllowed), town.app.begin(officer) as work:
            assign_task(work, task_of(town, case), to)


def test_what_is_done_or_not_there_is_not_assigned(town: Town) -> None:
    case, officer, colleague = dispatched(town), town.officer("commerce"), town.colleague("commerce")
    task = task_of(town, case)
    first_reply(town, case)
    with pytest.raises(TaskNotOpen):
        assign(town, officer, task, colleague)
    with pytest.raises(NotFound):
        assign(town, officer, TaskId(case), colleague)


def test_a_claim_repeated_or_put_back_twice_is_one_event(town: Town) -> None:
    case, officer = dispatched(town), town.officer("commerce")
    task = task_of(town, case)
    for deed in (claim_task, claim_task, release_task, release_task):
        with town.app.begin(officer) as work:
            deed(work, task)
    with town.app.read() as reader:
        told = [event.kind for event in history(reader, case) if event.key and event.kind.startswith("task_")]
    assert told[-2:] == ["task_claimed", "task_released"]
    assert told.count("task_claimed") == 1


def test_what_somebody_claimed_is_put_back_when_the_account_is_closed_or_the_unit_left(town: Town) -> None:
    """And kept by whoever may still do it: in use and of the desk, or standing in for somebody of it."""
    administrator, officer = town.officer("platform", "administrator"), town.officer("commerce")
    both, cases = _of_both(town, "commerce", "taxation"), [dispatched(town) for _ in range(3)]
    own = dispatched(town, "taxation")
    due = town.open_tasks(cases[0])["first_reply"]["due_at"]
    for case in (*cases[:2], own):
        with town.app.begin(both) as work:
            claim_task(work, task_of(town, case))
    with town.app.begin(officer) as work:
        claim_task(work, task_of(town, cases[2]))
    assert release_all_left(town.app, administrator, "of_both") == (0, 0)
    with town.app.begin(administrator) as work:
        change_memberships(work, "of_both", {("taxation", "officer")}, reason="调离商务局")
    with town.app.begin(administrator) as work:
        appoint_stand_in(work, "of_both", stands_for="commerce_officer", until=START + timedelta(days=1), reason="交接")
    assert release_all_left(town.app, administrator, "of_both") == (0, 0), "whoever stands in may still do it"
    town.clock.move_to(START + timedelta(days=1))
    assert release_all_left(town.app, administrator, "of_both") == (2, 0)
    assert [assignee(town, case) for case in (*cases, own)] == [
        None, None, officer.account_id, both.account_id,
    ]  # fmt: skip
    with town.app.begin(administrator) as work:
        set_active(work, "of_both", False, reason="离岗")
    assert release_all_left(town.app, administrator, "of_both") == (1, 0)
    assert assignee(town, own) is None
    with town.app.read() as reader:
        told = history(reader, cases[0])[-1]
    assert (told.kind, told.actor, told.detail) == (
        "task_released", administrator.ref, {"from": both.ref, "why": "left"},
    )  # fmt: skip
    assert town.open_tasks(cases[0])["first_reply"]["due_at"] == due
    for case in (*cases, own):
        whole(town, case)


def test_nobody_but_an_administrator_puts_back_what_somebody_left(town: Town) -> None:
    case, officer, colleague = dispatched(town), town.officer("commerce"), town.colleague("commerce")
    with town.app.begin(colleague) as work:
        claim_task(work, task_of(town, case))
    for by in (officer, town.officer("platform"), town.officer("audit_office", "auditor")):
        with pytest.raises(NotAllowed), town.app.begin(by) as work:
            release_left(work, task_of(town, case))
        with pytest.raises(NotAllowed):
            release_all_left(town.app, by, "commerce_colleague")


def test_only_a_case_that_one_may_read_is_watched_and_history_knows_nothing_of_it(town: Town) -> None:
    case = dispatched(town)
    with town.app.read() as reader:
        before = len(history(reader, case))
    for officer in (town.officer("commerce"), town.officer("audit_office", "auditor")):
        with town.app.begin(officer) as work:
            watch_case(work, case)
    with pytest.raises(NotFound), town.app.begin(town.officer("taxation")) as work:
        watch_case(work, case)
    with town.app.begin(town.officer("taxation")) as work:
        unwatch_case(work, case)
    with town.app.read() as reader:
        assert len(history(reader, case)) == before


def test_watching_ends_at_a_number_of_cases(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST == 200
    monkeypatch.setattr("bihuan.commands.watch_case.MOST", 1)
    platform, cases = town.officer("platform"), [town.order().case_id for _ in range(2)]
    with town.app.begin(platform) as work:
        watch_case(work, cases[0])
    with pytest.raises(Refused), town.app.begin(platform) as work:
        watch_case(work, cases[1])
    with town.app.begin(platform) as work:
        unwatch_case(work, cases[0])
    with town.app.begin(platform) as work:
        watch_case(work, cases[1])


def _of_both(town: Town, *units: str) -> Officer:
    with town.app.begin(Machine("test")) as work:
        made = create_account(work, "zibo", "of_both", "兼任两处", PASSWORD, [(unit, "officer") for unit in units])
    with town.app.read() as reader:
        found = account(reader, made)
    assert found is not None
    return found.officer
