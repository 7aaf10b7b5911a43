"""A page takes one connection for who is logged in and one for what it shows, however many parts it has."""

import pytest

from bihuan.bootstrap import App
from tests.people import Town
from tests.web.conftest import Enter


def test_a_page_is_read_in_one_go(town: Town, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    others, opened = [town.request() for _ in range(3)], town.request()
    client = enter(town.officer("platform"))
    task = town.open_tasks(opened.case_id)["dispatch"]["id"]
    taken, read = list[str](), App.read
    monkeypatch.setattr(App, "read", lambda app: (taken.append("read"), read(app))[1])
    for address in (
        f"/tasks/{task}", f"/cases/{opened.case_no}", f"/cases/{opened.case_no}/attachments",
    ):  # fmt: skip
        taken.clear()
        assert client.get(address).status_code == 200
        assert len(taken) == 2, address
    taken.clear()
    tasks = [town.open_tasks(one.case_id)["dispatch"]["id"] for one in others]
    taken.clear()
    assert client.post("/inbox/watch", data={"task": tasks}).status_code == 303
    assert len(taken) == 3, "who asks, the lines that were ticked, their cases"


def test_a_visitors_page_is_called_by_its_locality(town: Town, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    client = enter(None)
    taken, read = list[str](), App.read
    monkeypatch.setattr(App, "read", lambda app: (taken.append("read"), read(app))[1])
    assert "<span>淄博市</span>" in client.get("/portal/zibo/").get_data(as_text=True)
    assert len(taken) == 1
