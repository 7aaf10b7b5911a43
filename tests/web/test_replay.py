"""流转核查: plain links without script, the tokens of that moment, and a history that somebody changed."""

import re
from datetime import date

import psycopg

from bihuan.commands.declare_days import declare_days
from bihuan.commands.recount_case import CALENDAR, recount_case
from bihuan.domain.access import Machine
from bihuan.locality.holiday_notice import Declaration
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


def test_a_diagram_opened_by_itself_is_no_page_of_ours(town: Town, enter: Enter) -> None:
    """XML may hold XHTML and style sheets: a process owner's file is shown, and can neither run, load nor send."""
    opened, client = town.order(), enter(town.officer("audit_office", "auditor"))
    page = client.get(f"/cases/{opened.case_no}/replay").get_data(as_text=True)
    drawn = re.search(r'"(/diagrams/[^"]+\.bpmn)"', page)
    assert drawn is not None
    answer = client.get(drawn[1])
    assert answer.get_data().startswith(b"<?xml")
    assert {"default-src 'none'", "sandbox"} <= set(answer.headers["Content-Security-Policy"].split("; "))


def test_a_changed_history_is_told(town: Town, enter: Enter, database: tuple[str, str]) -> None:
    """Whoever changes a row, with whatever rights, is found."""
    opened = town.order()
    with psycopg.connect(database[1], autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("update history_event set actor = 'somebody' where no = 2")
    page = enter(town.officer("audit_office", "auditor")).get(f"/cases/{opened.case_no}/replay").get_data(as_text=True)
    assert "核查未通过" in page
    assert "第 2 条记录与前一条不衔接" in page
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
        told = "不能推演，不显示前后变化" in answer.get_data(as_text=True)
        assert told == (number == 99), "of what cannot be believed it is not said that it changed nothing"


def test_limits_stand_as_they_stood_at_that_moment(town: Town, enter: Enter) -> None:
    opened = town.order()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    town.at("2026-10-09 12:00")
    client, address = enter(town.officer("audit_office", "auditor")), f"/cases/{opened.case_no}/replay"
    with town.app.read() as reader:
        passed = next(one.no for one in history(reader, opened.case_id) if one.kind == "deadline_passed")
    before, after = (client.get(f"{address}?at={at}").get_data(as_text=True) for at in (passed - 1, passed))
    before, after = _limits(before), _limits(after)
    assert before.count("已到期") + 1 == after.count("已到期")
    assert "第15个工作日12:00" not in _limits(client.get(f"{address}?at=1").get_data(as_text=True))


def _limits(page: str) -> str:
    return page.partition('id="limits"')[2].partition("</section>")[0]


def test_each_event_tells_what_it_changed_and_at_whose_desk(town: Town, enter: Enter) -> None:
    opened = town.order()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    client, address = enter(town.officer("audit_office", "auditor")), f"/cases/{opened.case_no}/replay"
    with town.app.read() as reader:
        events = history(reader, opened.case_id)
    done = next(one.no for one in events if one.kind == "task_completed" and "/dispatch/" in (one.key or ""))
    page = client.get(f"{address}?at={done}").get_data(as_text=True)
    changes = page.partition('id="changes"')[2].partition("</section>")[0]
    assert "环节：" in changes
    assert "已不在办" in changes
    assert "市商务局" in changes, "the choice by which the case went on"
    assert "（市“接诉即办”平台）" in page.partition('class="now-line"')[2].partition("</p>")[0]
    set_ = next(one for one in events if one.kind == "deadline_set" and one.no > done)
    page = client.get(f"{address}?at={set_.no}").get_data(as_text=True)
    assert "时限：" in page.partition('id="changes"')[2].partition("</section>")[0]
    claimed = client.get(f"{address}?at=1").get_data(as_text=True)
    assert "本条只作记录" in claimed


def test_the_list_of_all_events_tells_for_each_what_was_before_and_after(town: Town, enter: Enter) -> None:
    """Whoever reads it on paper can step through nothing."""
    opened = town.order()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    auditor, address = enter(town.officer("audit_office", "auditor")), f"/cases/{opened.case_no}/replay?at=1"
    page = auditor.get(address).get_data(as_text=True)
    events = page.partition('id="events"')[2]
    assert "环节：分办：待办（市“接诉即办”平台） → 已不在办" in events
    assert "承办单位：— → 市商务局" in events
    assert f'<p class="on-paper">淄博市 · 工单 {opened.case_no}' in page


def test_a_limit_that_still_runs_is_not_said_to_be_done(town: Town, enter: Enter) -> None:
    """The task is done in one event, its limit ends with a later one of the same second."""
    opened = town.order()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    with town.app.read() as reader:
        events = history(reader, opened.case_id)
    done = next(one for one in events if one.kind == "task_completed" and "/dispatch/" in (one.key or ""))
    ended = next(one for one in events if one.kind == "deadline_ended")
    auditor = enter(town.officer("audit_office", "auditor"))
    states = []
    for at in (done.no, ended.no):
        page = auditor.get(f"/cases/{opened.case_no}/replay?at={at}").get_data(as_text=True)
        states.append(page.partition('class="limit-state">')[2].partition("</summary>")[0])
    assert done.no < ended.no
    assert "lamp" in states[0]
    assert "2026-" not in states[0]
    assert "2026-" in states[1]


def test_who_saw_the_identity_is_listed(town: Town, enter: Enter) -> None:
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    auditor, address = enter(town.officer("audit_office", "auditor")), f"/cases/{opened.case_no}/replay"
    assert "没有查看、导出诉求人身份的记录" in auditor.get(address).get_data(as_text=True)
    enter(town.officer("commerce")).post(f"/cases/{opened.case_no}/identity", data={"reason": "reply"})
    auditor.post(f"/cases/{opened.case_no}/evidence", data={"reason": "audit"})
    looks = auditor.get(address).get_data(as_text=True).partition('id="looks"')[2].partition("</section>")[0]
    assert looks.count("<tr>") == 2, "the heading, and one look: a veiled pack shows nobody"
    assert "commerce的officer" in looks
    assert "答复企业" in looks


def test_a_receipt_is_the_one_of_that_moment(town: Town, enter: Enter) -> None:
    """A declared day off moves the limit; before that event the receipt counts the day as it did."""
    opened = town.order()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    with town.app.begin(Machine("test")) as work:
        declare_days(work, "zibo", {date(2026, 10, 12): Declaration("holiday", "台风停工")}, source="市政府通知")
    with town.app.begin(CALENDAR) as work:
        recount_case(work, opened.case_id)
    client, address = enter(town.officer("audit_office", "auditor")), f"/cases/{opened.case_no}/replay"
    with town.app.read() as reader:
        moved = next(one.no for one in history(reader, opened.case_id) if one.kind == "deadline_moved")
    before, after = (client.get(f"{address}?at={at}").get_data(as_text=True) for at in (moved - 1, moved))
    assert "台风停工" not in before
    assert "台风停工" in after
