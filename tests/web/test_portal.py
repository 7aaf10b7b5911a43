"""The portal: hand in, be told a number and a code, follow, rate once; nothing lost when something is wrong."""

import re
from uuid import NAMESPACE_URL, uuid4, uuid5

import orjson

from bihuan.cli.session import COMMAND_LINE
from bihuan.commands.deploy import deploy
from bihuan.commands.open_case import receive_order
from bihuan.domain.access import Machine
from bihuan.domain.ids import CaseId
from bihuan.queries.case_page import case_header
from tests.people import COMPANY, REQUEST, Town, files_of
from tests.web.conftest import Enter, handed_in


def test_a_request_sent_twice_is_one_request(enter: Enter) -> None:
    """The same form, clicked twice, gives the same number and code."""
    client, submission = enter(None), str(uuid4())
    assert handed_in(client, submission_id=submission) == handed_in(client, submission_id=submission)
    assert handed_in(client) != handed_in(client)


def test_an_id_that_can_be_worked_out_gives_nobody_a_case(town: Town, enter: Enter) -> None:
    """Orders are received under ids made from their numbers: sent by a page, such an id tells nobody the case."""
    order = uuid5(NAMESPACE_URL, "bihuan:zibo:province-order:SD-1")
    with town.app.begin(Machine("province")) as work:
        known = receive_order(work, "zibo", REQUEST, COMPANY, submission_id=order, external_no="SD-1")
    client = enter(None)
    assert client.post("/portal/zibo/request", data={"submission_id": str(order)}).status_code == 422
    confirmation = client.get("/portal/zibo/confirmation")
    assert confirmation.status_code == 404
    assert known.case_no not in confirmation.get_data(as_text=True)


def test_each_locality_is_entered_by_its_procedures_name_and_speaks_its_own_words(town: Town, enter: Enter) -> None:
    """One door a locality; behind it its own procedure and steps, not those of the first."""
    with town.app.begin(COMMAND_LINE) as work:
        deploy(work, files_of("kaihua"), note="")
    client = enter(None)
    home = client.get("/").get_data(as_text=True)
    for name, procedure in (("淄博市", "淄博市企业诉求“接诉即办”"), ("开化县", "开化县“企呼我应”涉企问题高效闭环处置")):
        assert f"<strong>{name}</strong>{procedure}</span>" in home
    page = client.get("/portal/kaihua/").get_data(as_text=True)
    assert "<h1>开化县“企呼我应”涉企问题高效闭环处置</h1>" in page
    assert "<strong>核实研判</strong>县企业综合服务中心核实情况，分类研判。" in page
    assert "市平台" not in page


def test_what_was_typed_stays_when_something_is_wrong(enter: Enter) -> None:
    """Every fault is named at once, beside its field, and no word is lost."""
    answers = {
        "submission_id": str(uuid4()),
        "f-body": "我公司的许可申请已满一个月没有办结。",
        "contact-name": "张晓明",
    }
    answer = enter(None).post("/portal/zibo/request", data=answers, follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert answer.request.path == "/portal/zibo/request/check"
    for words in ("请填写“诉求标题”。", "请选择“诉求类别”。", "请填写联系电话。", "我公司的许可申请", "张晓明"):
        assert words in page
    assert answers["submission_id"] in page, "the form keeps its id, so that sending it again is the same deed"


def test_what_else_a_locality_asks_stands_on_the_case_page(town: Town, enter: Enter) -> None:
    """Besides title and text: 许昌 asks for the grounds, 常熟 where one has been. Whoever handles the case reads it."""
    files = dict(files_of("zibo"))
    form = orjson.loads(files["zibo/forms/request.form"])
    form["components"].append({"type": "textfield", "key": "grounds", "label": "理由和事实依据"})
    with town.app.begin(COMMAND_LINE) as work:
        deploy(work, files | {"zibo/forms/request.form": orjson.dumps(form)}, note="")
    number, _ = handed_in(enter(None), **{"f-grounds": f"有{COMPANY['name']}签收的回执。"})
    page = enter(town.officer("platform")).get(f"/cases/{number}").get_data(as_text=True)
    assert f"有{COMPANY['name']}签收的回执。" in page
    town.do(_case_of(town, number), "dispatch", handling_unit="commerce")
    page = enter(town.officer("commerce")).get(f"/cases/{number}").get_data(as_text=True)
    assert "签收的回执。" in page
    assert COMPANY["name"] not in page


def test_what_no_database_can_hold_is_a_bad_request(town: Town, enter: Enter) -> None:
    officer = enter(town.officer("platform"))
    for address in ("/reports/monthly/cases?by=unit&value=%00", "/cases?process=%00", "/cases/%00"):
        assert officer.get(address).status_code == 400, address
    assert enter(None).post("/portal/zibo/progress", data={"case_no": "\0", "code": "x"}).status_code == 400


def test_progress_shows_the_reply_and_the_rating_once(town: Town, enter: Enter) -> None:
    """Plain steps, the next promised date, then the reply and a rating that may be given once."""
    client = enter(None)
    case_no, code = handed_in(client)
    case = _case_of(town, case_no)
    town.do(case, "dispatch", handling_unit="commerce")
    found = client.post("/portal/zibo/progress", data={"case_no": case_no.lower(), "code": code.lower()})
    assert found.status_code == 303
    page = client.get(found.location).get_data(as_text=True)
    assert "当前环节：回复初步处理情况，<strong>10月9日（周五）12:00</strong> 前完成。" in page
    town.do(case, "first_reply", progress="正在核实有关情况。")
    town.do(case, "resolve", outcome="resolved", reply_to_company="许可已经办结。", report_to_platform="已办结报告。")
    assert "许可已经办结。" in client.get(found.location).get_data(as_text=True)
    town.do(case, "verify", follow_up_method="phone", follow_up_record="企业认可。", sound="true")
    page = client.get(found.location).get_data(as_text=True)
    answers = {"submission_id": _submission(page), "f-rating": "5"}
    assert client.post("/portal/zibo/progress/rating", data=answers).status_code == 303
    assert "评价：非常满意" in client.get(found.location).get_data(as_text=True)
    second = {"submission_id": str(uuid4()), "f-rating": "1"}  # from another window, opened before
    again = client.post("/portal/zibo/progress/rating", data=second, follow_redirects=True)
    assert again.request.path == found.location
    told = again.get_data(as_text=True)
    assert re.search(r'alert-warning" role="status">.*您已于[\d :-]+评价：非常满意，评价不能修改。', told)


def test_a_lost_code_is_not_promised_to_be_found_again(enter: Enter) -> None:
    """It is kept nowhere in clear: whoever answers the telephone can tell how a case stands, and no code."""
    page = enter(None).get("/portal/zibo/progress").get_data(as_text=True)
    assert "查询码只在提交时给出一次，遗失后网上无法找回。" in page
    assert "询问办理情况" in page


def test_a_reply_of_the_unit_complained_of_comes_through_the_platform(town: Town, enter: Enter) -> None:
    """What that unit wrote for the company is not shown; what the platform passes on is."""
    client = enter(None)
    case_no, code = handed_in(client, **{"f-complained_of_unit": "commerce"})
    case = _case_of(town, case_no)
    town.do(case, "dispatch", handling_unit="commerce")
    town.do(case, "first_reply", progress="正在核实有关情况。")
    town.do(case, "resolve", outcome="resolved", reply_to_company="本单位直接答复。", report_to_platform="已办结报告。")
    place = client.post("/portal/zibo/progress", data={"case_no": case_no, "code": code}).location
    assert "本单位直接答复。" not in client.get(place).get_data(as_text=True)
    town.do(case, "relay_reply", reply_to_company="经核实，许可已办结。")
    assert "经核实，许可已办结。" in client.get(place).get_data(as_text=True)


def test_no_case_page_keeps_the_identity_of_a_visitor(enter: Enter) -> None:
    """The confirmation shows number and code, not the name that was typed; leaving forgets both."""
    client = enter(None)
    handed_in(client)
    page = client.get("/portal/zibo/confirmation")
    assert page.headers["Cache-Control"] == "no-store"
    assert COMPANY["name"] not in page.get_data(as_text=True)
    client.post("/portal/zibo/leave")
    assert client.get("/portal/zibo/confirmation").status_code == 404


def _submission(page: str) -> str:
    found = re.search(r'name="submission_id" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _case_of(town: Town, case_no: str) -> CaseId:
    platform = town.officer("platform")
    with town.app.read() as reader:
        return case_header(reader, town.app.vault, platform, case_no).id


def test_what_is_yet_to_come_is_not_told_as_done(town: Town, enter: Enter) -> None:
    """转承办单位, not 已转承办单位, until it was."""
    client = enter(None)
    case_no, code = handed_in(client)
    assert client.post("/portal/zibo/progress", data={"case_no": case_no, "code": code}).status_code == 303
    for address in ("/portal/zibo/", "/portal/zibo/progress/case"):
        page = client.get(address).get_data(as_text=True)
        assert "<strong>转承办单位</strong>" in page
        assert ("已收到诉求" in page, "已销号" in page) == (address.endswith("case"), False)
    ahead = client.get("/portal/zibo/confirmation").get_data(as_text=True).partition("接下来")[2]
    assert "<strong>转承办单位</strong>" in ahead
    assert "<strong>收到诉求</strong>" not in ahead, "that was done"
