"""The pages on 淄博: a browser without a window for anybody, and the people who sit before it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bihuan.bootstrap import App
from bihuan.domain.access import Officer
from bihuan.queries.people import account
from bihuan.settings import Settings
from tests.people import Town
from web import create_app
from web.house import EXTENSION
from web.limits import limiter

Enter = Callable[[Officer | None], FlaskClient]


@pytest.fixture(scope="session")
def put_together(settings: Settings) -> Flask:
    """The web application as it comes. One for all tests: its routes and templates take most of a second to load."""
    return create_app(App(settings))


@pytest.fixture
def pages_as_served(put_together: Flask, town: Town) -> Iterator[Flask]:
    """The web application in front of the town, with its tokens and its limits."""
    as_it_comes = dict(put_together.config)
    put_together.extensions[EXTENSION] = town.app
    yield put_together
    put_together.config.clear()
    put_together.config.update(as_it_comes)


@pytest.fixture
def pages(pages_as_served: Flask) -> Iterator[Flask]:
    """The web application; tokens and limits have tests of their own."""
    pages_as_served.config["WTF_CSRF_ENABLED"] = False
    limiter.enabled = False
    yield pages_as_served
    limiter.enabled = True


@pytest.fixture
def enter(pages: Flask, town: Town) -> Enter:
    """A client logged in as this officer, or nobody's."""

    def client(officer: Officer | None) -> FlaskClient:
        found = pages.test_client()
        if officer is not None:
            with town.app.read() as reader:
                known = account(reader, officer.account_id)
            assert known is not None
            with found.session_transaction() as session:
                session["_user_id"] = f"{officer.account_id}.{known.session_version}"
                session["_fresh"] = True
                session["began"] = session["seen"] = int(datetime.now(UTC).timestamp())
        return found

    return client


def handed_in(client: FlaskClient, **changed: str) -> tuple[str, str]:
    """Hand a request in at the portal; its number and query code."""
    answers = {
        "submission_id": str(uuid4()), "f-subject": "开办餐饮店迟迟未办结", "f-category": "market_order",
        "f-body": "我公司申请食品经营许可已满一个月，窗口称仍在流转，请协调。", "contact-name": "张晓明",
        "contact-phone": "13812345678", "contact-organisation": "淄川鲁味餐饮有限公司", **changed,
    }  # fmt: skip
    page = client.post("/portal/zibo/request", data=answers, follow_redirects=True).get_data(as_text=True)
    number, code = re.search(r'id="case-no">(\w+)', page), re.search(r'id="query-code">([\w ]+)', page)
    assert number is not None, page
    assert code is not None, page
    return number[1], code[1]
