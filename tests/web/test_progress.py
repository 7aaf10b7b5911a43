"""办理进度: remind once a day, add evidence, rate by one tap, say that it is not solved, withdraw."""

import json
import re
from datetime import timedelta
from io import BytesIO
from urllib.parse import unquote
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bihuan.cli.session import COMMAND_LINE
from bihuan.commands.barring import bar
from bihuan.commands.deploy import deploy
from bihuan.commands.reveal_identity import reveal_identity
from bihuan.domain.ids import CaseId
from bihuan.queries.case_header import open_case_file
from bihuan.queries.case_page import case_header
from bihuan.queries.history import verify
from bihuan.store import cases
from tests.a_file import a_jpeg
from tests.people import COMPANY, PROCESSES, Town, files_of
from tests.web.conftest import Enter, handed_in
from tests.web.test_filling import OURS, go_through, submission, text

PROGRESS = "/portal/zibo/progress"
CASE = f"{PROGRESS}/case"


def following(client: FlaskClient, town: Town, **changed: str) -> CaseId:
    """Hand a request in and follow it."""
    case_no, code = handed_in(client, **changed)
    assert client.post(PROGRESS, data={"case_no": case_no, "code": code}).status_code == 303
    with town.app.read() as reader:
        return case_header(reader, town.app.vault, town.officer("platform"), case_no).id


def number_of(town: Town, case: CaseId) -> str:
    """Its number, as officers know it."""
    with town.app.read() as reader:
        return open_case_file(reader, town.app.vault, town.officer("platform"), case_id=case).header.case_no


def send(client: FlaskClient, deed: str, **answers: str | list[str]) -> str:
    """Send a form of the progress page, and see the page that follows."""
    data = {"submission_id": str(uuid4()), **answers}
    answer = client.post(f"{PROGRESS}/{deed}", data=data, follow_redirects=True)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def rated(client: FlaskClient, town: Town, case: CaseId) -> None:
    """Bring it to where the company is asked how it was."""
    town.do(case, "dispatch", handling_unit="commerce")
    town.do(case, "first_reply", progress="正在核实有关情况。")
    town.do(case, "resolve", outcome="resolved", reply_to_company="许可已经办结。", report_to_platform="已办结报告。")
    town.do(case, "verify", follow_up_method="phone", follow_up_record="企业认可。", sound="true")
    assert "请您评价" in text(client, CASE)


def test_whoever_has_just_handed_in_follows_without_typing_the_code(town: Town, enter: Enter) -> None:
    """Until number and code are forgotten on this device; who filled in at a window follows nothing."""
    client = enter(None)
    case_no, _ = handed_in(client)
    page = text(client, "/portal/zibo/confirmation")
    assert f'href="{CASE}">查询进度</a>' in page
    assert case_no in text(client, CASE)
    client.post("/portal/zibo/leave")
    assert client.get(CASE).location == PROGRESS
    clerk = enter(town.officer("platform"))
    key = go_through(clerk, "/window/request")
    clerk.post("/window/request", data={"submission_id": key}, follow_redirects=True)
    assert clerk.get(CASE).location == PROGRESS


def test_what_is_late_is_laid_on_whom_it_lies_with(town: Town, enter: Enter) -> None:
    """As long as no unit has it, none was chased."""
    client = enter(None)
    case = following(client, town)
    town.at("2026-10-09 00:30")
    page = text(client, CASE)
    assert "“分办”应于" in page
    assert "现已超期，正在抓紧办理。" in page
    town.do(case, "dispatch", handling_unit="commerce")
    town.at("2026-10-20 12:30")
    assert "现已超期，已督促承办单位抓紧办理。" in text(client, CASE)


def test_whoever_waits_without_a_date_is_told_what_comes_next(town: Town, enter: Enter) -> None:
    """While the result goes up to the province no limit runs."""
    case = town.order().case_id
    town.do(case, "dispatch", handling_unit="commerce")
    town.do(case, "first_reply", progress="正在核实有关情况。")
    town.do(case, "resolve", outcome="resolved", reply_to_company="许可已经办结。", report_to_platform="已办结报告。")
    town.do(case, "verify", follow_up_method="phone", follow_up_record="企业认可。", sound="true")
    client = enter(None)
    with client.session_transaction() as visit:
        visit["follows"] = str(case)
    page = text(client, CASE)
    assert "下一步：销号。" in page
    assert "没有正在计算的时限" in page


def test_the_reply_is_read_before_it_is_rated(town: Town, enter: Enter) -> None:
    client = enter(None)
    rated(client, town, following(client, town))
    page = text(client, CASE)
    order = [page.index(words) for words in ("许可已经办结。", "请您评价", "<h2>办理进度</h2>", "<h2>给您的通知</h2>")]
    assert order == sorted(order), "what is asked and how it stands before what was also sent to the telephone"


def test_until_when_it_may_be_rated_is_said(town: Town, enter: Enter) -> None:
    """The procedure goes on without a rating then; the fifth workday counts a make-up Saturday."""
    client = enter(None)
    rated(client, town, following(client, town))
    assert "请在 <strong>10月12日（周一）24:00</strong> 前评价。" in text(client, CASE)


def test_a_company_may_remind_once_a_day(town: Town, enter: Enter) -> None:
    client = enter(None)
    case = following(client, town)
    assert "已催办，已提醒市“接诉即办”平台。" in send(client, "remind"), "nobody else has it yet"
    assert [to for template, to in town.notices(case) if template == "reminded"] == ["platform"]
    town.clock.move_to(town.clock.now() + timedelta(hours=24))
    town.do(case, "dispatch", handling_unit="commerce")
    assert "已催办，已提醒市“接诉即办”平台、市商务局。" in send(client, "remind")
    page = send(client, "remind")
    assert "已经催办过，每天可以催办一次，明天可以再催。" in page
    assert "催办</button>" not in page
    reminders = [to for template, to in town.notices(case) if template == "reminded"]
    assert sorted(reminders[1:]) == ["commerce", "platform"], "told once, the desk that has it and the platform"


def test_nobody_is_reminded_while_the_company_is_waited_for(town: Town, enter: Enter) -> None:
    client = enter(None)
    case = following(client, town)
    town.do(case, "dispatch", handling_unit="commerce")
    assert "催办</button>" in text(client, CASE)
    town.do(case, "first_reply", progress="正在核实有关情况。")
    town.do(case, "resolve", outcome="resolved", reply_to_company="许可已经办结。", report_to_platform="已办结报告。")
    town.do(case, "verify", follow_up_method="phone", follow_up_record="企业认可。", sound="true")
    page = text(client, CASE)
    assert "现在等您评价，不需要催办。" in page
    assert "催办</button>" not in page
    assert "现在没有等待工作人员办理的事项，不需要催办。" in send(client, "remind")
    assert "reminded" not in {template for template, _ in town.notices(case)}


def test_what_is_added_is_read_by_the_officers_without_telling_who_wrote(town: Town, enter: Enter) -> None:
    """Words and photographs; the company sees what it gave; a repeat of the same form adds nothing."""
    client = enter(None)
    case = following(client, town)
    town.do(case, "dispatch", handling_unit="commerce")
    words = f"补充：{COMPANY['name']}已于9月1日交齐材料。"
    data = {"submission_id": str(uuid4()), "f-words": words}
    for _ in range(2):
        sent = {**data, "files": (BytesIO(a_jpeg()), "收件回执.jpg")}
        assert client.post(f"{PROGRESS}/supplement", data=sent, content_type="multipart/form-data").status_code == 303
    mine = text(client, CASE)
    assert mine.count(words) == 1
    assert mine.count("收件回执.jpg</a>") == 1
    unit = text(enter(town.officer("commerce")), f"/cases/{number_of(town, case)}")
    assert "已于9月1日交齐材料。" in unit
    assert COMPANY["name"] not in unit
    assert COMPANY["name"] in text(enter(town.officer("platform")), f"/cases/{number_of(town, case)}")
    assert ("supplement", "commerce") in town.notices(case)
    with town.app.snapshot() as reader:
        assert verify(reader, case).ok


def test_a_company_reads_again_what_it_handed_in(town: Town, enter: Enter) -> None:
    """Its own words, whole, and its own choices in words; no unit that officers named since."""
    client = enter(None)
    case = following(client, town, **{"f-complained_of_unit": "market_regulation"})
    town.do(case, "dispatch", handling_unit="commerce")
    page = text(client, CASE)
    for words in ("您提交的诉求", "我公司申请食品经营许可已满一个月，窗口称仍在流转，请协调。", "市市场监管局"):
        assert words in page
    assert "市场秩序（质量、价格、竞争、知识产权）" in page
    case = following(client, town)
    with town.app.begin(town.officer("platform")) as work:
        locked = cases.lock(work, case)
        bar(work, locked, {"complained_of_unit": "taxation"}, key="request/dispatch/1")
        cases.write(work, locked)
    assert text(client, CASE).count("<dt>被反映的单位</dt>") == 1, "among who sees what, not among its words"


def test_empty_words_lose_no_others(town: Town, enter: Enter) -> None:
    client = enter(None)
    following(client, town)
    answer = client.post(f"{PROGRESS}/supplement", data={"submission_id": str(uuid4()), "f-words": "短"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "至少2字" in page
    assert "<details open><summary><h3>补充材料" in page
    assert "没有保留" not in page
    sent = {"submission_id": str(uuid4()), "f-words": "短", "files": (BytesIO(a_jpeg()), "收件回执.jpg")}
    answer = client.post(f"{PROGRESS}/supplement", data=sent, content_type="multipart/form-data")
    assert "已选的文件没有保留，请重新选择全部文件。" in answer.get_data(as_text=True)


def test_one_tap_on_a_good_level_rates(town: Town, enter: Enter) -> None:
    client = enter(None)
    rated(client, town, following(client, town))
    page = text(client, CASE)
    assert len(re.findall(r'<button class="btn tap[^>]*name="f-rating"', page)) == 5
    assert "感谢您的评价" in send(client, "rating", **{"f-rating": "4"})
    assert "评价：满意" in text(client, CASE)


def test_staff_that_knows_the_code_cannot_rate_or_withdraw(town: Town, enter: Enter) -> None:
    """A window that handed a request in for somebody has seen number and code."""
    clerk = enter(town.officer("platform"))
    case = following(clerk, town)
    data = {"submission_id": str(uuid4()), "which": "request/withdraw/1", "f-withdrawal_reason": "已经解决。"}
    assert clerk.post(f"{PROGRESS}/press", data=data).status_code == 403
    rated(clerk, town, case)
    answer = clerk.post(f"{PROGRESS}/rating", data={"submission_id": str(uuid4()), "f-rating": "5"})
    assert answer.status_code == 403
    assert "工作人员不能代为评价" in answer.get_data(as_text=True)
    assert "请您评价" in text(clerk, CASE), "nothing was rated"


def test_a_low_level_is_asked_for_reasons_before_it_is_sent(town: Town, enter: Enter) -> None:
    """Not sent yet: the level stands chosen, reasons are asked; without any it may be sent all the same."""
    client = enter(None)
    case = following(client, town)
    rated(client, town, case)
    page = send(client, "rating", **{"f-rating": "1"})
    assert "请告诉我们原因" in page
    assert re.search(r'name="f-rating" value="1" checked', page)
    assert "请告诉我们原因" in send(client, "rating", **{"f-rating": ["1", "1"]})
    assert "rating/rated/1" in town.buttons(case)
    send(client, "rating", **{"f-rating": "1", "f-reasons": "slow", "complete": "1"})
    assert "评价：非常不满意" in text(client, CASE)


def test_what_was_typed_goes_along_when_the_visit_ended(town: Town, enter: Enter) -> None:
    """Number and code are asked again, and the words stand in their form."""
    client = enter(None)
    case_no, code = handed_in(client)
    client.post("/portal/zibo/leave")
    data = {"submission_id": str(uuid4()), "f-words": "再补充一份收件回执的说明。"}
    answer = client.post(f"{PROGRESS}/supplement", data=data, headers=OURS)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    held = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    held.pop("csrf_token", None)
    page = client.post(PROGRESS, data={**held, "case_no": case_no, "code": code}, headers=OURS).get_data(as_text=True)
    assert "再补充一份收件回执的说明。</textarea>" in page
    wrong = client.post(PROGRESS, data={**held, "case_no": case_no, "code": "A" * 16}, headers=OURS)
    assert wrong.status_code == 422
    assert "再补充一份收件回执的说明。" in wrong.get_data(as_text=True)


def test_the_company_is_told_when_somebody_looked_at_who_it_is(town: Town, enter: Enter) -> None:
    client = enter(None)
    case = following(client, town)
    assert "还没有人查看过" in text(client, CASE)
    with town.app.begin(town.officer("platform")) as work:
        reveal_identity(work, case, "verify")
    page = text(client, CASE)
    assert "1次" in page
    assert "核实情况" in page
    assert "platform的officer" not in page


@pytest.fixture
def hears(town: Town) -> None:
    """淄博 with 审核并回访 as the step at which the company is heard, as 许昌 has it."""
    files = dict(files_of("zibo"))
    heard = b'[portal]\nheard_at = ["verify"]\n\n[portal.steps]'
    files["zibo/locality.toml"] = files["zibo/locality.toml"].replace(b"[portal.steps]", heard)
    files["zibo/forms/not_solved.form"] = (PROCESSES / "xuchang/forms/not_solved.form").read_bytes()
    with town.app.begin(COMMAND_LINE) as work:
        deploy(work, files, note="")


def test_not_solved_is_said_with_reasons_and_new_evidence_while_the_company_is_heard(
    hears: None, town: Town, enter: Enter
) -> None:
    client = enter(None)
    case = following(client, town)
    town.do(case, "dispatch", handling_unit="commerce")
    town.do(case, "first_reply", progress="正在核实有关情况。")
    assert "要求重新办理" not in text(client, CASE)
    assert "现在不能提出“没有解决”" in send(client, "not-solved", **{"f-reasons": "没有解决。"})
    town.do(case, "resolve", outcome="resolved", reply_to_company="许可已经办结。", report_to_platform="已办结报告。")
    assert "没有解决，要求重新办理" in text(client, CASE)
    reasons = {"submission_id": str(uuid4()), "f-reasons": "许可证至今没有发下来。"}
    half = client.post(f"{PROGRESS}/not-solved", data=reasons)
    assert half.status_code == 422
    assert "请填写“新的证据”。" in half.get_data(as_text=True)
    answers = {"f-reasons": "许可证至今没有发下来。", "f-evidence": "窗口今天出具的书面答复。"}
    assert "窗口今天出具的书面答复。" in send(client, "not-solved", **answers)
    assert ("not_solved", "platform") in town.notices(case)
    desk = enter(town.officer("platform"))
    task = text(desk, f"/tasks/{town.open_tasks(case)['verify']['id']}")
    assert "窗口今天出具的书面答复。" in task.partition('<form method="post" action="/tasks/')[0]
    page = text(desk, f"/cases/{number_of(town, case)}")
    assert "对办理结果不满意，要求重新办理" in page
    assert "窗口今天出具的书面答复。" in page


@pytest.fixture
def hands_out(town: Town) -> None:
    """淄博 with 转办单 made out to the company, as 许昌 makes out its notices."""
    files = dict(files_of("zibo"))
    handed = '[portal]\ndocuments = ["转办单"]\n\n[portal.steps]'.encode()
    files["zibo/locality.toml"] = files["zibo/locality.toml"].replace(b"[portal.steps]", handed)
    with town.app.begin(COMMAND_LINE) as work:
        deploy(work, files, note="")


def test_a_document_made_out_to_the_company_is_its_to_read_once_it_is_finished(
    hands_out: None, town: Town, enter: Enter
) -> None:
    client, sheet = enter(None), f"{PROGRESS}/documents/转办单"
    case = following(client, town)
    town.do(case, "dispatch", handling_unit="commerce", note="请主动联系企业")
    assert sheet in unquote(text(client, CASE))
    page = text(client, sheet)
    assert "请主动联系企业" in page
    assert COMPANY["name"] not in page, "it leaves the house"
    assert client.get(f"{sheet}.docx").data.startswith(b"PK")
    assert client.get(f"{PROGRESS}/documents/延期申请审批表").status_code == 404
    assert enter(None).get(sheet).status_code == 404, "who follows nothing"


def test_no_document_is_handed_out_that_is_not_made_out_to_the_company(town: Town, enter: Enter) -> None:
    client = enter(None)
    case = following(client, town)
    town.do(case, "dispatch", handling_unit="commerce")
    assert client.get(f"{PROGRESS}/documents/转办单").status_code == 404
    assert "转办单" not in text(client, CASE)


def test_a_document_that_is_still_being_written_is_not_handed_out(hands_out: None, town: Town, enter: Enter) -> None:
    client = enter(None)
    following(client, town)
    assert client.get(f"{PROGRESS}/documents/转办单").status_code == 404


@pytest.fixture
def tells_when_asking(town: Town) -> None:
    """淄博 with an application for an extension that says to the company why, as 许昌 has it."""
    files = dict(files_of("zibo"))
    form = json.loads(files["zibo/forms/extension.form"])
    told = {"type": "textarea", "id": "Field_told_company", "key": "told_company", "label": "告知企业"}
    form["components"].append({**told, "validate": {"maxLength": 2000}})
    files["zibo/forms/extension.form"] = json.dumps(form).encode()
    with town.app.begin(COMMAND_LINE) as work:
        deploy(work, files, note="")


@pytest.mark.parametrize("complained_of", ["", "commerce"])
def test_what_a_button_says_to_the_company_is_told_unless_its_unit_is_complained_of(
    tells_when_asking: None, town: Town, enter: Enter, complained_of: str
) -> None:
    client = enter(None)
    case = following(client, town, **{"f-complained_of_unit": complained_of})
    town.do(case, "dispatch", handling_unit="commerce")
    town.do(case, "first_reply", progress="正在核实有关情况。")
    town.press(
        case, "ask_extension", by=town.officer("commerce"), multi_level=True, multi_department=True,
        institutional=True, new_due_on="2026-11-16", reason="涉及三级多部门的制度性问题。",
        progress="已会商两次。", told_company="三级会商尚未结束，已会商两次。",
    )  # fmt: skip
    page = text(client, CASE)
    assert ("三级会商尚未结束，已会商两次。" in page) == (not complained_of)
    assert ("<h2>告知</h2>" in page) == (not complained_of)


def at_the_window(client: FlaskClient, town: Town, files: dict[str, bytes]) -> str:
    """Book at 云南's own portal, drawn as in these files, and see the progress page."""
    with town.app.begin(COMMAND_LINE) as work:
        deploy(work, files, note="")
    answers = {
        "submission_id": str(uuid4()), "f-request_type": "service", "f-category": "approval", "f-subject": "请协调用电",
        "f-body": "我公司项目用电报装已满两个月，请协调。", "f-attendee": "legal", "f-region": "kunming",
        "f-booked_at": "website", "contact-name": "张晓明", "contact-phone": "13812345678",
    }  # fmt: skip
    page = client.post("/portal/yunnan/request", data=answers, follow_redirects=True).get_data(as_text=True)
    number, code = re.search(r'id="case-no">(\w+)', page), re.search(r'id="query-code">([\w ]+)', page)
    assert number is not None
    assert code is not None
    client.post("/portal/yunnan/progress", data={"case_no": number[1], "code": code[1]})
    return text(client, "/portal/yunnan/progress/case")


def test_another_button_of_the_diagram_is_not_taken_for_the_rating(town: Town, enter: Enter) -> None:
    """云南 lets a company reflect at any time (企业反映): it is offered by its name, and pressed."""
    client = enter(None)
    page = at_the_window(client, town, dict(files_of("yunnan")))
    assert "请您评价" not in page
    offered = re.search(r'<h3>企业反映</h3>.*?name="which" value="([^"]+)"', page, re.DOTALL)
    assert offered is not None
    said = {"f-conduct": "handling", "f-facts": "一直没有人联系我们。"}
    data = {"submission_id": str(uuid4()), "which": offered[1], **said}
    assert client.post("/portal/yunnan/progress/press", data=data).status_code == 303
    other = {**data, "submission_id": str(uuid4()), "which": "request/nothing/1"}
    told = client.post("/portal/yunnan/progress/press", data=other, follow_redirects=True).get_data(as_text=True)
    assert "这一项现在不能办理" in told


def test_a_company_withdraws_its_request_with_a_reason(town: Town, enter: Enter) -> None:
    """The page says what it means; then the case has ended for everybody, and the unit reads why, not who."""
    client = enter(None)
    case = following(client, town)
    town.do(case, "dispatch", handling_unit="commerce")
    page = text(client, CASE)
    assert "<h3>撤回诉求</h3>" in page
    assert "撤回后，本件不再办理" in page
    (key,) = re.findall(r'name="which" value="([^"]+)"', page)
    assert 'btn-primary">撤回诉求</button>' in page
    sent = {"submission_id": str(uuid4()), "which": key}
    assert client.post(f"{PROGRESS}/press", data={**sent, "sure": "true"}).status_code == 422
    reason = f"{COMPANY['name']}与对方协商，问题已经解决。"
    unsure = client.post(f"{PROGRESS}/press", data={**sent, "f-withdrawal_reason": reason})
    assert unsure.status_code == 422
    assert "请勾选“我确认撤回”" in unsure.get_data(as_text=True)
    assert reason in unsure.get_data(as_text=True), "nothing is lost"
    page = send(client, "press", which=key, sure="true", **{"f-withdrawal_reason": reason})
    assert "本件已撤回" in page
    for deed, which in (("press", key), ("remind", ""), ("supplement", "")):
        told = send(client, deed, which=which, sure="true", **{"f-withdrawal_reason": reason, "f-words": "还有一事。"})
        assert re.search("您已于[\\d :-]+撤回，本件不再办理。", told), deed
    assert "<strong>已撤回</strong>" in page
    assert "尚未到达" not in page
    assert reason in page
    assert "<h3>撤回诉求</h3>" not in page
    assert "催办</button>" not in page
    told = {("withdrawal_told", "commerce"), ("withdrawal_told", "platform"), ("withdrawn", "complainant")}
    assert told <= set(town.notices(case))
    unit = text(enter(town.officer("commerce")), f"/cases/{number_of(town, case)}")
    assert "与对方协商，问题已经解决。" in unit
    assert COMPANY["name"] not in unit
    assert "已撤回" in unit
    with town.app.snapshot() as reader:
        assert verify(reader, case).ok


def test_a_result_that_was_reported_cannot_be_withdrawn_here_any_more(town: Town, enter: Enter) -> None:
    client = enter(None)
    case = following(client, town)
    town.do(case, "dispatch", handling_unit="commerce")
    town.do(case, "first_reply", progress="正在核实有关情况。")
    assert "<h3>撤回诉求</h3>" in text(client, CASE)
    town.do(case, "resolve", outcome="resolved", reply_to_company="许可已经办结。", report_to_platform="已办结报告。")
    page = text(client, CASE)
    assert "<h3>撤回诉求</h3>" not in page
    assert "现在不能在网上撤回" in page


def test_the_visit_that_ended_by_its_token_keeps_the_words_too(pages_as_served: Flask) -> None:
    client = pages_as_served.test_client()
    answer = client.post(f"{PROGRESS}/supplement", data={"f-words": "一段补充说明"}, headers=OURS)
    assert answer.status_code == 400
    assert 'value="一段补充说明"' in answer.get_data(as_text=True)
    assert submission(text(client, "/portal/zibo/request"))
