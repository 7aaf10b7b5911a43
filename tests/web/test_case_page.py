"""The case page (工单): what comes next before it is done, whose clock runs, one timeline, telephone calls."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from bihuan.domain.clock import BEIJING
from bihuan.domain.ids import CaseId
from bihuan.queries.case_page import case_page
from bihuan.queries.history import history, verify
from bihuan.store import tables
from bihuan.store.statement import compiled
from tests.people import Town
from tests.web.conftest import Enter

_event = tables.history_event
_PAYLOADS = compiled(sa.select(_event.c.payload).where(_event.c.case_id == sa.bindparam("case_id", type_=tables.ID)))
Case = tuple[CaseId, str]
SAID = "企业称窗口已告知补正材料，对进展表示理解。"


@pytest.fixture
def case(town: Town) -> Case:
    """A case on 市商务局's desk: id and number."""
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    return opened.case_id, opened.case_no


def text_of(client: FlaskClient, address: str) -> str:
    """A page's words alone."""
    page = client.get(address).get_data(as_text=True)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def task_of(town: Town, case: CaseId, element: str) -> str:
    return f"/tasks/{town.open_tasks(case)[element]['id']}"


def timeline_of(page: str) -> str:
    return page[page.index("流转记录 全部") :]


def call(town: Town, **changed: str) -> dict[str, str]:
    now = town.clock.now().astimezone(BEIJING).isoformat("T", "minutes")[:16]
    return {
        "submission_id": str(uuid4()), "other": "complainant", "direction": "out", "reached": "true",
        "called_at": now, "summary": SAID, **changed,
    }  # fmt: skip


def test_before_a_task_is_handed_in_its_page_says_what_follows(town: Town, enter: Enter) -> None:
    """Who gets it, which clock stops, which start and when they would be due."""
    case = town.request().case_id
    page = text_of(enter(town.officer("platform")), task_of(town, case, "dispatch"))
    said = page[page.index("提交后") :]
    assert "转入“回复初步处理情况”（承办单位）" in said
    assert "停止计时：分办 · 内部时限" in said
    assert "回复初步处理情况 · 第3个工作日12:00（10月9日（周五）12:00）" in said
    assert "承办 · 第15个工作日12:00（10月26日（周一）12:00）" in said


def test_where_the_way_divides_each_way_is_told_with_its_choice(town: Town, enter: Enter, case: Case) -> None:
    town.do(case[0], "first_reply", progress="正在核实有关情况。")
    town.do(
        case[0], "resolve", outcome="resolved", reply_to_company="已办结。请查收。", report_to_platform="已办结报告。"
    )
    page = text_of(enter(town.officer("platform")), task_of(town, case[0], "verify"))
    assert "如“办理到位？”为“否”：" in page
    assert "转入“责成重新办理”（市委督查室、市政府督查室）" in page
    assert "如“办理到位？”为“是”：" in page
    assert "等候“企业评价”或“逾期未评价”" in page
    assert "开始计时：等候评价 · 逾期未评价" in page
    assert "省转办" not in page, "it came in by the portal"


def test_nobody_reads_an_id_or_who_is_told_by_a_word_of_no_meaning(town: Town, enter: Enter, case: Case) -> None:
    """The result goes to the complainant, unless the very unit was complained about: then the platform passes it on."""
    town.do(case[0], "first_reply", progress="正在核实有关情况。")
    page = text_of(enter(town.officer("commerce")), task_of(town, case[0], "resolve"))
    said = page[page.index("提交后") :]
    assert "通知诉求人“答复企业”" in said
    assert "按流程确定的单位" not in page
    other = town.request(complained_of_unit="commerce").case_id
    town.do(other, "dispatch", handling_unit="commerce")
    town.do(other, "first_reply", progress="正在核实有关情况。")
    page = text_of(enter(town.officer("commerce")), task_of(town, other, "resolve"))
    assert "通知市“接诉即办”平台“答复企业”" in page


def test_a_button_tells_its_consequence_before_it_is_pressed(town: Town, enter: Enter, case: Case) -> None:
    key = next(key for key in town.buttons(case[0]) if "send_back" in key)
    page = text_of(enter(town.officer("commerce")), f"/cases/{case[1]}/actions/{key}")
    said = page[page.index("提出后") :]
    assert "“承办”照常办理，时限不停" in said
    assert "转入“市平台审核退回”（市“接诉即办”平台）" in said


def test_what_a_limit_does_when_it_passes_is_told_before(town: Town, enter: Enter, case: Case) -> None:
    page = text_of(enter(town.officer("platform")), f"/cases/{case[1]}")
    said = page[page.index("接下来") : page.index("流转记录 全部")]
    assert "回复初步处理情况 · 第3个工作日12:00到期仍未办的 10月9日（周五）12:00" in said
    assert "通知市商务局“督促首次回复”；" in said
    assert "转入“督查室归口督办”（市委督查室、市政府督查室）" in said


def test_a_limit_that_is_over_says_whether_it_was_kept(town: Town, enter: Enter, case: Case) -> None:
    """On the case's page, in its replay and in its evidence: done in time, done late, or not to be done any more."""
    unit = town.officer("commerce")
    town.at("2026-09-30 09:00")
    town.do(case[0], "first_reply", progress="正在核实有关情况。")
    town.press(case[0], "send_back", by=unit, reason="不属于我单位职责。", basis="三定方案。")
    town.at("2026-09-30 10:00")
    town.do(case[0], "decide_send_back", agreed=True, opinion="同意退回。")
    town.do(case[0], "redispatch", handling_unit="taxation", note="改由你单位办理。")
    town.at("2026-10-12 15:00")
    town.do(case[0], "first_reply", progress="正在核实有关情况。")
    town.do(
        case[0], "resolve", outcome="resolved", reply_to_company="已办结。请查收。", report_to_platform="已办结报告。"
    )
    with town.app.read() as reader:
        found = case_page(reader, town.app.vault, town.officer("platform"), case[1])
    said = [(one.name.partition(" · ")[0], one.outcome, one.over_at) for one in found.deadlines if not one.internal]
    early, back, done = (
        datetime.fromisoformat(at).replace(tzinfo=BEIJING) for at in ("2026-09-30T09:00", "2026-09-30T10:00",
                                                                      "2026-10-12T15:00")
    )  # fmt: skip
    assert [one for one in said if one[0] == "回复初步处理情况"] == [
        ("回复初步处理情况", "kept", early), ("回复初步处理情况", "late", done)
    ]  # fmt: skip
    assert [one for one in said if one[0] == "承办"] == [("承办", "dropped", back), ("承办", "kept", done)]
    auditor = enter(town.officer("audit_office", "auditor"))
    for page in (text_of(auditor, f"/cases/{case[1]}"), text_of(auditor, f"/cases/{case[1]}/replay")):
        limits = _limits(page)
        for words in ("按期办毕 2026-09-30 09:00", "逾期办毕 2026-10-12 15:00", "终止 2026-09-30 10:00"):
            assert words in limits
        assert "已结束" not in limits
    dispatched = text_of(auditor, f"/cases/{case[1]}/replay?at=20")
    limits = _limits(dispatched)
    assert "回复初步处理情况" in limits
    later = ("2026-09-30 09:00", "2026-09-30 10:00", "2026-10-12 15:00")
    assert not any(at in limits for at in later), "of what came later nothing is known then"
    with town.app.read() as reader:
        early_event = next(one.no for one in history(reader, case[0]) if one.kind == "button_pressed")
    before = _limits(text_of(auditor, f"/cases/{case[1]}/replay?at={early_event}"))
    assert ("按期办毕 2026-09-30 09:00" in before, "终止" in before) == (True, False)


def _limits(page: str) -> str:
    """What a page says of limits, without the list of events that a replay has beneath."""
    return page.partition("办理时限")[2].partition("谁看过诉求人身份")[0]


def test_each_unit_stands_with_its_part_and_its_clock(town: Town, enter: Enter, case: Case) -> None:
    page = text_of(enter(town.officer("platform")), f"/cases/{case[1]}")
    units = page[page.index("主办、协办单位") : page.index("流转记录 全部")]
    assert re.search(r"市商务局 主办 .*回复初步处理情况 10月9日（周五）12:00前", units)
    assert "市“接诉即办”平台 受理平台 现无待办 1 项" in units


def test_the_address_filters_the_one_timeline(town: Town, enter: Enter, case: Case) -> None:
    """Without a script; an unknown kind shows nothing, and no fault."""
    client = enter(town.officer("platform"))
    everything = timeline_of(text_of(client, f"/cases/{case[1]}"))
    assert "办毕“分办”" in everything
    assert "承办单位 市商务局" in everything
    messages = timeline_of(text_of(client, f"/cases/{case[1]}?strand=messages"))
    assert "发出通知：收件回执" in messages
    assert "办毕“分办”" not in messages
    engine = timeline_of(text_of(client, f"/cases/{case[1]}?strand=engine"))
    assert "转入“分办”" in engine
    assert "办毕“分办”" not in engine
    assert "没有这一类记录" in timeline_of(text_of(client, f"/cases/{case[1]}?strand=%27%22<b>"))


def test_a_call_is_noted_read_by_colleagues_and_proven_by_the_history(town: Town, enter: Enter, case: Case) -> None:
    """Twice the same form is one call; the words are not in the history."""
    client, given = enter(town.officer("commerce")), call(town)
    for _ in range(2):
        answer = client.post(f"/cases/{case[1]}/calls", data=given)
        assert (answer.status_code, answer.location) == (303, f"/cases/{case[1]}?strand=calls#history")
    page = timeline_of(text_of(enter(town.officer("platform")), f"/cases/{case[1]}?strand=calls"))
    assert page.count(SAID) == 1
    assert "登记与诉求人的通话" in page
    assert "去电 2026-09-29 16:00" in page
    with town.app.snapshot() as reader:
        assert verify(reader, case[0]).ok
        row = reader.all(_PAYLOADS, case_id=case[0])
    assert SAID not in str(row)


def test_a_call_that_cannot_be_taken_comes_back_with_its_words(town: Town, enter: Enter, case: Case) -> None:
    """One of the year 1 was taken once, and no page of its case could be shown any more."""
    client, later = enter(town.officer("commerce")), town.clock.now().astimezone(BEIJING) + timedelta(hours=1)
    days = (later.isoformat()[:16], "0001-01-01T00:00", "1900-01-01T00:00", "9999-12-31T23:59", "x")
    for changed in (*({"called_at": one} for one in days), {"other": "x"}, {"direction": ""}):
        answer = client.post(f"/cases/{case[1]}/calls", data=call(town, **changed))
        assert answer.status_code == 422, changed
        assert SAID in answer.get_data(as_text=True)
    assert client.post(f"/cases/{case[1]}/calls", data=call(town, summary=" ")).status_code == 422
    assert "通话 0" in text_of(client, f"/cases/{case[1]}")


def test_only_who_has_a_part_notes_calls(town: Town, enter: Enter, case: Case) -> None:
    for officer, status in ((town.officer("taxation"), 404), (town.officer("audit_office", "auditor"), 403)):
        assert enter(officer).post(f"/cases/{case[1]}/calls", data=call(town)).status_code == status
    assert "登记通话" not in text_of(enter(town.officer("audit_office", "auditor")), f"/cases/{case[1]}")


def test_the_complained_of_unit_reads_no_call_of_others_and_no_name_in_any(town: Town, enter: Enter) -> None:
    """Its own it reads; the complainant's name is blacked out of both."""
    opened = town.request(complained_of_unit="commerce")
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    platform, unit = enter(town.officer("platform")), enter(town.officer("commerce"))
    platform.post(f"/cases/{opened.case_no}/calls", data=call(town, summary="张晓明称经办人态度生硬。"))
    unit.post(f"/cases/{opened.case_no}/calls", data=call(town, other="unit", summary="与税务局核对，张晓明一事属实。"))
    page = text_of(unit, f"/cases/{opened.case_no}")
    assert "通话内容对被反映单位不公开" in page
    assert "态度生硬" not in page
    assert "与税务局核对，〔姓名已隐去〕一事属实。" in page
    assert "张晓明称经办人态度生硬。" in text_of(platform, f"/cases/{opened.case_no}")


def test_requests_much_alike_stand_beside_a_case(town: Town, enter: Enter, case: Case) -> None:
    other = town.request()
    page = text_of(enter(town.officer("platform")), f"/cases/{case[1]}")
    assert "相似工单" in page
    assert other.case_no in page[page.index("相似工单") :]
    assert other.case_no not in text_of(enter(town.officer("commerce")), f"/cases/{case[1]}"), "not its to read"


def test_requests_much_alike_stand_beside_the_form_of_whoever_answers(town: Town, enter: Enter, case: Case) -> None:
    """How the like was answered before is of use there."""
    other = town.request()
    for one in (case[0], other.case_id):
        if "dispatch" in town.open_tasks(one):
            town.do(one, "dispatch", handling_unit="commerce")
    task = town.open_tasks(case[0])["first_reply"]["id"]
    page = text_of(enter(town.officer("commerce")), f"/tasks/{task}")
    assert other.case_no in page[page.index("相似工单") :]
