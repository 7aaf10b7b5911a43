"""What a form asks only after some answers, in a browser without script: nothing is lost, nothing is forgotten."""

from uuid import uuid4

import orjson
import pytest
from flask.testing import FlaskClient

from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine
from tests.people import Town, files_of
from tests.web.conftest import Enter

Posted = dict[str, str]


@pytest.fixture
def task(town: Town) -> str:
    """审核并回访, where who finds a fault must say which, and may say since when."""
    files = dict(files_of("zibo"))
    form = orjson.loads(files["zibo/forms/verify.form"])
    hide = {"hide": '=sound != "false"'}
    form["components"] += [
        {"type": "textarea", "key": "flaw", "label": "问题所在", "conditional": hide, "validate": {"required": True}},
        {"type": "textfield", "key": "since_when", "label": "何时起", "conditional": hide},
    ]
    files["zibo/forms/verify.form"] = orjson.dumps(form)
    with town.app.begin(Machine("test")) as work:
        deploy(work, files, note="")
    case = town.request().case_id
    town.do(case, "dispatch", handling_unit="commerce")
    town.do(case, "first_reply", progress="正在核实有关情况。")
    town.do(case, "resolve", outcome="resolved", reply_to_company="已办结。请查收。", report_to_platform="已办结报告。")
    return f"/tasks/{town.open_tasks(case)['verify']['id']}"


def send(client: FlaskClient, task: str, **answers: str | list[str]) -> tuple[int, str]:
    given = {
        "f-follow_up_method": "phone",
        "f-follow_up_record": "已电话回访，表示满意。",
        "submission_id": str(uuid4()),
    }
    answer = client.post(task, data={**given, **answers})
    return answer.status_code, answer.get_data(as_text=True)


def test_a_page_hides_at_first_what_is_asked_later(town: Town, enter: Enter, task: str) -> None:
    page = enter(town.officer("platform")).get(task).get_data(as_text=True)
    assert page.count('<fieldset class="conditional"') == 2
    assert page.count(" hidden disabled>") == 2
    assert "&#34;sound&#34;" in page


def test_who_finds_nothing_is_asked_nothing(town: Town, enter: Enter, task: str) -> None:
    assert send(enter(town.officer("platform")), task, **{"f-sound": "true"})[0] == 303


def test_without_script_the_server_asks_what_the_answers_call_for(town: Town, enter: Enter, task: str) -> None:
    client = enter(town.officer("platform"))
    status, page = send(client, task, **{"f-sound": "false"})
    assert status == 422
    assert "还有“问题所在”一项" in page
    assert "还有“何时起”一项" in page
    assert " hidden disabled>" not in page
    assert "已电话回访，表示满意。" in page
    seen: dict[str, str | list[str]] = {"asked": ["flaw", "since_when"], "f-sound": "false", "f-since_when": ""}
    status, page = send(client, task, **seen, **{"f-flaw": ""})
    assert status == 422
    assert "请填写“问题所在”" in page
    assert send(client, task, **seen, **{"f-flaw": "答复没有依据。"})[0] == 303


def test_nothing_is_done_before_what_need_not_be_answered_was_asked_too(town: Town, enter: Enter, task: str) -> None:
    client = enter(town.officer("platform"))
    asked: dict[str, str | list[str]] = {"asked": ["flaw"], "f-sound": "false", "f-flaw": "答复没有依据。"}
    status, page = send(client, task, **asked)
    assert status == 422
    assert "还有“何时起”一项" in page
    assert client.get(task).status_code == 200, "the task is no longer open"


def test_what_was_sent_for_a_hidden_field_is_not_kept(town: Town, enter: Enter, task: str) -> None:
    assert send(enter(town.officer("platform")), task, **{"f-sound": "true", "f-flaw": "改主意之前写的"})[0] == 303
