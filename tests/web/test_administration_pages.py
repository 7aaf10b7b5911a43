"""系统管理: what an administrator does on pages, what comes of it, and who sees the log."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bihuan.commands.accounts import set_active
from bihuan.domain.access import Machine
from bihuan.queries.people import log_in
from tests.people import PASSWORD, Town
from tests.web.conftest import Enter
from web.limits import limiter

NEW = {
    "name": "王五", "login": "wangwu", "unit": ["commerce", ""], "role": ["officer", "officer"], "phone": "",
    "email": "",
    "reason": "新入职",
}  # fmt: skip


@pytest.fixture
def administrator(town: Town, enter: Enter) -> FlaskClient:
    return enter(town.officer("platform", "administrator"))


def sent(client: FlaskClient, path: str, **fields: object) -> str:
    """Send a form of the administration; the page that comes of it."""
    data = {"submission_id": str(uuid4()), "reason": "工作需要", **fields}
    answer = client.post(f"/administration/{path}", data=data, follow_redirects=True)
    assert answer.status_code in (200, 422), (path, answer.status_code)
    return answer.get_data(as_text=True)


def secret_in(page: str) -> str:
    found = re.search(r'id="secret">([^<]+)<', page)
    assert found is not None, page
    return found[1]


def logged_in(pages: Flask, login: str, password: str) -> FlaskClient:
    """Log in as a person does."""
    client = pages.test_client()
    answer = client.post("/login", data={"login": login, "password": password})
    assert answer.status_code == 303, answer.status_code
    return client


def test_a_new_account_gets_a_password_shown_once_and_chooses_its_own(pages: Flask, administrator: FlaskClient) -> None:
    given = secret_in(sent(administrator, "new-person", **NEW))
    assert given not in administrator.get("/administration/people/wangwu").get_data(as_text=True)
    person = logged_in(pages, "wangwu", given)
    assert person.get("/inbox").location == "/password", "nothing else before the password is their own"
    own = {"old": given, "password": "a password of my own", "again": "a password of my own"}
    assert person.post("/password", data=own).status_code == 303
    assert person.get("/inbox").status_code == 200
    page = administrator.get("/administration/people/wangwu").get_data(as_text=True)
    assert "新建账号" in page
    assert "新入职" in page
    assert "本人已设置" in page


def test_everything_that_is_wrong_with_a_new_account_is_told_at_once(administrator: FlaskClient) -> None:
    empty = dict.fromkeys(("name", "login", "phone", "email", "reason"), "")
    page = sent(administrator, "new-person", **empty, unit=["", ""], role=["officer", "officer"])
    for told in ("请填写姓名", "登录名只能用字母", "请至少选择一个单位和角色", "请写明理由"):
        assert told in page, told


def test_whoever_takes_the_last_role_away_is_led_to_closing_the_account(town: Town, administrator: FlaskClient) -> None:
    town.officer("commerce")
    page = sent(administrator, "people/commerce_officer/roles", unit=[""], role=["officer"])
    assert "不再需要该账号的，请停用账号。" in page


def test_a_form_sent_twice_shows_no_second_password(town: Town, administrator: FlaskClient) -> None:
    town.officer("commerce")
    data = {"submission_id": str(uuid4()), "reason": "忘记密码"}
    first = administrator.post("/administration/people/commerce_officer/password", data=data)
    again = administrator.post("/administration/people/commerce_officer/password", data=data)
    assert (first.status_code, again.status_code) == (200, 409)
    with town.app.read() as reader:
        assert log_in(reader, "commerce_officer", secret_in(first.get_data(as_text=True))) is not None


@pytest.mark.parametrize(("path", "fields"), [("sessions", {}), ("password", {}), ("active", {"active": "false"})])
def test_an_account_that_is_closed_reset_or_logged_out_is_out_at_once(
    path: str, fields: dict[str, str], town: Town, pages: Flask, administrator: FlaskClient
) -> None:
    town.officer("commerce")
    person = logged_in(pages, "commerce_officer", PASSWORD)
    assert person.get("/inbox").status_code == 200
    sent(administrator, f"people/commerce_officer/{path}", **fields)
    assert person.get("/inbox").location.startswith("/login")


@pytest.mark.parametrize(
    ("path", "fields"), [("active", {"active": "false"}), ("roles", {"unit": ["housing"], "role": ["officer"]})]
)
def test_what_somebody_claimed_goes_back_to_the_desk_they_leave(
    path: str, fields: dict[str, object], town: Town, enter: Enter, administrator: FlaskClient
) -> None:
    officer, colleague = town.officer("commerce"), town.colleague("commerce")
    case = town.order().case_id
    town.do(case, "dispatch", handling_unit="commerce")
    enter(colleague).post(f"/tasks/{town.open_tasks(case)['first_reply']['id']}/claim")
    assert f"{colleague.name}已签收" in enter(officer).get("/inbox").get_data(as_text=True)
    page = sent(administrator, f"people/commerce_colleague/{path}", **fields)
    assert "其已签收未办的 1 项已退回所在单位待签收。" in page
    assert "已签收" not in enter(officer).get("/inbox?which=unclaimed").get_data(as_text=True).partition("<tbody>")[2]
    case_no = re.search(r"ZBJS\d+", enter(officer).get("/inbox?which=unclaimed").get_data(as_text=True))
    assert case_no is not None
    told = enter(officer).get(f"/cases/{case_no[0]}").get_data(as_text=True)
    assert "签收人账号停用或不再在该岗位，退回待签收" in told


def test_a_claim_of_a_closed_account_is_marked_in_the_inbox(town: Town, enter: Enter) -> None:
    """When it could not be put back, or was closed before this was done."""
    officer, colleague = town.officer("commerce"), town.colleague("commerce")
    case = town.order().case_id
    town.do(case, "dispatch", handling_unit="commerce")
    enter(colleague).post(f"/tasks/{town.open_tasks(case)['first_reply']['id']}/claim")
    with town.app.begin(Machine("test")) as work:
        set_active(work, "commerce_colleague", False)
    assert f"{colleague.name}（账号已停用）已签收" in enter(officer).get("/inbox").get_data(as_text=True)


def test_whoever_mistyped_too_often_is_let_in_again(town: Town, pages: Flask, administrator: FlaskClient) -> None:
    town.officer("commerce")
    limiter.enabled = True
    limiter.reset()
    client = pages.test_client()
    wrong = {"login": "commerce_officer", "password": "wrong"}
    assert [client.post("/login", data=wrong).status_code for _ in range(11)][-1] == 429
    right = {**wrong, "password": PASSWORD}
    refused = client.post("/login", data=right)
    assert refused.status_code == 429
    assert "请15分钟后再试。" in refused.get_data(as_text=True)
    assert "管理员，核实是本人后可以解除锁定" in refused.get_data(as_text=True)
    page = administrator.get("/administration/people/commerce_officer").get_data(as_text=True)
    assert "暂时锁定" in page
    sent(administrator, "people/commerce_officer/unlock", reason="本人来电核实")
    assert client.post("/login", data=right).status_code == 303
    page = administrator.get("/administration/people/commerce_officer").get_data(as_text=True)
    assert "解除登录锁定" in page
    assert "本人来电核实" in page


def test_roles_are_granted_and_taken_back(town: Town, enter: Enter, administrator: FlaskClient) -> None:
    officer = town.officer("commerce")
    sent(
        administrator, "people/commerce_officer/roles", group=["commerce:officer"], unit=["platform"], role=["auditor"]
    )
    assert enter(officer).get("/administration/log").status_code == 200
    sent(administrator, "people/commerce_officer/roles", group=["commerce:officer"])
    assert enter(officer).get("/administration/log").status_code == 403
    for odd in ({}, {"group": ["commerce:boss"]}, {"group": ["navy:officer"]}, {"group": ["commerce"]}):
        page = sent(administrator, "people/commerce_officer/roles", **odd)
        assert 'class="error"' in page, odd
    assert enter(officer).get("/inbox").status_code == 200


def test_ones_own_roles_are_not_for_oneself(town: Town, administrator: FlaskClient) -> None:
    data = {"submission_id": str(uuid4()), "reason": "想看工单", "group": ["platform:officer"]}
    answer = administrator.post("/administration/people/platform_administrator/roles", data=data)
    assert answer.status_code == 403
    assert "由其他管理员" in answer.get_data(as_text=True)


def test_an_absent_persons_stand_in_is_appointed_and_ended(town: Town, administrator: FlaskClient) -> None:
    town.officer("commerce")
    town.officer("commerce", "principal")
    page = sent(
        administrator, "people/commerce_principal/stand-in", by="commerce_officer", until="2026-10-12", reason="住院"
    )
    assert "commerce的officer</strong> 代理" in page
    found = re.search(r'action="(/administration/people/commerce_principal/stand-in/[^"]+)"', page)
    assert found is not None
    ending = found[1].removeprefix("/administration/")
    assert 'class="error"' in sent(administrator, ending, reason="")
    page = sent(administrator, ending, reason="已出院返岗")
    assert "没有代理" in page
    assert "已出院返岗" in page


def test_a_units_people_and_telephone(town: Town, administrator: FlaskClient) -> None:
    town.officer("commerce")
    page = administrator.get("/administration/units").get_data(as_text=True)
    assert page.count("没有在用的承办人账号") > 3
    page = sent(administrator, "units/commerce", phone="05333160802", email="")
    assert 'value="05333160802"' in page
    assert "修改单位联系方式" in page
    assert 'class="error"' in sent(administrator, "units/commerce", phone="不是电话", email="")


def test_a_text_is_looked_at_then_changed(administrator: FlaskClient) -> None:
    assert "receipt" in administrator.get("/administration/notices").get_data(as_text=True)
    told = {"subject": "诉求 ${case_no} 已收到", "body": "您的诉求已由${locality}受理。"}
    page = sent(administrator, "notices/receipt", **told, deed="preview")
    assert "您的诉求已由淄博市受理。" in page
    assert "修改通知文本" not in page
    page = sent(administrator, "notices/receipt", **told, deed="change")
    assert "您的诉求已由${locality}受理。" in page
    assert "修改通知文本" in page


def test_a_placeholder_that_there_is_not_is_told_before_and_when_it_is_saved(administrator: FlaskClient) -> None:
    told = {"subject": "诉求 ${casenumber} 已收到", "body": "${name}，您好。"}
    for deed in ("preview", "change"):
        page = sent(administrator, "notices/receipt", **told, deed=deed)
        assert "没有占位符 ${casenumber}" in page
        assert "没有占位符 ${name}" in page
        assert "${due} 到期时间" in page, "what may be used, with what it means"
        assert '<p class="prose">${name}，您好。</p>' in page, "nothing is left out of what is previewed"
        assert "notices/receipt.txt" not in page
        assert "C10" not in page


def test_an_old_text_is_shown_and_put_back_for_a_reason(administrator: FlaskClient) -> None:
    before = administrator.get("/administration/notices/receipt").get_data(as_text=True)
    page = sent(administrator, "notices/receipt", subject="收到了", body="您的诉求我们收到了。", deed="change")
    assert "请保存好编号和查询码" in page, "the old text stands in the log"
    assert "请保存好编号和查询码" in administrator.get("/administration/log").get_data(as_text=True)
    restore = re.search(r'href="(/administration/notices/receipt\?restore=\d+)#text"', page)
    assert restore is not None
    filled = administrator.get(restore[1]).get_data(as_text=True)
    assert "尚未保存" in filled
    subject, body = (
        re.search(pattern, filled) for pattern in (r'name="subject" value="([^"]+)"', r"rows=[^>]+>([^<]+)<")
    )
    assert subject is not None
    assert body is not None
    given = {"subject": subject[1], "body": body[1], "deed": "change"}
    assert 'class="error"' in sent(administrator, "notices/receipt", **given, reason="")
    sent(administrator, "notices/receipt", **given, reason="改回原文本")
    after = administrator.get("/administration/notices/receipt").get_data(as_text=True)
    assert re.findall(r"<textarea[^>]*>([^<]+)<", before) == re.findall(r"<textarea[^>]*>([^<]+)<", after)
    assert administrator.get("/administration/notices/receipt?restore=99999").status_code == 200


def test_auditors_read_the_log_and_others_do_not(town: Town, enter: Enter, administrator: FlaskClient) -> None:
    sent(administrator, "units/commerce", phone="05333160802", email="", reason="值班安排")
    auditor = enter(town.officer("audit_office", "auditor"))
    page = auditor.get("/administration/log").get_data(as_text=True)
    assert "核查通过" in page
    assert "值班安排" in page
    assert "管理记录" in auditor.get("/inbox").get_data(as_text=True)
    assert enter(town.officer("platform")).get("/administration/log").status_code == 403


def test_a_long_log_is_turned_page_by_page(town: Town, administrator: FlaskClient) -> None:
    for number in range(101):
        sent(administrator, "units/commerce", phone=f"0533316{number:04}", email="")
    page = administrator.get("/administration/log").get_data(as_text=True)
    earlier = re.search(r'href="(/administration/log\?before=\d+)"', page)
    assert earlier is not None
    assert "<strong>部署流程</strong>" not in page
    assert "<strong>部署流程</strong>" in administrator.get(earlier[1]).get_data(as_text=True)
    assert administrator.get("/administration/log?before=x").status_code == 200


def test_the_log_shows_changes_of_one_kind_and_proves_all_of_it(administrator: FlaskClient) -> None:
    """Who looks for changed texts does not read through hundreds of accounts."""
    sent(administrator, "units/commerce", phone="05333160802", email="", reason="更换值班电话")
    whole = administrator.get("/administration/log").get_data(as_text=True)
    some = administrator.get("/administration/log?kind=unit_changed").get_data(as_text=True)
    assert "<strong>部署流程</strong>" in whole
    assert "<strong>部署流程</strong>" not in some
    assert "更换值班电话" in some
    assert re.findall(r"核查通过：\d+ 条", some) == re.findall(r"核查通过：\d+ 条", whole)
    assert '<option value="unit_changed" selected>修改单位联系方式</option>' in some
    assert '<option value="account_closed"' not in whole, "nothing of the kind was done"
    assert "没有这类记录" in administrator.get("/administration/log?kind=<script>").get_data(as_text=True)
