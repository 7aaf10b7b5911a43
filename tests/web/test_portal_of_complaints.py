"""许昌's portal: what only staff can answer is asked at a window alone; a locality says what a request is called."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from bihuan.commands.accounts import create_account
from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine, Officer
from bihuan.queries.people import account
from bihuan.store import tables
from bihuan.store.statement import compiled
from tests.people import PASSWORD, Town, files_of
from tests.web.conftest import Enter
from tests.web.test_filling import REQUEST, go_through, submission, text

CHANNELS = compiled(
    sa.select(tables.press.c.control["intake_channel"].astext.label("channel"))
    .join(tables.case_file, tables.case_file.c.id == tables.press.c.case_id)
    .where(tables.press.c.form == "request", tables.case_file.c.locality == "xuchang")
    .order_by(tables.press.c.id)
)
FIELD = 'name="f-intake_channel"'
COMPLAINT = {
    "f-subject": "食品经营许可迟迟未办结", "f-body": "我公司申请食品经营许可已满一个月，窗口称仍在流转。",
    "f-category": "approval", "f-complained_of": "市政务服务大厅窗口", "contact-name": "张晓明",
    "contact-phone": "13812345678",
}  # fmt: skip


@pytest.fixture
def clerk(town: Town) -> Officer:
    """An officer of 许昌's platform, which fills in for those who call."""
    with town.app.begin(Machine("test")) as work:
        deploy(work, dict(files_of("xuchang")), note="")
    with town.app.begin(Machine("test")) as work:
        made = create_account(work, "xuchang", "clerk", "文静", PASSWORD, [("platform", "officer")])
    with town.app.read() as reader:
        found = account(reader, made)
    assert found is not None
    return found.officer


def channels(town: Town) -> list[str]:
    with town.app.read() as reader:
        return [row["channel"] for row in reader.all(CHANNELS)]


@pytest.mark.usefixtures("clerk")
def test_a_company_is_not_asked_by_which_channel_it_came(town: Town, enter: Enter) -> None:
    """It came by the platform, and counts as such; who sends another channel sends it in vain."""
    client, root = enter(None), "/portal/xuchang/request"
    key = submission(text(client, root))
    hostile = {**COMPLAINT, "f-intake_channel": "hotline", "submission_id": key, "go": "next"}
    client.post(f"{root}/what", data=hostile)
    assert FIELD not in pages_of_steps(client, root)
    assert client.post(root, data=hostile).location == "/portal/xuchang/confirmation"
    assert channels(town) == ["qr_platform"]


def test_a_window_is_asked_and_must_say_it(town: Town, enter: Enter, clerk: Officer) -> None:
    client, root = enter(clerk), "/window/request"
    sent = {**COMPLAINT, "submission_id": submission(text(client, root)), "go": "next"}
    client.post(f"{root}/what", data=sent)
    assert FIELD in pages_of_steps(client, root)
    assert client.post(root, data=sent).location == f"{root}/check"
    assert channels(town) == []
    assert client.post(root, data={**sent, "f-intake_channel": "hotline"}).location == "/window/confirmation"
    assert channels(town) == ["hotline"]


def pages_of_steps(client: FlaskClient, root: str) -> str:
    """The steps that ask the form, as far as it has them."""
    return "".join(client.get(f"{root}/{step}").get_data(as_text=True) for step in ("what", "about"))


def test_a_locality_calls_a_request_by_its_own_word(town: Town, enter: Enter) -> None:
    """Where complaints are heard the portal says 投诉 throughout, but for what the locality's own texts say."""
    files = dict(files_of("zibo"))
    word = '[portal]\ncalled = "投诉"\n\n[portal.steps]'.encode()
    files["zibo/locality.toml"] = files["zibo/locality.toml"].replace(b"[portal.steps]", word)
    with town.app.begin(Machine("test")) as work:
        deploy(work, files, note="")
    client = enter(None)
    pages = text(client, "/portal/zibo/") + text(client, "/portal/zibo/progress") + text(client, REQUEST)
    key = go_through(client)
    pages += text(client, f"{REQUEST}/check")
    client.post(REQUEST, data={"submission_id": key})
    pages += text(client, "/portal/zibo/confirmation") + text(client, "/portal/zibo/progress/case")
    for words in (
        "提交投诉",
        "每件投诉都有编号",
        "提交投诉时给出",
        "说明投诉",
        "已收到您的投诉",
        "您提交的投诉",
        "投诉内容",
    ):
        assert words in pages, words
    for words in ("提交诉求", "每件诉求都有编号", "说明诉求", "您的诉求</h1>"):
        assert words not in pages, words
