"""大字版, and whose name and which signs stand on the pages."""

import re
from pathlib import Path

import pytest
from flask import Flask

from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine
from tests.people import Town, files_of
from tests.web.conftest import Enter

WEB = Path(__file__).parents[2] / "web"


def test_larger_type_stays_until_it_is_taken_back(pages: Flask, town: Town) -> None:
    client = pages.test_client()
    answer = client.post("/display", data={"type": "large", "next": "/portal/zibo/"})
    assert answer.location == "/portal/zibo/"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert 'class="large-type"' in client.get("/portal/zibo/").get_data(as_text=True)
    assert "常规字号" in client.get("/login").get_data(as_text=True)
    client.post("/display", data={"type": "usual", "next": "/"})
    assert "large-type" not in client.get("/portal/zibo/").get_data(as_text=True)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_choosing_type_leads_nowhere_else(pages: Flask, elsewhere: str) -> None:
    assert pages.test_client().post("/display", data={"type": "large", "next": elsewhere}).location == "/"


def test_a_page_bears_the_name_of_its_own_locality(pages: Flask, enter: Enter, town: Town) -> None:
    with town.app.begin(Machine("test")) as work:
        deploy(work, files_of("kaihua"), note="")
    visitor = pages.test_client()
    page = visitor.get("/portal/kaihua/").get_data(as_text=True)
    assert "· 开化县 · 闭环</title>" in page
    assert "接诉即办" not in page
    page = enter(town.officer("commerce")).get("/inbox").get_data(as_text=True)
    assert "<title>我的待办 · 淄博市 · 闭环</title>" in page
    assert "<title>首页 · 闭环</title>" in visitor.get("/").get_data(as_text=True)
    assert visitor.get("/portal/atlantis/").status_code == 404


def test_every_sign_that_a_page_shows_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (WEB / "static/icons.svg").read_text("utf-8")))
    texts = [page.read_text("utf-8") for page in (WEB / "templates").glob("*.html")]
    shown = {name for text in texts for name in re.findall(r"icon\('(\w+)'\)", text)}
    shown |= {name for text in texts for name in re.findall(r"section\('[\w.]+', '(\w+)'", text)}
    assert len(shown) > 15
    assert shown <= drawn
