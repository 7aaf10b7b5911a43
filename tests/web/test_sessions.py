"""A log-in ends, its cookie goes nowhere else, and every answer says how a browser must treat it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bihuan.bootstrap import App
from bihuan.domain.clock import MovableClock
from tests.people import PASSWORD, Town
from web import create_app
from web.limits import limiter
from web.sessions import CLOCK, IDLE, LONGEST

STEP = timedelta(minutes=1)
OURS = {"Origin": "http://localhost"}


@pytest.fixture
def real_time(pages: Flask) -> MovableClock:
    """The clock that log-ins are timed by, in the test's hand."""
    clock = MovableClock(datetime.now(UTC))
    pages.config[CLOCK] = clock
    return clock


@pytest.fixture
def officer(pages: Flask, town: Town, real_time: MovableClock) -> FlaskClient:
    town.officer("commerce")
    client = pages.test_client()
    answer = client.post("/login", data={"login": "commerce_officer", "password": PASSWORD})
    assert answer.status_code == 303
    return client


def is_in(client: FlaskClient, **headers: str) -> bool:
    return client.get("/inbox", headers=headers).status_code == 200


def test_whoever_is_idle_is_out(officer: FlaskClient, real_time: MovableClock) -> None:
    real_time.move_to(real_time.now() + IDLE - STEP)
    assert is_in(officer)
    real_time.move_to(real_time.now() + IDLE + STEP)
    assert not is_in(officer)


def test_whoever_works_on_is_out_after_the_longest_time(officer: FlaskClient, real_time: MovableClock) -> None:
    ends = real_time.now() + LONGEST
    while real_time.now() + IDLE < ends:
        real_time.move_to(real_time.now() + IDLE - STEP)
        assert is_in(officer)
    real_time.move_to(ends + STEP)
    assert not is_in(officer)


def test_a_copy_of_a_cookie_ends_with_the_log_out(pages: Flask, officer: FlaskClient) -> None:
    """Somebody took it from the machine or the line; the same officer's other log-in goes on."""
    cookie, elsewhere, copied = officer.get_cookie("bihuan"), pages.test_client(), pages.test_client()
    assert cookie is not None
    copied.set_cookie("bihuan", cookie.value)
    elsewhere.post("/login", data={"login": "commerce_officer", "password": PASSWORD})
    assert is_in(copied)
    assert officer.post("/logout").status_code == 303
    assert not is_in(copied)
    assert not is_in(officer)
    assert is_in(elsewhere)
    assert elsewhere.post("/logout").status_code == 303
    assert not is_in(copied), "the log-out before holds"


def test_a_page_that_refreshes_itself_keeps_nobody_in(officer: FlaskClient, real_time: MovableClock) -> None:
    for _ in range(3):
        real_time.move_to(real_time.now() + IDLE / 2 - STEP)
        seen = is_in(officer, **{"HX-Request": "true"})
    assert seen is False


SAID = "窗口补正材料后即可发证，企业表示认可。"


def test_what_an_officer_was_writing_outlives_the_log_in(
    pages: Flask, officer: FlaskClient, town: Town, real_time: MovableClock
) -> None:
    """A note of a call, an order, a text to be struck out: held by the page, and sent again after the log-in."""
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    address = f"/cases/{opened.case_no}/calls"
    call = {"submission_id": str(uuid4()), "other": "complainant", "direction": "out", "reached": "true",
            "called_at": "2026-09-29T15:00", "summary": SAID}  # fmt: skip
    real_time.move_to(real_time.now() + IDLE + STEP)
    answer = officer.post(address, data=call, headers=OURS)
    assert answer.status_code == 401
    held = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.get_data(as_text=True)))
    assert {name: held[name] for name in call} == call
    assert SAID not in officer.post(address, data=call, headers={"Origin": "http://else.where"}).get_data(as_text=True)
    officer.post("/login", data={"login": "commerce_officer", "password": PASSWORD})
    pages.config["WTF_CSRF_ENABLED"] = True  # the page's token was of no log-in: once more, then it holds
    again = officer.post(address, data=held, headers=OURS)
    assert again.status_code == 400
    assert "已重新登录。刚才的内容还没有提交" in again.get_data(as_text=True), "nobody stayed too long"
    held = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', again.get_data(as_text=True)))
    assert officer.post(address, data=held, headers=OURS).status_code == 303
    assert SAID in officer.get(f"/cases/{opened.case_no}?strand=calls").get_data(as_text=True)


def test_a_password_is_never_held(officer: FlaskClient, real_time: MovableClock) -> None:
    real_time.move_to(real_time.now() + IDLE + STEP)
    page = officer.post("/password", data={"old": PASSWORD, "password": "x", "again": "x"}, headers=OURS)
    assert PASSWORD not in page.get_data(as_text=True)


def test_the_clock_of_a_demonstration_ends_no_log_in(officer: FlaskClient, town: Town) -> None:
    town.clock.move_to(town.clock.now() + 3 * LONGEST)
    assert is_in(officer)


def test_a_session_that_never_began_is_none(pages: Flask, town: Town, officer: FlaskClient) -> None:
    for forged in ({}, {"began": "x", "seen": "y"}, {"began": 10**30, "seen": 10**30}, {"began": None, "seen": None}):
        with officer.session_transaction() as session:
            for name in ("began", "seen"):
                session.pop(name, None)
            session.update(forged)
        assert not is_in(officer), forged


def test_the_cookie_is_for_this_site_and_no_script(pages: Flask, town: Town) -> None:
    town.officer("commerce")
    answer = pages.test_client().post("/login", data={"login": "commerce_officer", "password": PASSWORD})
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("bihuan=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


def test_behind_https_the_cookie_is_bound_to_the_host_and_the_way(app: App) -> None:
    secure = App(replace(app.settings, base_url="https://example.gov.cn"), clock=app.clock)
    with secure as house:
        pages = create_app(house)
        limiter.enabled = False
        answer = pages.test_client().get("/login", base_url="https://example.gov.cn")
        limiter.enabled = True
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-bihuan=")
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert answer.headers["Strict-Transport-Security"]


def test_every_answer_is_strict(pages: Flask, officer: FlaskClient) -> None:
    for path in ("/", "/login", "/inbox", "/nothing/there", "/assets/bihuan.css", "/portal/zibo/request"):
        headers = officer.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, path
        assert "unsafe" not in policy, path
        assert {"frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'", "form-action 'self'"} <= set(
            policy.split("; ")
        ), path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        kept = headers["Cache-Control"]
        assert kept == "no-store" or path.startswith("/assets/"), (path, kept)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "//[",
        "",
    ],
)
def test_a_log_in_leads_to_a_page_of_ours(pages: Flask, town: Town, elsewhere: str) -> None:
    town.officer("commerce")
    data = {"login": "commerce_officer", "password": PASSWORD, "next": elsewhere}
    assert pages.test_client().post("/login", data=data).location == "/inbox"


def test_logging_in_leaves_nothing_of_the_session_before(pages: Flask, town: Town) -> None:
    town.officer("commerce")
    client = pages.test_client()
    with client.session_transaction() as session:
        session["follows"] = "planted"
    client.post("/login", data={"login": "commerce_officer", "password": PASSWORD})
    with client.session_transaction() as session:
        assert "follows" not in session
