"""What only staff can answer is asked at a window alone (窗口代填): the portal neither shows it nor takes it."""

import pytest
import sqlalchemy as sa

from bihuan.commands.accounts import create_account
from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine, Officer
from bihuan.queries.people import account
from bihuan.store import tables
from bihuan.store.statement import compiled
from tests.people import PASSWORD, Town, files_of
from tests.web.conftest import Enter
from tests.web.test_filling import submission, text

CHANNELS = compiled(
    sa.select(tables.press.c.control["intake_channel"].astext.label("channel"))
    .join(tables.case_file, tables.case_file.c.id == tables.press.c.case_id)
    .where(tables.press.c.form == "request", tables.case_file.c.locality == "xuchang")
    .order_by(tables.press.c.id)
)
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
    pages = text(client, root)
    key = submission(pages)
    hostile = {**COMPLAINT, "f-intake_channel": "hotline", "submission_id": key, "go": "next"}
    pages += text(client, str(client.post(f"{root}/what", data=hostile).location))
    client.post(f"{root}/about", data=hostile)
    client.post(f"{root}/contact", data=hostile)
    pages += text(client, f"{root}/check")
    assert client.post(root, data=hostile).status_code == 303
    assert "投诉渠道" not in pages
    assert channels(town) == ["qr_platform"]


def test_a_window_is_asked_and_must_say_it(town: Town, enter: Enter, clerk: Officer) -> None:
    client, root = enter(clerk), "/window/request"
    sent = {**COMPLAINT, "submission_id": submission(text(client, root)), "go": "next"}
    assert client.post(f"{root}/what", data=sent).status_code == 303
    assert "投诉渠道" in text(client, f"{root}/about")
    refused = client.post(f"{root}/about", data=sent, follow_redirects=True).get_data(as_text=True)
    assert "请选择“投诉渠道”。" in refused
    assert client.post(root, data={**sent, "f-intake_channel": "hotline"}).status_code == 303
    assert channels(town) == ["hotline"]
