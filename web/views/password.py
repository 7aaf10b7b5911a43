"""修改密码: one's own; and first of all for whoever came in with a password that an administrator gave."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.change_own_password import change_own_password
from bihuan.domain.errors import InvalidAnswers
from bihuan.queries import people
from web import sessions
from web.access import SignedIn
from web.house import deed, me, reading
from web.limits import BY_NAME, account_asking, failed, limiter

pages = Blueprint("password", __name__)


@pages.get("/password")
def show() -> Response:
    """The form."""
    return _page({})


@pages.post("/password")
@limiter.limit(BY_NAME, key_func=account_asking, deduct_when=failed)
def change() -> Response | AnyResponse:
    """Set it. All other sessions of the account end; this one goes on."""
    old, new, again = (request.form.get(name, "") for name in ("old", "password", "again"))
    try:
        if new != again:
            raise InvalidAnswers({"again": "两次输入的新密码不一致。"})
        with deed() as work:
            change_own_password(work, old, new)
    except InvalidAnswers as fault:
        return make_response(_page(fault.errors), 422)
    with reading() as (reader, _):
        account = people.account(reader, me().account_id)
    if account is not None:
        login_user(SignedIn(account))
        sessions.begin()
    flash("密码已修改，其他设备上的登录已退出。")
    return redirect(url_for("inbox.mine"), code=303)


def _page(errors: Mapping[str, str]) -> Response:
    page = render_template("password.html", errors=errors, must=current_user.must_change)
    return make_response(page)
