"""研判分办 in the browser: the stream, the aids beside the form, and what would follow, with script and without."""

import re
from uuid import uuid4

from flask.testing import FlaskClient

from tests.people import Town
from tests.web.conftest import Enter


def task_address(town: Town) -> tuple[str, str]:
    """A request on the platform's desk, with its likely duplicate before it: the address of its task, its number."""
    town.request()
    again = town.request()
    return f"/tasks/{town.open_tasks(again.case_id)['dispatch']['id']}", again.case_no


def page(client: FlaskClient, address: str, **sent: str) -> str:
    found = client.post(address, data=sent) if sent else client.get(address)
    return found.get_data(as_text=True)


def test_the_stream_leads_to_the_task_and_says_why_it_may_be_a_duplicate(town: Town, enter: Enter) -> None:
    address, number = task_address(town)
    client = enter(town.officer("platform"))

    stream = page(client, "/triage")

    assert address in stream
    assert number in stream
    assert "疑似重复" in stream
    assert "联系电话相同" in stream
    assert 'href="/triage"' in page(client, "/inbox"), "the way there is in the menu"


def test_others_have_no_such_desk(town: Town, enter: Enter) -> None:
    client = enter(town.officer("commerce"))

    assert client.get("/triage").status_code == 403
    assert 'href="/triage"' not in page(client, "/inbox")


def test_the_task_shows_duplicates_and_suggested_units_beside_its_form(town: Town, enter: Enter) -> None:
    address, _ = task_address(town)

    shown = page(enter(town.officer("platform")), address)

    assert 'id="like"' in shown
    assert "相似度 100%" in shown
    assert re.search(r'data-choose="f-handling_unit" data-value="\w+"', shown)


def test_what_would_follow_is_shown_with_its_receipt_and_nothing_is_done(town: Town, enter: Enter) -> None:
    address, _ = task_address(town)
    client = enter(town.officer("platform"))

    part = client.post(
        f"{address}/foresight", data={"f-handling_unit": "commerce"}, headers={"HX-Request": "true"}
    ).get_data(as_text=True)

    assert "<html" not in part
    assert "10月9日（周五）12:00" in part
    assert "不计 国庆节" in part
    assert "回复初步处理情况" in part
    assert client.get(address).status_code == 200, "it still waits"


def test_without_script_the_whole_page_comes_back_with_what_was_filled_in(town: Town, enter: Enter) -> None:
    address, _ = task_address(town)
    sent = {"f-handling_unit": "commerce", "f-note": "请从速办理。"}

    shown = page(enter(town.officer("platform")), f"{address}/foresight", **sent)

    assert "<html" in shown
    assert "由此起算的时限" in shown
    assert "请从速办理。" in shown
    assert '<option value="commerce" selected>' in shown


def test_what_is_lacking_is_named_and_others_may_not_ask(town: Town, enter: Enter) -> None:
    address, _ = task_address(town)

    assert "还需填写：承办单位" in page(enter(town.officer("platform")), f"{address}/foresight", **{"f-note": ""})
    assert enter(town.officer("commerce")).post(f"{address}/foresight", data={}).status_code == 404


def test_a_task_handed_in_from_the_desk_leads_back_to_it(town: Town, enter: Enter) -> None:
    address, _ = task_address(town)
    client = enter(town.officer("platform"))

    assert 'name="back" value="triage"' in page(client, f"{address}?back=triage")
    sent = {"f-handling_unit": "commerce", "submission_id": str(uuid4()), "back": "triage"}
    assert client.post(address, data=sent).headers["Location"].endswith("/triage")
