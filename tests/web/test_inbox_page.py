"""我的待办 as a page: lines, views and narrowing, what comes by itself, paper and file, and many lines at once."""

import re
from io import BytesIO
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from bihuan.commands.claim_task import claim_task
from bihuan.domain.ids import CaseId, TaskId
from bihuan.queries.find_case import find_case
from bihuan.queries.history import history
from bihuan.queries.inbox_statements import PAGE
from tests.commands.test_stand_in import appoint
from tests.people import COMPANY, Town
from tests.web.conftest import Enter

HOSTILE = "<script>alert(1)</script>\"'&{subject}"


def dispatched(town: Town, unit: str = "commerce", **answers: str) -> tuple[CaseId, str]:
    """A case on this unit's desk: id and number."""
    opened = town.request(**answers)
    town.do(opened.case_id, "dispatch", handling_unit=unit)
    return opened.case_id, opened.case_no


def task_of(town: Town, case: CaseId) -> str:
    return str(town.open_tasks(case)["first_reply"]["id"])


def assignee(town: Town, case: CaseId) -> object:
    return town.open_tasks(case)["first_reply"]["assignee"]


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def send(client: FlaskClient, address: str, **data: object) -> str:
    """The page after a deed."""
    answer = client.post(address, data=data, follow_redirects=True)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.get_data(as_text=True)


def test_a_line_tells_part_step_clause_channel_and_reminders(town: Town, enter: Enter) -> None:
    case_no = dispatched(town)[1]
    town.at("2026-10-09T12:00")
    page = text(enter(town.officer("commerce")), "/inbox")
    for told in (case_no, "主办", "回复初步处理情况", "ZB-17", "门户", "催办 1 次", "已超期", "10月9日（周五）12:00"):
        assert told in page, told


def test_what_people_wrote_is_never_html(town: Town, enter: Enter) -> None:
    """In a line, on paper, in the list of what is assigned; also braces mean nothing."""
    case, _ = dispatched(town, subject=HOSTILE)
    client = enter(town.officer("commerce"))
    pages = [
        text(client, "/inbox"),
        text(client, "/inbox/print"),
        send(client, "/inbox/assign", task=task_of(town, case)),
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "&amp;{subject}" in page


def test_view_narrowing_and_place_stay_in_the_address(town: Town, enter: Enter) -> None:
    for _ in range(PAGE + 1):
        last = town.order(category="trade")
    client = enter(town.officer("platform"))
    page = text(client, "/inbox?which=unclaimed&channel=province&matter=trade")
    following = re.search(r'href="([^"]*after=[^"]*)"', page)
    assert following is not None
    address = following[1].replace("&amp;", "&")
    assert "which=unclaimed&channel=province&matter=trade&after=" in address
    second = text(client, address)
    assert last.case_no in page + second
    assert second.count("data-row=") == 1
    assert page.count("data-row=") == PAGE
    assert 'value="trade" selected' in second
    assert "此筛选下没有待办事项" in text(client, "/inbox?channel=portal")
    for broken in ("/inbox?after=x", "/inbox?after=2026-01-01~x", f"/inbox?after=2026-01-01~{uuid4()}"):
        assert client.get(broken).status_code == 400, broken
    assert client.get("/inbox?which=nothing&no=" + "9" * 500).status_code == 200


def test_the_pulse_brings_counts_and_lamps_and_says_when_the_lines_have_changed(town: Town, enter: Enter) -> None:
    case, _ = dispatched(town)
    client = enter(town.officer("commerce"))
    page = text(client, "/inbox")
    address = re.search(r'id="pulse" hx-get="([^"]+)"', page)
    assert address is not None
    beat = f"{address[1]}?have={task_of(town, case)}"
    fresh = text(client, beat)
    assert f"[data-row='{task_of(town, case)}'] .lamp" in fresh
    assert "列表有变化" not in fresh
    town.at("2026-10-09T12:00")
    assert "lamp-red" in text(client, beat)
    dispatched(town)
    assert "列表有变化" in text(client, beat)
    for told in (COMPANY["name"], "开办餐饮店", "<table"):
        assert told not in text(client, beat), "it is light, and tells nothing that was written"


def test_many_are_claimed_at_once_but_none_of_a_colleague_or_another_unit(town: Town, enter: Enter) -> None:
    """Each by itself: what cannot be done is told, and the others are done."""
    (mine, _), (colleague_s, number), (others, _) = dispatched(town), dispatched(town), dispatched(town, "taxation")
    colleague, officer = town.colleague("commerce"), town.officer("commerce")
    with town.app.begin(colleague) as work:
        claim_task(work, TaskId(town.open_tasks(colleague_s)["first_reply"]["id"]))
    tasks = [task_of(town, case) for case in (mine, colleague_s, others)]
    page = send(enter(officer), "/inbox/claim", task=tasks)
    assert "已签收 1 项。" in page
    for refusal in (f"1 项未办（{number}）：该事项已由同事签收。", "1 项未办：您没有办理此事项的权限。"):
        assert re.search(rf'class="alert alert-warning".*{refusal}', page), "it is no success, and says of which"
    assert [assignee(town, case) for case in (mine, colleague_s, others)] == [
        officer.account_id, colleague.account_id, None,
    ]  # fmt: skip
    assert re.search("alert-warning.*请先在列表中勾选", send(enter(officer), "/inbox/claim"))


def test_many_are_assigned_to_a_colleague_who_is_chosen_on_a_page_between(town: Town, enter: Enter) -> None:
    cases = [dispatched(town)[0] for _ in range(2)]
    officer, colleague = town.officer("commerce"), town.colleague("commerce")
    town.officer("taxation")
    client, tasks = enter(officer), [task_of(town, case) for case in cases]
    page = send(client, "/inbox/assign", task=tasks, which="unclaimed")
    assert "commerce的同事" in page
    assert "taxation的officer" not in page
    assert "commerce的officer</" not in page.split('name="to"', 1)[1], "nobody assigns to themselves"
    done = send(client, "/inbox/assign", task=tasks, to=str(colleague.account_id), which="unclaimed")
    assert "已指派 2 项。" in done
    assert [assignee(town, case) for case in cases] == [colleague.account_id] * 2
    assert "将“回复初步处理情况”指派给commerce的同事" in text(client, f"/cases/{_number(town, cases[0])}")
    again = send(client, "/inbox/assign", task=tasks, to=str(officer.account_id))
    assert re.search(r"2 项未办（\w+、\w+）：该事项已由同事签收。", again)


@pytest.mark.parametrize("to", ["stranger", "principal", "nobody"])
def test_nothing_is_assigned_beyond_the_own_desk(town: Town, enter: Enter, to: str) -> None:
    (case, number), officer = dispatched(town), town.officer("commerce")
    whom = {
        "stranger": town.officer("taxation").account_id, "principal": town.officer("commerce", "principal").account_id,
        "nobody": uuid4(),
    }[to]  # fmt: skip
    page = send(enter(officer), "/inbox/assign", task=task_of(town, case), to=str(whom))
    assert f"1 项未办（{number}）：不能指派给这位同事" in page
    assert assignee(town, case) is None


def test_another_unit_s_officer_cannot_even_see_what_would_be_assigned(town: Town, enter: Enter) -> None:
    case, case_no = dispatched(town)
    client = enter(town.officer("taxation"))
    assert client.post("/inbox/assign", data={"task": task_of(town, case)}).status_code == 404
    assert client.post("/inbox/watch", data={"task": task_of(town, case)}).status_code == 404
    assert client.post(f"/cases/{case_no}/watch").status_code == 404


def test_cases_are_watched_from_the_list_and_from_their_page(town: Town, enter: Enter) -> None:
    case, case_no = dispatched(town)
    client = enter(town.officer("commerce"))
    assert "已关注 1 件工单" in send(client, "/inbox/watch", task=task_of(town, case))
    page = text(client, "/inbox?which=watched")
    assert f'name="case" value="{case_no}"' in page
    assert f'href="/cases/{case_no}"' in page
    assert "已取消关注 1 件工单" in send(client, "/inbox/unwatch", case=case_no, which="watched")
    send(client, f"/cases/{case_no}/watch", watched="yes")
    assert "取消关注" in text(client, f"/cases/{case_no}")
    send(client, f"/cases/{case_no}/watch", watched="no")
    assert case_no not in text(client, "/inbox?which=watched")


def test_nothing_completes_many_tasks_at_once(town: Town, enter: Enter) -> None:
    """Every deed that takes several lines leaves each of them open."""
    case, officer = dispatched(town)[0], town.officer("commerce")
    client = enter(officer)
    rules = [rule for rule in client.application.url_map.iter_rules() if rule.rule.startswith("/inbox")]
    deeds = {rule.rule for rule in rules if "POST" in (rule.methods or ())}
    assert deeds == {"/inbox/claim", "/inbox/assign", "/inbox/watch", "/inbox/unwatch"}
    for deed in deeds:
        client.post(
            deed, data={"task": task_of(town, case), "case": "x", "f-progress": "办毕", "submission_id": uuid4()}
        )
    assert list(town.open_tasks(case)) == ["first_reply"]


def test_what_is_sent_for_many_is_read_strictly(town: Town, enter: Enter) -> None:
    client = enter(town.officer("commerce"))
    many = [str(uuid4()) for _ in range(101)]
    for deed in ("/inbox/claim", "/inbox/assign", "/inbox/watch"):
        assert client.post(deed, data={"task": "x"}).status_code == 400, deed
        assert client.post(deed, data={"task": many}).status_code == 400, deed
    assert client.post("/inbox/assign", data={"task": str(uuid4()), "to": "x"}).status_code == 400
    assert client.post("/inbox/unwatch", data={"case": "nowhere"}).status_code == 404


def test_the_workbook_keeps_numbers_as_text_and_is_never_a_formula(town: Town, enter: Enter) -> None:
    dispatched(town, subject="=1+1 许可未办")
    answer = enter(town.officer("commerce")).get("/inbox/export?which=unclaimed")
    assert answer.status_code == 200
    assert "filename" in answer.headers["Content-Disposition"]
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    cells = {str(sheet.cell(4, column).value): sheet.cell(5, column) for column in range(1, 13)}
    assert cells["标题"].value == "=1+1 许可未办"
    assert cells["标题"].data_type == "s"
    assert cells["编号"].data_type == "s"
    assert cells["编号"].number_format == "@"
    assert [cells[name].value for name in ("分工", "办理环节", "依据", "到期")] == [
        "主办", "回复初步处理情况", "ZB-17", "2026-10-09 12:00",
    ]  # fmt: skip


@pytest.mark.parametrize("unit", ["platform", "taxation"])
def test_no_workbook_names_who_complained(town: Town, enter: Enter, unit: str) -> None:
    """Not to the platform, which may read it on the page, nor to the unit complained about that handles it itself."""
    subject = f"{COMPANY['organisation']}{COMPANY['name']}电话{COMPANY['phone']}许可未办"
    opened = town.request(subject=subject, complained_of_unit="taxation")
    if unit == "taxation":
        town.do(opened.case_id, "dispatch", handling_unit="taxation")
    answer = enter(town.officer(unit)).get("/inbox/export")
    values = [cell for row in load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True) for cell in row]
    told = " ".join(str(value) for value in values) + answer.headers["Content-Disposition"]
    assert opened.case_no in told
    assert not [word for word in COMPANY.values() if word in told]


def test_paper_shows_the_whole_view_without_controls(town: Town, enter: Enter) -> None:
    for _ in range(PAGE + 2):
        town.order()
    page = text(enter(town.officer("platform")), "/inbox/print?which=unclaimed")
    table = page.split("<tbody>")[1].split("</tbody>")[0]
    assert "共 52 项" in page
    assert table.count("<tr>") == PAGE + 2
    assert "<input" not in table
    assert "<button" not in table


def test_a_task_claimed_by_a_stand_in_is_in_the_stand_in_s_hand(town: Town, enter: Enter) -> None:
    """In the own name, as everything."""
    case, absent, officer = dispatched(town)[0], town.officer("commerce"), town.officer("taxation")
    appoint(town, "taxation_officer", "commerce_officer")
    client = enter(officer)
    page = send(client, "/stand-in", **{"for": str(absent.account_id)})
    assert "正以<strong>commerce的officer</strong>的名义办理" in page
    send(client, "/inbox/claim", task=task_of(town, case))
    assert assignee(town, case) == officer.account_id
    with town.app.read() as reader:
        claimed = next(event for event in history(reader, case) if event.kind == "task_claimed")
    assert (claimed.actor, claimed.acting_for) == (officer.ref, absent.ref)


def _number(town: Town, case: CaseId) -> str:
    with town.app.read() as reader:
        return find_case(reader, str(case)).case_no
