"""流转核查: plain links without script, the tokens of that moment, and a history that somebody changed."""

import re

import psycopg

from bihuan.queries.history import history
from tests.people import Town
from tests.web.conftest import Enter


def test_the_replay_steps_by_plain_links(town: Town, enter: Enter) -> None:
    """Each event has its address; the diagram's marks and the words beside say the same."""
    opened = town.order()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    client, address = enter(town.officer("audit_office", "auditor")), f"/cases/{opened.case_no}/replay"
    page = client.get(f"{address}?at=1").get_data(as_text=True)
    assert f'href="{address}?at=2"' in page
    assert "核查通过" in page
    page = client.get(address).get_data(as_text=True)
    assert "此时待办：回复初步处理情况" in page
    marks = re.search(r'data-current="([^"]*)" data-passed="([^"]*)"', page)
    assert marks is not None
    assert marks[1] == "first_reply"
    assert {"received", "dispatch"} <= set(marks[2].split())
    assert client.get(f"{address}?at=99999").status_code == 200
    assert client.get("/diagrams/nothing/request.bpmn").status_code == 404


def test_a_changed_history_is_told(town: Town, enter: Enter, database: tuple[str, str]) -> None:
    """Whoever changes a row, with whatever rights, is found."""
    opened = town.order()
    with psycopg.connect(database[1], autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("update history_event set actor = 'somebody' where no = 2")
    page = enter(town.officer("audit_office", "auditor")).get(f"/cases/{opened.case_no}/replay").get_data(as_text=True)
    assert "核查未通过" in page
    assert "the chain breaks at event 2" in page


def test_a_history_that_was_made_unreadable_is_told_and_shown_as_far_as_it_holds(
    town: Town, enter: Enter, database: tuple[str, str]
) -> None:
    opened = town.order()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    with psycopg.connect(database[1], autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("delete from history_event where kind = 'deadline_set' and key like '%dispatch_due%'")
        owner.execute("update history_event set payload = '{}' where kind = 'path_taken'")
    client = enter(town.officer("audit_office", "auditor"))
    for number in (1, 5, 99):
        answer = client.get(f"/cases/{opened.case_no}/replay?at={number}")
        assert answer.status_code == 200
        assert "核查未通过" in answer.get_data(as_text=True)


def test_limits_stand_as_they_stood_at_that_moment(town: Town, enter: Enter) -> None:
    opened = town.order()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    town.at("2026-10-09 12:00")
    client, address = enter(town.officer("audit_office", "auditor")), f"/cases/{opened.case_no}/replay"
    with town.app.read() as reader:
        passed = next(one.no for one in history(reader, opened.case_id) if one.kind == "deadline_passed")
    before, after = (client.get(f"{address}?at={at}").get_data(as_text=True) for at in (passed - 1, passed))
    assert before.count("已到期") + 1 == after.count("已到期")
    assert "第15个工作日12:00" not in client.get(f"{address}?at=1").get_data(as_text=True).partition("办理时限")[2]
