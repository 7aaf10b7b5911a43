"""What is typed is not lost: drafts by htmx and by hand, the end of a session, conflicts, and what bars all of it."""

import re
from html import unescape
from random import Random
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bihuan.commands.accounts import create_account
from bihuan.commands.claim_task import claim_task
from bihuan.domain.access import Machine
from bihuan.domain.ids import CaseId, TaskId
from bihuan.queries.people import log_in
from tests.people import PASSWORD, Town
from tests.web.conftest import Enter

WORDS = "已与企业负责人联系，<b>情况</b>属实。"
OURS = {"Origin": "http://localhost"}


@pytest.fixture
def case(town: Town) -> tuple[CaseId, str]:
    """A case on 市商务局's desk: id and number."""
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    return opened.case_id, opened.case_no


def task_of(town: Town, case: tuple[CaseId, str], element: str = "first_reply") -> str:
    """The address of an open task."""
    return f"/tasks/{town.open_tasks(case[0])[element]['id']}"


def button_of(town: Town, case: tuple[CaseId, str], element: str) -> str:
    return next(key for key in town.buttons(case[0]) if element in key)


def typed_in(answer: TestResponse, field: str = "progress") -> str:
    """What a page shows in a field."""
    found = re.search(rf'<textarea[^>]*name="f-{field}"[^>]*>(.*?)</textarea>', answer.get_data(as_text=True), re.S)
    assert found is not None
    return unescape(found[1])


def test_what_is_typed_is_kept_while_it_is_typed(town: Town, enter: Enter, case: tuple[CaseId, str]) -> None:
    """By htmx: a word and the time; the page opened again shows it, escaped; a colleague's page does not."""
    client, task = enter(town.officer("commerce")), task_of(town, case)
    answer = client.post(f"{task}/draft", data={"f-progress": WORDS}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "草稿已自动保存 2026-09-29 16:00:00" in answer.get_data(as_text=True)
    page = client.get(task)
    assert typed_in(page) == WORDS
    assert "<b>情况</b>" not in page.get_data(as_text=True)
    assert "已恢复 2026-09-29 16:00:00 保存的草稿" in page.get_data(as_text=True)
    assert 'hx-params="not password"' in page.get_data(as_text=True)


def test_without_a_script_a_button_keeps_and_clears_the_draft(
    town: Town, enter: Enter, case: tuple[CaseId, str]
) -> None:
    client, task = enter(town.officer("commerce")), task_of(town, case)
    kept = client.post(f"{task}/draft", data={"f-progress": WORDS})
    assert (kept.status_code, kept.location) == (303, task)
    assert typed_in(client.get(task)) == WORDS
    client.post(f"{task}/draft", data={"f-progress": WORDS, "discard": "1"})
    assert typed_in(client.get(task)) == ""


def test_a_reply_template_goes_in_without_a_script_after_what_is_there(
    town: Town, enter: Enter, case: tuple[CaseId, str]
) -> None:
    """With the case's facts in it; its blanks cannot be handed in."""
    client, task = enter(town.officer("commerce")), task_of(town, case)
    page = client.get(task).get_data(as_text=True)
    number = re.search(r'name="insert" value="progress:(\d+)"', page)
    assert number is not None
    assert f"接到{case[1]}号工单后" in page
    client.post(f"{task}/draft", data={"f-progress": "先写一句。", "insert": f"progress:{number[1]}"})
    words = typed_in(client.get(task))
    assert words.startswith(f"先写一句。\n接到{case[1]}号工单后")
    assert "【填写：" in words
    refused = client.post(task, data={"submission_id": str(uuid4()), "f-progress": words})
    assert refused.status_code == 422
    assert "还没有填写" in refused.get_data(as_text=True)
    client.post(f"{task}/draft", data={"f-progress": "只有这句。", "insert": "progress:999999"})
    assert typed_in(client.get(task)) == "只有这句。"


def test_a_button_s_form_keeps_a_draft(town: Town, enter: Enter, case: tuple[CaseId, str]) -> None:
    client, key = enter(town.officer("commerce")), button_of(town, case, "send_back")
    kept = client.post(f"/cases/{case[1]}/drafts/{key}", data={"f-reason": WORDS})
    assert kept.location == f"/cases/{case[1]}/actions/{key}"
    assert typed_in(client.get(kept.location), "reason") == WORDS


def test_after_the_deed_the_draft_is_gone(town: Town, enter: Enter, case: tuple[CaseId, str]) -> None:
    client, task = enter(town.officer("commerce")), task_of(town, case)
    client.post(f"{task}/draft", data={"f-progress": WORDS})
    client.post(task, data={"submission_id": str(uuid4()), "f-progress": "正在核实有关情况。"})
    late = client.post(f"{task}/draft", data={"f-progress": WORDS}, headers={"HX-Request": "true"})
    assert late.status_code == 409


def test_others_get_nobody_s_draft_and_leave_none(town: Town, enter: Enter, case: tuple[CaseId, str]) -> None:
    """A colleague has a form of the own; another unit no form at all."""
    client, task = enter(town.officer("commerce")), task_of(town, case)
    client.post(f"{task}/draft", data={"f-progress": WORDS})
    for unit in ("taxation", "supervision_office", "platform"):
        other = enter(town.officer(unit))
        assert "负责人联系" not in other.get(task).get_data(as_text=True)
        assert other.post(f"{task}/draft", data={"f-progress": "x"}).status_code == 404
        key = button_of(town, case, "send_back")
        assert other.post(f"/cases/{case[1]}/drafts/{key}", data={"f-reason": "x"}).status_code in (403, 404)
        assert "负责人联系" not in other.get(f"/cases/{case[1]}").get_data(as_text=True)
    assert typed_in(client.get(task)) == WORDS


def test_a_session_that_ended_costs_nothing_that_was_typed(town: Town, enter: Enter, case: tuple[CaseId, str]) -> None:
    """The log-in page carries it, also past a wrong password; then it stands in the form again."""
    town.officer("commerce")
    client, task = enter(None), task_of(town, case)
    answer = client.post(
        task, data={"submission_id": str(uuid4()), "f-progress": WORDS, "password": "secret"}, headers=OURS
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "不会丢失" in page
    assert "secret" not in page
    back = _log_in(client, page, password="wrong password")
    assert back.status_code == 422
    done = _log_in(client, back.get_data(as_text=True), password=PASSWORD)
    assert (done.status_code, done.location) == (303, task)
    page = client.get(task)
    assert typed_in(page) == WORDS
    assert "登录前填写的内容已恢复" in page.get_data(as_text=True)


def test_a_button_s_words_come_through_the_log_in_too(town: Town, enter: Enter, case: tuple[CaseId, str]) -> None:
    town.officer("commerce")
    client, address = enter(None), f"/cases/{case[1]}/actions/{button_of(town, case, 'send_back')}"
    answer = client.post(address, data={"submission_id": str(uuid4()), "f-reason": WORDS}, headers=OURS)
    done = _log_in(client, answer.get_data(as_text=True), password=PASSWORD)
    assert done.location == address
    assert typed_in(client.get(address), "reason") == WORDS


def test_words_from_another_site_are_not_taken_through_the_log_in(
    town: Town, enter: Enter, case: tuple[CaseId, str]
) -> None:
    """Neither at the first POST nor at the log-in itself."""
    town.officer("commerce")
    client, task = enter(None), task_of(town, case)
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        answer = client.post(task, data={"f-progress": WORDS}, headers=headers)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/login")
    data = {"login": "commerce_officer", "password": PASSWORD, "next": task, "f-progress": WORDS}
    assert client.post("/login", data=data, headers={"Origin": "https://evil.example"}).status_code == 303
    assert typed_in(client.get(task)) == ""


def test_who_may_not_do_it_after_the_log_in_sees_the_own_words_once(
    town: Town, enter: Enter, case: tuple[CaseId, str]
) -> None:
    town.officer("taxation")
    client = enter(None)
    answer = client.post(task_of(town, case), data={"f-progress": WORDS}, headers=OURS)
    page = _log_in(client, answer.get_data(as_text=True), login="taxation_officer", password=PASSWORD)
    assert page.status_code == 404
    assert "没有提交" in page.get_data(as_text=True)


def test_a_part_of_a_page_is_not_answered_with_a_log_in_page(
    town: Town, enter: Enter, case: tuple[CaseId, str]
) -> None:
    answer = enter(None).post(
        f"{task_of(town, case)}/draft", data={"f-progress": WORDS}, headers={**OURS, "HX-Request": "true"}
    )
    assert answer.status_code == 401
    assert "重新登录" in answer.get_data(as_text=True)


def test_a_conflict_keeps_what_was_typed(town: Town, enter: Enter, case: tuple[CaseId, str]) -> None:
    """A colleague was faster at the task; at the button, too."""
    client, task = enter(town.officer("commerce")), task_of(town, case)
    key = button_of(town, case, "send_back")
    town.do(case[0], "first_reply", progress="正在核实有关情况。")
    late = client.post(task, data={"submission_id": str(uuid4()), "f-progress": WORDS})
    assert late.status_code == 409
    assert WORDS in unescape(late.get_data(as_text=True))
    town.press(case[0], "send_back", by=town.officer("commerce"), reason="不属于本单位职责。", basis="三定规定第三条。")
    answers = {"submission_id": str(uuid4()), "f-reason": WORDS, "f-basis": "职责规定第三条。"}
    gone = client.post(f"/cases/{case[1]}/actions/{key}", data=answers)
    assert gone.status_code == 409
    assert WORDS in unescape(gone.get_data(as_text=True))


def test_a_colleague_s_claim_keeps_what_was_typed_for_whoever_takes_it_over(
    town: Town, enter: Enter, case: tuple[CaseId, str]
) -> None:
    client, task = enter(town.officer("commerce")), task_of(town, case)
    with town.app.begin(Machine("test")) as work:
        create_account(work, "zibo", "commerce_second", "商务局的另一位", PASSWORD, [("commerce", "officer")])
    with town.app.read() as reader:
        second = log_in(reader, "commerce_second", PASSWORD)
    assert second is not None
    with town.app.begin(second.officer) as work:
        claim_task(work, TaskId(town.open_tasks(case[0])["first_reply"]["id"]))
    refused = client.post(task, data={"submission_id": str(uuid4()), "f-progress": WORDS})
    assert refused.status_code == 403
    assert WORDS in unescape(refused.get_data(as_text=True))
    assert "已由同事签收" in refused.get_data(as_text=True)
    client.post(f"{task}/claim", data={"back": "task"})
    assert typed_in(client.get(task)) == WORDS


def test_a_token_of_an_earlier_log_in_gives_the_form_back_as_it_was(
    town: Town, pages_as_served: Flask, case: tuple[CaseId, str]
) -> None:
    """Somebody logged in anew in another window: nothing is done, nothing is lost."""
    town.officer("commerce")
    client, task = pages_as_served.test_client(), task_of(town, case)
    token = _token(client.get("/login"))
    data = {"login": "commerce_officer", "password": PASSWORD, "csrf_token": token}
    assert client.post("/login", data=data, headers=OURS).status_code == 303
    answers = {"submission_id": str(uuid4()), "f-progress": WORDS, "csrf_token": token}
    answer = client.post(task, data=answers, headers=OURS)
    assert answer.status_code == 400
    assert typed_in(answer) == WORDS
    assert set(town.open_tasks(case[0])) == {"first_reply"}
    elsewhere = client.post(task, data=answers, headers={"Origin": "https://evil.example"})
    assert elsewhere.status_code == 400
    assert WORDS not in unescape(elsewhere.get_data(as_text=True))


def test_the_draft_s_address_stands_whatever_is_sent(town: Town, enter: Enter, case: tuple[CaseId, str]) -> None:
    """Fuzzed: never a 500, and nothing but the form's own fields is kept."""
    client, task, chance = enter(town.officer("commerce")), task_of(town, case), Random(4)
    key = button_of(town, case, "ask_extension")
    names = ["f-progress", "f-", "f-f-progress", "insert", "discard", "csrf_token", "password", "f-未知", "asked", "x"]
    values = ["", "\0", "﻿​‮", "progress:", "progress:-1", ":", "𠀀" * 50, "a" * 300_000, "'; drop table draft", "\ud800"]
    for _ in range(120):
        data = {chance.choice(names): chance.choice(values) for _ in range(chance.randint(0, 5))}
        headers = chance.choice([{}, {"HX-Request": "true"}])
        for address in (f"{task}/draft", f"/cases/{case[1]}/drafts/{key}"):
            answer = client.post(address, data=_encodable(data), headers=headers)
            assert answer.status_code in (200, 303, 400, 413, 422), (address, data.keys(), answer.status_code)
        assert client.get(task).status_code == 200
    nowhere = [f"/tasks/{uuid4()}/draft", f"/cases/NONE/drafts/{key}"]
    nowhere += [f"/cases/{case[1]}/drafts/{wrong}" for wrong in ("x", "request/none/1", "request/send_back/x")]
    for address in nowhere:
        assert client.post(address, data={"f-reason": "x"}).status_code in (404, 409), address


def _encodable(data: dict[str, str]) -> dict[str, str]:
    return {name: value.encode("utf-8", "replace").decode() for name, value in data.items()}


def _log_in(client: FlaskClient, page: str, *, password: str, login: str = "commerce_officer") -> TestResponse:
    """Fill in the log-in page as it came, hidden fields and all."""
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    data = {**{name: unescape(value) for name, value in hidden.items()}, "login": login, "password": password}
    return client.post("/login", data=data, headers=OURS)


def _token(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
    assert found is not None
    return found[1]
