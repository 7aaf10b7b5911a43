"""督办 on pages: every figure of strip and ladder leads to exactly as many rows; orders from issue to closure."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from uuid import uuid4
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from bihuan.queries import open_steps, supervision, supervision_lists
from tests.people import COMPANY, Town
from tests.web.conftest import Enter


@pytest.fixture
def busy(town: Town) -> Town:
    """Six cases: with two units and the platform, on every rung of the ladder."""
    for number, unit in enumerate(("commerce", "commerce", "taxation", "housing")):
        opened = town.request()
        town.do(opened.case_id, "dispatch", handling_unit=unit)
        if number == 1:
            town.do(opened.case_id, "first_reply", progress="正在核实有关情况。")
    town.request()
    town.at("2026-10-12 15:00")
    fresh = town.request()
    town.do(fresh.case_id, "dispatch", handling_unit="commerce")
    return town


def rows_of(page: str) -> int:
    """How many lines the list has."""
    body = page.partition('id="list"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return body.count("<tr>")


def links_of(page: str) -> Iterator[tuple[str, int]]:
    """The figures of strip and ladder, each with where it leads."""
    strip = page.partition('class="card heat"')[2].partition("</section>")[0]
    for address, text in re.findall(r'href="([^"]+)"[^>]*>超?(\d+)</a>', strip):
        yield unescape(address), int(text)
    for address, text in re.findall(r'class="rung[^"]*" href="([^"]+)"[^>]*><b>(\d+)</b>', page):
        yield unescape(address), int(text)


def test_every_figure_leads_to_as_many_rows(busy: Town, enter: Enter) -> None:
    client = enter(busy.officer("supervision_office"))
    for moment in ("2026-10-12 15:00", "2026-10-13 12:30", "2026-10-19 12:30", "2026-10-27 09:00", "2026-11-05 09:00"):
        busy.at(moment)
        page = client.get("/supervision").get_data(as_text=True)
        figures = list(links_of(page))
        assert len(figures) > 8
        assert 'id="lists"' in page
        assert all(address.endswith("#lists") for address, _ in figures), "the rows are in sight, not below the strip"
        for address, number in figures:
            assert rows_of(client.get(address).get_data(as_text=True)) == number, (moment, address)


def test_a_table_tells_what_its_colours_tell(busy: Town, enter: Enter) -> None:
    page = enter(busy.officer("platform")).get("/supervision").get_data(as_text=True)
    assert '<th scope="row">市商务局</th>' in page
    assert "超1项，超期占50%" in page
    assert "heat-4" in page


def test_where_many_steps_are_open_a_count_is_kept_for_a_minute(
    busy: Town, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told with its moment, and by silence; the list is of now; whoever comes later counts anew."""
    monkeypatch.setattr(open_steps, "MANY", 0)
    client = enter(busy.officer("supervision_office"))
    before = sizes_of(client)
    fresh = busy.request()
    busy.clock.move_to(busy.clock.now() + timedelta(seconds=50))
    assert sizes_of(client) == before
    assert "统计截至2026-10-12 15:00:00" in page_of(client)
    assert fresh.case_no in page_of(client, which="all")
    busy.clock.move_to(busy.clock.now() + timedelta(seconds=11))
    assert sizes_of(client)["all"] == before["all"] + 1
    assert "统计截至2026-10-12 15:01:01" in page_of(client)
    assert sizes_of(client)["all"] == before["all"] + 1


def test_a_list_goes_on_from_page_to_page(busy: Town, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step once and in the order of the whole, also those without a limit and those that wait longest."""
    client = enter(busy.officer("platform"))
    busy.at("2026-10-19 12:30")
    for which in ("all", "late", "silent"):
        whole = cases_in(page_of(client, which=which, days="3"))
        assert len(whole) > 2
        with monkeypatch.context() as short:
            short.setattr(supervision_lists, "PAGE", 2)
            short.setattr(supervision, "PAGE", 2)
            supervision_lists.list_of.cache_clear()
            page, found = page_of(client, which=which, days="3"), []
            while True:
                found += cases_in(page)
                following = re.search(r'href="([^"]+after=[^"]+)"', page)
                if following is None:
                    break
                page = client.get(unescape(following[1])).get_data(as_text=True)
        supervision_lists.list_of.cache_clear()
        assert found == whole


def page_of(client: FlaskClient, **asked: str) -> str:
    return client.get("/supervision", query_string=asked).get_data(as_text=True)


def cases_in(page: str) -> list[str]:
    """The numbers of a list, in its order."""
    return re.findall(r'<span class="no">(\w+)</span>', page.partition('id="list"')[2])


def sizes_of(client: FlaskClient) -> dict[str, int]:
    """Of the whole and of each rung, as the page tells them."""
    page = page_of(client)
    total = re.search(r'<tfoot>.*?aria-label="在办(\d+)项"', page)
    rungs = re.findall(r'class="rung rung-(\d)"[^>]*><b>(\d+)</b>', page)
    return {"all": int(total[1]) if total else 0, **{place: int(number) for place, number in rungs}}


def test_a_case_s_evidence_is_one_click_from_any_list(busy: Town, enter: Enter) -> None:
    """For supervision, and without who complained; history says both."""
    office = enter(busy.officer("supervision_office"))
    page = office.get("/supervision?which=late").get_data(as_text=True)
    form = r'action="(/cases/(\w+)/evidence)".*?name="(\w+)" value="(\w+)" aria-label="导出\2的证据包"'
    found = re.search(form, page, re.DOTALL)
    assert found is not None
    pack = office.post(found[1], data={found[3]: found[4]})
    with ZipFile(io.BytesIO(pack.get_data())) as package:
        assert "工单.html" in package.namelist()
        assert COMPANY["name"] not in package.read("工单.html").decode()
    assert "导出证据包（督查督办）" in office.get(f"/cases/{found[2]}").get_data(as_text=True)


def test_silence_and_going_from_unit_to_unit_are_listed(busy: Town, enter: Enter) -> None:
    client = enter(busy.officer("supervision_office"))
    opened = busy.request()
    busy.do(opened.case_id, "dispatch", handling_unit="commerce")
    busy.at("2026-10-12 15:10")
    busy.press(
        opened.case_id, "send_back", by=busy.officer("commerce"), reason="不属于我单位职责。", basis="三定方案。"
    )
    busy.at("2026-10-12 15:11")
    busy.do(opened.case_id, "decide_send_back", agreed=True, opinion="同意退回。")
    busy.at("2026-10-12 15:12")
    busy.do(opened.case_id, "redispatch", handling_unit="taxation", note="改由你单位办理。")
    page = client.get("/supervision?which=handed_on").get_data(as_text=True)
    assert "市商务局 → 市税务局" in page
    assert rows_of(page) == 1
    silent = client.get("/supervision?which=silent&days=3").get_data(as_text=True)
    assert opened.case_no not in silent
    assert rows_of(silent) >= 3
    assert rows_of(client.get("/supervision?which=silent&days=10").get_data(as_text=True)) == 0
    busy.at("2026-10-30 09:00")
    assert opened.case_no in client.get("/supervision?which=silent&days=10").get_data(as_text=True)


def test_an_extension_shows_who_has_signed_and_whose_turn_it_is(town: Town, enter: Enter) -> None:
    """Of the application under way alone: the one before, which was refused, is none of its chain."""
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    for approved, hour in ((False, "2026-09-30 09:00"), (True, "2026-09-30 10:00")):
        town.at(hour)
        town.ask_for_time(opened.case_id, new_due_on="2026-11-20")
        town.at(hour.replace(":00", ":30"))
        town.do(opened.case_id, "sign_principal", approved=approved, opinion="已阅。")
    page = enter(town.officer("supervision_office")).get("/supervision?which=extensions").get_data(as_text=True)
    assert "不同意" not in page
    assert "commerce的principal" in page
    assert "已签字" in page
    assert "待市“接诉即办”平台办理" in page


def test_an_order_goes_from_page_to_page(busy: Town, enter: Enter) -> None:
    office, unit = enter(busy.officer("supervision_office")), enter(busy.officer("taxation"))
    page = office.get("/supervision?which=late&unit=taxation").get_data(as_text=True)
    found = re.search(r'href="(/cases/\w+)/orders"', page)
    assert found is not None
    address = f"{found[1]}/orders"
    given = {"submission_id": str(uuid4()), "unit": "taxation", "due_on": "2026-10-10", "demand": "请说明原因。"}
    refused = office.post(address, data=given)
    assert refused.status_code == 422
    assert "请选择今天或以后的工作日" in refused.get_data(as_text=True)
    assert "请说明原因。" in refused.get_data(as_text=True)
    assert office.post(address, data={**given, "due_on": "2026-10-14"}).status_code == 303
    assert "待答复" in unit.get("/orders").get_data(as_text=True)
    page = unit.get(address).get_data(as_text=True)
    reply = re.search(r'action="([^"]+/reply)"', page)
    assert reply is not None
    assert unit.post(reply[1], data={"reply": "好"}).status_code == 422
    assert unit.post(reply[1], data={"reply": "已明确责任人，本周办结。"}).status_code == 303
    assert unit.post(reply[1], data={"reply": "已明确责任人，本周办结。"}).status_code == 409
    settle = reply[1].replace("/reply", "/settle")
    assert office.post(settle, data={"accepted": "", "opinion": "同意办结。"}).status_code == 422
    assert unit.post(settle, data={"accepted": "true", "opinion": "同意办结。"}).status_code == 403
    assert office.post(settle, data={"accepted": "true", "opinion": "同意办结。"}).status_code == 303
    document = office.get(reply[1].replace("/reply", ".docx"))
    with ZipFile(io.BytesIO(document.get_data())) as package:
        text = package.read("word/document.xml").decode()
    assert "已明确责任人，本周办结。" in text
    assert "督办单 1 办结" in office.get(found[1]).get_data(as_text=True)
    for client in (office, unit):
        assert f"{found[1]}/orders" not in client.get("/orders").get_data(as_text=True)
        closed = client.get("/orders?state=closed").get_data(as_text=True)
        assert f"{found[1]}/orders" in closed
        assert "已办结" in closed
        assert "办结 2026-10-12 15:00" in closed
    assert found[1] not in enter(busy.officer("housing")).get("/orders?state=closed").get_data(as_text=True)


def test_an_order_is_among_its_units_work_until_it_is_closed(busy: Town, enter: Enter) -> None:
    """In the inbox with its lamp, in the menu, overdue in red; for the office again when it is answered."""
    office, unit = enter(busy.officer("supervision_office")), enter(busy.officer("taxation"))
    found = re.search(r'href="(/cases/\w+)/orders"', page_of(office, which="late", unit="taxation"))
    assert found is not None
    case_no = found[1].rpartition("/")[2]
    menu = '<a href="/orders"'
    assert menu not in unit.get("/inbox").get_data(as_text=True).partition("<main")[0]
    given = {"submission_id": str(uuid4()), "unit": "taxation", "due_on": "2026-10-14", "demand": "请说明原因。"}
    assert office.post(f"{found[1]}/orders", data=given).status_code == 303
    busy.at("2026-10-19 12:30")
    page = unit.get("/inbox").get_data(as_text=True)
    assert menu in page.partition("<main")[0]
    orders = page.partition('aria-labelledby="orders"')[2].partition("</section>")[0]
    assert (f"{case_no}-督1" in orders, "其中已超期 1 件" in orders, "超期" in orders) == (True, True, True)
    for other in (busy.officer("housing"), busy.officer("taxation", "administrator")):
        page = enter(other).get("/inbox").get_data(as_text=True)
        assert (menu in page, f"{case_no}-督1" in page) == (False, False)
    reply = re.search(r'action="([^"]+/reply)"', unit.get(f"{found[1]}/orders").get_data(as_text=True))
    assert reply is not None
    assert unit.post(reply[1], data={"reply": "已明确责任人，本周办结。"}).status_code == 303
    assert 'aria-labelledby="orders"' not in unit.get("/inbox").get_data(as_text=True)
    assert "待办理 1 件" in office.get("/inbox").get_data(as_text=True)


def test_all_that_is_wrong_with_an_order_is_said_at_once(busy: Town, enter: Enter) -> None:
    office = enter(busy.officer("supervision_office"))
    found = re.search(r'href="(/cases/\w+/orders)"', page_of(office, which="late", unit="taxation"))
    assert found is not None
    refused = office.post(found[1], data={"submission_id": str(uuid4()), "unit": "taxation"})
    page = refused.get_data(as_text=True)
    assert (refused.status_code, "请选择一个工作日。" in page, "请填写5至4000字。" in page) == (422, True, True)


def test_another_unit_learns_of_no_order(busy: Town, enter: Enter) -> None:
    office = enter(busy.officer("supervision_office"))
    page = office.get("/supervision?which=late&unit=taxation").get_data(as_text=True)
    found = re.search(r'href="(/cases/\w+/orders)"', page)
    assert found is not None
    given = {"submission_id": str(uuid4()), "unit": "taxation", "due_on": "2026-10-14", "demand": "请说明原因。"}
    assert office.post(found[1], data=given).status_code == 303
    stranger: FlaskClient = enter(busy.officer("housing"))
    assert stranger.get(found[1]).status_code == 404
    assert stranger.post(found[1], data=given).status_code == 404
    assert found[1].split("/")[2] not in stranger.get("/orders").get_data(as_text=True)


def test_nothing_in_an_order_tells_the_unit_complained_about_who_complained(town: Town, enter: Enter) -> None:
    """Also on the paper that the platform makes for it, which reads the request as it was handed in."""
    opened = town.request(complained_of_unit="commerce", subject=f"{COMPANY['name']}反映许可迟迟不办")
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    address = f"/cases/{opened.case_no}/orders"
    given = {
        "submission_id": str(uuid4()), "unit": "commerce", "due_on": "2026-10-14",
        "demand": f"{COMPANY['name']}（{COMPANY['organisation']}，{COMPANY['phone']}）反映许可迟迟不办，请说明。",
    }  # fmt: skip
    assert enter(town.officer("supervision_office")).post(address, data=given).status_code == 303
    client = enter(town.officer("commerce"))
    page = client.get(address).get_data(as_text=True)
    document = re.search(r'href="([^"]+\.docx)"', page)
    assert document is not None
    papers = []
    for reader in (client, enter(town.officer("supervision_office")), enter(town.officer("platform"))):
        with ZipFile(io.BytesIO(reader.get(document[1]).get_data())) as package:
            papers.append(package.read("word/document.xml").decode())
    assert all("反映许可迟迟不办" in text for text in papers)
    for found in (
        page,
        *papers,
        client.get("/orders").get_data(as_text=True),
        client.get("/inbox").get_data(as_text=True),
    ):
        for telling in (COMPANY["name"], COMPANY["phone"], COMPANY["organisation"]):
            assert telling not in found
