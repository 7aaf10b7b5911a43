"""An officer's day: inbox, claim, forms, signatures, buttons; and what protects the pages."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from bihuan.commands.appoint_stand_in import appoint_stand_in
from bihuan.domain.access import Machine
from bihuan.domain.ids import CaseId
from tests.people import PASSWORD, Town
from tests.web.conftest import Enter


@pytest.fixture
def dispatched(town: Town) -> tuple[CaseId, str]:
    """A case on 市商务局's desk: id and number."""
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    return opened.case_id, opened.case_no


def task_of(town: Town, case: CaseId, element: str) -> str:
    """The address of an open task."""
    return f"/tasks/{town.open_tasks(case)[element]['id']}"


def test_the_inbox_lists_lamp_words_and_limit(town: Town, enter: Enter, dispatched: tuple[CaseId, str]) -> None:
    """Remaining time in words beside the lamp; the address keeps the filter; counts beside each."""
    client = enter(town.officer("commerce"))
    page = client.get("/inbox").get_data(as_text=True)
    assert "lamp-green" in page
    assert "10月9日（周五）12:00" in page
    town.at("2026-10-09T12:00")
    page = client.get("/inbox?which=overdue").get_data(as_text=True)
    assert "lamp-red" in page
    assert "已超期" in page
    assert dispatched[1] in page
    assert "没有待办事项" in client.get("/inbox?which=mine").get_data(as_text=True)


def test_a_claim_works_with_and_without_script(town: Town, enter: Enter, dispatched: tuple[CaseId, str]) -> None:
    """A row for htmx, a redirect for everybody else; a colleague sees who claimed it."""
    client, task = enter(town.officer("commerce")), task_of(town, dispatched[0], "first_reply")
    row = client.post(f"{task}/claim", headers={"HX-Request": "true"})
    assert "我已签收" in row.get_data(as_text=True)
    assert client.post(f"{task}/release").status_code == 303
    assert enter(town.officer("taxation")).post(f"{task}/claim").status_code == 403


def test_a_double_click_is_one_deed_and_a_late_comer_is_told(
    town: Town, enter: Enter, dispatched: tuple[CaseId, str]
) -> None:
    """The same submission again changes nothing; another one gets 409 and who was first."""
    client, task = enter(town.officer("commerce")), task_of(town, dispatched[0], "first_reply")
    answers = {"submission_id": str(uuid4()), "f-progress": "正在核实有关情况。"}
    assert client.post(task, data=answers).status_code == 303
    assert set(town.open_tasks(dispatched[0])) == {"resolve"}
    late = client.post(task, data={**answers, "submission_id": str(uuid4())})
    assert late.status_code == 409
    assert "已由commerce的officer于" in late.get_data(as_text=True)
    assert client.post(task, data=answers).status_code == 303
    changed = client.post(task, data={**answers, "f-progress": "返回后改写的进展。"})
    assert changed.status_code == 409
    assert "返回后改写的进展。" in changed.get_data(as_text=True)
    assert set(town.open_tasks(dispatched[0])) == {"resolve"}


def test_a_field_sent_twice_is_refused_and_shown_as_it_was_typed(
    town: Town, enter: Enter, dispatched: tuple[CaseId, str]
) -> None:
    client, task = enter(town.officer("commerce")), task_of(town, dispatched[0], "first_reply")
    answers = {"submission_id": str(uuid4()), "f-progress": ["正在核实有关情况。", "另一句。"]}
    refused = client.post(task, data=answers)
    assert refused.status_code == 422
    assert ">正在核实有关情况。</textarea>" in refused.get_data(as_text=True)
    assert client.post(f"{task}/draft", data=answers).status_code == 303
    assert ">正在核实有关情况。</textarea>" in client.get(task).get_data(as_text=True)


def test_a_form_with_faults_comes_back_whole(town: Town, enter: Enter, dispatched: tuple[CaseId, str]) -> None:
    """422, the sentence beside its field, and the words that were fine still there."""
    town.do(dispatched[0], "first_reply", progress="正在核实有关情况。")
    task = task_of(town, dispatched[0], "resolve")
    answers = {"submission_id": str(uuid4()), "f-reply_to_company": "许可<b>已经</b>办结。"}
    answer = enter(town.officer("commerce")).post(task, data=answers)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="f-outcome-error"' in page
    assert "许可&lt;b&gt;已经&lt;/b&gt;办结。" in page


def test_an_extension_is_refused_with_its_rule_and_signed_with_a_password(
    town: Town, enter: Enter, dispatched: tuple[CaseId, str]
) -> None:
    """The button's refusal names the clause; the principal's signature is the own password again."""
    case, case_no = dispatched
    client = enter(town.officer("commerce"))
    key = next(key for key in town.buttons(case) if "ask_extension" in key)
    answers = {
        "submission_id": str(uuid4()), "f-multi_level": "true", "f-new_due_on": "2026-11-20",
        "f-reason": "涉及三级多部门的制度性问题。", "f-progress": "已会商两次。",
    }  # fmt: skip
    refused = client.post(f"/cases/{case_no}/actions/{key}", data=answers)
    assert refused.status_code == 422
    assert "ZB-19" in refused.get_data(as_text=True)
    assert "三项都符合的方可申请延期。" in refused.get_data(as_text=True)
    assert "应晚于现办理时限" not in refused.get_data(as_text=True), "that holds"
    assert "已会商两次。" in refused.get_data(as_text=True)
    answers |= {"f-multi_department": "true", "f-institutional": "true"}
    handed_in = client.post(f"/cases/{case_no}/actions/{key}", data=answers, follow_redirects=True)
    where_it_is_now = "“延期申请”已提交，转入“本单位主要负责同志签字”（市商务局 主要负责同志）。"
    assert where_it_is_now in handed_in.get_data(as_text=True)
    again = client.post(f"/cases/{case_no}/actions/{key}", data=answers, follow_redirects=True)
    assert "“延期申请”已提交。" in again.get_data(as_text=True), "a second click"
    principal, task = enter(town.officer("commerce", "principal")), task_of(town, case, "sign_principal")
    application = principal.get(task).get_data(as_text=True).partition('<form method="post" action="/tasks/')[0]
    for word in ("延期申请", "涉及三级多部门的制度性问题。", "已会商两次。", "2026年11月20日"):
        assert word in application, "who signs has before them what they sign"
    signed = {"submission_id": str(uuid4()), "f-approved": "true"}
    wrong = principal.post(task, data={**signed, "password": "something else"})
    assert wrong.status_code == 422
    assert "签字需要重新输入本人登录密码" in wrong.get_data(as_text=True)
    assert principal.post(task, data={**signed, "password": PASSWORD}).status_code == 303


def test_a_stand_in_sees_the_absent_one_s_desk_and_both_names_stand_in_history(
    town: Town, enter: Enter, dispatched: tuple[CaseId, str]
) -> None:
    """Only while appointed, and in the own name."""
    officer, absent = town.officer("taxation"), town.officer("commerce")
    client = enter(officer)
    client.post("/stand-in", data={"for": str(absent.account_id)})
    assert dispatched[1] not in client.get("/inbox").get_data(as_text=True), "nobody appointed this stand-in"
    with town.app.begin(Machine("test")) as work:
        until = work.now + timedelta(days=3)
        appoint_stand_in(work, "taxation_officer", stands_for="commerce_officer", until=until, reason="出差")
    client.post("/stand-in", data={"for": str(absent.account_id)})
    page = client.get("/inbox").get_data(as_text=True)
    assert "（代理commerce的officer）" in page
    assert dispatched[1] in page
    answers = {"submission_id": str(uuid4()), "f-progress": "正在核实有关情况。"}
    assert client.post(task_of(town, dispatched[0], "first_reply"), data=answers).status_code == 303
    assert "（代commerce的officer）" in client.get(f"/cases/{dispatched[1]}").get_data(as_text=True)
    client.post("/stand-in", data={"for": ""})
    assert dispatched[1] not in client.get("/inbox").get_data(as_text=True)


def test_the_platform_strikes_out_and_units_read_that(town: Town, enter: Enter) -> None:
    """Marks for the platform, blacked-out numbers for others until then, the struck-out text after."""
    opened = town.request(body="我公司许可申请已满一个月，电话13912345678，身份证370303199001011234。")
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    platform, unit = enter(town.officer("platform")), enter(town.officer("commerce"))
    address = f"/cases/{opened.case_no}"
    assert "<mark" in platform.get(address).get_data(as_text=True)
    assert "〔手机号已隐去〕" in unit.get(address).get_data(as_text=True)
    data = {"subject": "许可迟迟未办结", "body": "某公司许可申请已满一个月。"}
    assert platform.post(f"{address}/strike-out", data=data).status_code == 303
    page = unit.get(address).get_data(as_text=True)
    assert "某公司许可申请已满一个月。" in page
    assert "手机号已隐去" not in page
    assert unit.post(f"{address}/strike-out", data=data).status_code == 403


def test_a_post_without_its_token_is_refused(pages_as_served: Flask) -> None:
    """CSRF: also at the log-in and at the portal."""
    client = pages_as_served.test_client()
    for address in ("/login", "/portal/zibo/request", "/portal/zibo/progress"):
        assert client.post(address, data={"login": "a"}).status_code == 400, address


def test_guessing_passwords_ends_after_ten_tries(pages_as_served: Flask) -> None:
    """By login, whatever the address."""
    pages_as_served.config["WTF_CSRF_ENABLED"] = False
    client, login = pages_as_served.test_client(), f"nobody_{uuid4().hex}"
    answers = [client.post("/login", data={"login": login, "password": "x"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_every_page_forbids_inline_scripts_frames_and_caches(pages: Flask, enter: Enter, town: Town) -> None:
    """The headers, and no inline script or style in any template."""
    client = enter(town.officer("platform"))
    for address in ("/inbox", "/cases", "/portal/zibo/", "/nowhere"):
        answer = client.get(address)
        policy, page = answer.headers["Content-Security-Policy"], answer.get_data(as_text=True)
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick=" not in page


def test_the_log_in_leads_only_to_pages_of_ours(town: Town, enter: Enter) -> None:
    """An address from outside in `next` is ignored."""
    town.officer("commerce")
    for wanted, found in (("/cases", "/cases"), ("//evil.example", "/inbox"), ("https://evil.example/", "/inbox")):
        data = {"login": "commerce_officer", "password": PASSWORD, "next": wanted}
        assert enter(None).post("/login", data=data).location == found
