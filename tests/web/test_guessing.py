"""What somebody might find out by trying: a case's query code, a signer's password."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask

from bihuan.domain.ids import CaseId
from tests.people import PASSWORD, Town
from tests.web.conftest import Enter, handed_in
from web.limits import limiter


@pytest.fixture
def limited(pages: Flask) -> Iterator[None]:
    """Tries are counted, from none on."""
    limiter.enabled = True
    limiter.reset()
    yield
    limiter.reset()
    limiter.enabled = False


def test_tries_for_one_case_are_counted_together_whatever_else_the_form_says(enter: Enter, limited: None) -> None:
    """Not even by a login, which the page has not, nor by letters that become the number's own."""
    client = enter(None)
    tries = [
        {"case_no": number, "code": "A" * 16, "login": uuid4().hex}
        for number in ("ZBJS202600001", "zbjs202600001", " ZBJſ202600001 ") * 4
    ]
    answers = [client.post("/portal/zibo/progress", data=one).status_code for one in tries]
    assert answers == [422] * 10 + [429] * 2


def test_nobody_keeps_a_complainant_out_by_trying_their_number(enter: Enter, limited: None) -> None:
    """Everybody at the unit complained about knows it, and would be rated."""
    number, code = handed_in(enter(None))
    client, elsewhere = enter(None), {"REMOTE_ADDR": "203.0.113.7"}
    for _ in range(12):
        refused = client.post("/portal/zibo/progress", data={"case_no": number, "code": "A" * 16}).status_code
    assert refused == 429
    own = {"case_no": number, "code": code}
    assert client.post("/portal/zibo/progress", data=own, environ_base=elsewhere).status_code == 303


def test_a_signers_password_is_not_to_be_guessed_at_the_signers_desk(town: Town, enter: Enter, limited: None) -> None:
    """What was filled in stays, and whoever signs nothing goes on."""
    case = waits_for_the_principal(town)
    client, task = enter(town.officer("commerce", "principal")), town.open_tasks(case)["sign_principal"]
    page, signed = f"/tasks/{task['id']}", {"f-approved": "true", "f-opinion": "同意延期到二十日。"}

    def sign(password: str) -> tuple[int, str]:
        answer = client.post(page, data={**signed, "submission_id": str(uuid4()), "password": password})
        return answer.status_code, answer.get_data(as_text=True)

    assert [sign(f"guess {number}")[0] for number in range(10)] == [422] * 10
    status, shown = sign(PASSWORD)
    assert status == 429
    assert "同意延期到二十日。" in shown
    assert sign("")[0] == 422, "without a password nothing is guessed"


def waits_for_the_principal(town: Town) -> CaseId:
    """A case whose unit has asked for more time."""
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    town.ask_for_time(opened.case_id, new_due_on="2026-11-20")
    return opened.case_id
