"""开办事项: a desk opens a procedure beside requests; lists and pages say which; a company sees nothing of it."""

import re
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from bihuan.commands.deploy import deploy
from bihuan.commands.open_procedure import open_procedure
from bihuan.domain.access import Machine, Officer
from tests.people import Town, with_inspection
from tests.web.conftest import Enter


@pytest.fixture
def town(town: Town) -> Town:
    """淄博 with 专项督查, which the platform opens and the supervision office carries out."""
    with town.app.begin(Machine("test")) as work:
        deploy(work, with_inspection(), note="")
    return town


def opened(town: Town, subject: str = "市政道路开挖审批") -> str:
    """A case of it, opened by the platform: its number."""
    with town.app.begin(town.officer("platform")) as work:
        return open_procedure(work, "inspection", {"subject": subject}, submission_id=uuid4()).case_no


def text(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def test_only_those_who_may_open_something_have_the_link(town: Town, enter: Enter) -> None:
    assert "开办事项" in text(enter(town.officer("platform")), "/inbox")
    page = text(enter(town.officer("platform")), "/procedures")
    assert "专项督查" in page
    auditor = enter(town.officer("audit_office", "auditor"))
    assert "/procedures" not in text(auditor, "/inbox")
    assert "没有由您所在单位开办的事项" in text(auditor, "/procedures")
    assert auditor.get("/procedures/inspection").status_code == 403


def test_the_requests_own_procedure_is_none_that_a_desk_opens(town: Town, enter: Enter) -> None:
    client = enter(town.officer("platform"))
    assert "/procedures/request" not in text(client, "/procedures")
    assert client.get("/procedures/request").status_code == 403
    assert client.get("/procedures/rating").status_code == 404
    assert client.get("/procedures/nothing").status_code == 404


def test_a_desk_opens_it_once_however_often_it_clicks(town: Town, enter: Enter) -> None:
    """Faults come back in their place; the case's page says what was filled in, and what is open now."""
    client = enter(town.officer("platform"))
    sent = {"submission_id": str(uuid4()), "f-item": "住建局"}
    refused = client.post("/procedures/inspection", data=sent)
    assert refused.status_code == 422
    assert "住建局" in refused.get_data(as_text=True), "what was filled in stays"
    sent["f-subject"] = "市政道路开挖审批"
    first, second = (client.post("/procedures/inspection", data=sent) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    page = text(client, first.location)
    for words in ("市政道路开挖审批", "专项督查", "工作人员开办", "住建局", "开办督查", "督查"):
        assert words in page
    assert 'id="identity"' not in page, "nobody complained"
    assert "尚未分办" not in page


def test_lists_say_the_procedure_where_it_is_not_the_main_one(town: Town, enter: Enter) -> None:
    number, request = opened(town), town.request()
    supervisor, platform = enter(town.officer("supervision_office")), enter(town.officer("platform"))
    assert "专项督查" in text(supervisor, "/inbox")
    assert text(supervisor, "/cases").count("专项督查") > 1, "in the choice and in the row"
    page = text(platform, "/cases?process=inspection")
    assert number in page
    assert request.case_no not in page
    assert number not in text(platform, "/cases?process=request")
    town.at("2026-10-20T00:00")
    assert "专项督查" in text(supervisor, "/supervision")
    assert "专项督查" in text(supervisor, f"/cases/{number}/replay")


def test_it_ends_as_done_and_not_as_struck_off(town: Town, enter: Enter) -> None:
    number = opened(town)
    client = enter(town.officer("supervision_office"))
    address = re.search(r'/tasks/[0-9a-f-]{36}(?=")', text(client, f"/cases/{number}"))
    assert address is not None
    done = client.post(address[0], data={"submission_id": str(uuid4()), "f-reply": "已督查。"})
    assert done.status_code == 303
    for page in (f"/cases/{number}", "/cases", f"/cases/{number}/replay"):
        assert "已办结" in text(client, page)
        assert "已销号" not in text(client, page)


def test_the_desk_that_opened_it_may_read_it_and_others_may_not(town: Town, enter: Enter) -> None:
    number = opened(town)
    readers: dict[str, Officer] = {name: town.officer(name) for name in ("platform", "supervision_office", "taxation")}
    found = {name: enter(officer).get(f"/cases/{number}").status_code for name, officer in readers.items()}
    assert found == {"platform": 200, "supervision_office": 200, "taxation": 404}


def test_a_company_finds_nothing_of_it(town: Town, enter: Enter) -> None:
    number = opened(town)
    client = enter(None)
    assert client.post("/portal/zibo/progress", data={"case_no": number, "code": ""}).status_code == 422
    assert "专项督查" not in text(client, "/portal/zibo/")
