"""代理 as a page: who may act for whom from which day to which, appointed and revoked; and what it shows to whom."""

import re
from uuid import uuid4

from flask.testing import FlaskClient

from tests.people import Town
from tests.web.conftest import Enter


def appoint(client: FlaskClient, **changed: str) -> tuple[int, str]:
    data = {
        "submission_id": str(uuid4()), "login": "taxation_officer", "since": "2026-09-29", "until": "2026-09-30",
        "reason": "出差", **changed,
    }  # fmt: skip
    answer = client.post("/stand-in/appoint", data=data, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def text(client: FlaskClient) -> str:
    return client.get("/stand-in").get_data(as_text=True)


def test_a_colleague_is_appointed_from_a_day_to_a_day_and_revoked(town: Town, enter: Enter) -> None:
    absent, officer = enter(town.officer("commerce")), enter(town.officer("taxation"))
    status, page = appoint(absent, since="2026-09-30", until="2026-10-09")
    assert status == 200
    for told in ("taxation的officer", "2026-09-30 00:00 至 10月9日（周五）24:00", "尚未开始", "出差"):
        assert told in page, told
    assert "commerce的officer" in text(officer)
    assert "以其名义办理" not in text(officer)
    town.at("2026-09-30T08:00")
    assert "以其名义办理" in text(officer)
    found = re.search(r'name="id" value="([^"]+)"', text(absent))
    assert found is not None
    assert absent.post("/stand-in/revoke", data={"id": found[1]}).status_code == 303
    assert "已撤销" in text(absent)
    assert "以其名义办理" not in text(officer)


def test_what_is_wrong_with_an_appointment_stands_beside_its_field(town: Town, enter: Enter) -> None:
    town.officer("taxation")
    client = enter(town.officer("commerce"))
    for changed, told in (
        ({"login": "nobody"}, "两个不同的有效账号"), ({"login": "commerce_officer"}, "两个不同的有效账号"),
        ({"since": "x"}, "请填写开始日期"), ({"until": ""}, "请填写截止日期"), ({"reason": " "}, "请写明代理事由"),
        ({"until": "9999-12-31"}, "请填写截止日期"),
        ({"until": "2026-09-28"}, "截止日期应不早于开始日期"), ({"since": "2026-10-01"}, "截止日期应不早于开始日期"),
    ):  # fmt: skip
        status, page = appoint(client, **changed)
        assert (status, told in page) == (422, True), changed
    assert "没有委托他人代理" in text(client)


def test_nobody_revokes_what_is_others_or_begins_what_nobody_gave(town: Town, enter: Enter) -> None:
    absent, stranger = enter(town.officer("commerce")), enter(town.officer("housing"))
    town.officer("taxation")
    appoint(absent)
    found = re.search(r'name="id" value="([^"]+)"', text(absent))
    assert found is not None
    assert stranger.post("/stand-in/revoke", data={"id": found[1]}).status_code == 403
    assert stranger.post("/stand-in/revoke", data={"id": "x"}).status_code == 400
    assert "taxation的officer" not in text(stranger)
    stranger.post("/stand-in", data={"for": str(town.officer("commerce").account_id)})
    assert "（代理" not in stranger.get("/inbox").get_data(as_text=True)
    assert "代理中" in text(absent)


def test_the_inbox_says_for_whom_one_may_act_and_leads_there(town: Town, enter: Enter) -> None:
    absent, officer = town.officer("commerce"), enter(town.officer("taxation"))
    appoint(enter(absent))
    page = officer.get("/inbox").get_data(as_text=True)
    assert "<strong>commerce的officer</strong>委托您代理（至 9月30日（周三）24:00）" in page
    assert "委托您代理" not in enter(absent).get("/inbox").get_data(as_text=True)
    found = re.search(r'name="for" value="([^"]+)"', page)
    assert found is not None
    page = officer.post("/stand-in", data={"for": found[1]}, follow_redirects=True).get_data(as_text=True)
    assert "正以<strong>commerce的officer</strong>的名义办理" in page
    assert "委托您代理" not in page
    officer.post("/stand-in", data={"for": ""})
    town.at("2026-10-08T08:00")
    assert "委托您代理" not in officer.get("/inbox").get_data(as_text=True), "its time is over"


def test_who_appoints_a_stranger_or_a_second_stand_in_is_asked_to_look_again(town: Town, enter: Enter) -> None:
    town.officer("taxation")
    town.colleague("commerce")
    absent = enter(town.officer("commerce"))
    _, page = appoint(absent, login="commerce_colleague", until="2026-09-29")
    assert "请核对" not in page
    _, page = appoint(absent)
    assert "代理人不是被代理人所在单位的同事" in page
    assert "还委托了commerce的同事代理" in page
    _, page = appoint(absent, login="commerce_colleague", since="2026-10-08", until="2026-10-09")
    assert "请核对" not in page, "at another time"
