"""Log-in and log-out of officers (登录、退出)."""

from flask import Blueprint, Response, make_response, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.log_out import log_out
from bihuan.queries import people
from web import sessions
from web.access import SignedIn, log_in_page, public
from web.addresses import page_of_ours
from web.house import deed, reading
from web.limits import BY_ADDRESS, BY_NAME, failed, limiter, name_tried
from web.views.drafts import resume

pages = Blueprint("session", __name__)
WRONG = "登录名或密码不正确，请核对后重新输入。"


@pages.get("/login")
@public
def log_in() -> Response | AnyResponse:
    """The log-in page; whoever is in goes on."""
    if current_user.is_authenticated:
        return redirect(_wanted(), code=303)
    return _page()


@pages.post("/login")
@public
@limiter.limit(BY_ADDRESS, deduct_when=failed)
@limiter.limit(BY_NAME, key_func=name_tried, deduct_when=failed)
def enter() -> Response | AnyResponse:
    """Check login and password; a wrong pair does not say which of them is wrong."""
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    with reading() as (reader, _):
        account = people.log_in(reader, login, password)
    if account is None:
        return make_response(_page(login, WRONG), 422)
    session.clear()  # nothing of a visitor's session lives on in an officer's
    sessions.begin()
    login_user(SignedIn(account))
    return resume(_wanted()) or redirect(_wanted(), code=303)


@pages.post("/logout")
def leave() -> AnyResponse:
    """End the session, also for whoever has a copy of its cookie."""
    if session_id := sessions.this():
        with deed() as work:
            log_out(work, session_id)
    logout_user()
    session.clear()
    return redirect(url_for("session.log_in"), code=303)


def _page(login: str = "", fault: str = "") -> AnyResponse:
    return log_in_page(request.values.get("next", ""), login=login, fault=fault)


def _wanted() -> str:
    """Where the person wanted to go, if that is a page of ours."""
    return page_of_ours(request.values.get("next", "")) or url_for("inbox.mine")
