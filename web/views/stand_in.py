"""代理: act for somebody absent who appointed one, in one's own name; or appoint a colleague for oneself."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.appoint_stand_in import appoint_stand_in
from bihuan.domain.errors import InvalidAnswers
from bihuan.locality.deployments import national_calendar
from bihuan.queries.people import principals_of
from web.access import ACTING_FOR
from web.house import deed, me, reading

pages = Blueprint("stand_in", __name__)


@pages.get("/stand-in")
def show() -> Response:
    """For whom one may act now, and the form to appoint a colleague."""
    return _page({}, {})


@pages.post("/stand-in")
def act() -> AnyResponse:
    """Begin to act for somebody, or end it. Whether one may is asked again at every request."""
    wanted = request.form.get("for", "")
    if not wanted:
        session.pop(ACTING_FOR, None)
        flash("已结束代理，现以本人身份办理。")
        return redirect(url_for("inbox.mine"), code=303)
    try:
        session[ACTING_FOR] = str(UUID(wanted))
    except ValueError as exc:
        raise BadRequest from exc
    return redirect(url_for("inbox.mine"), code=303)


@pages.post("/stand-in/appoint")
def appoint() -> Response | AnyResponse:
    """Let a colleague act for oneself up to and including a day."""
    try:
        until = date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        return make_response(_page(request.form, {"until": "请填写截止日期。"}), 422)
    ends = national_calendar().on(until).due_at
    try:
        with deed() as work:
            appoint_stand_in(
                work, request.form.get("login", "").strip(), stands_for=current_user.login, until=ends,
                reason=request.form.get("reason", ""),
            )  # fmt: skip
    except InvalidAnswers as fault:
        return make_response(_page(request.form, fault.errors), 422)
    flash("已委托代理，到期自动终止。")
    return redirect(url_for("stand_in.show"), code=303)


def _page(posted: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    with reading() as (reader, _):
        principals = principals_of(reader, me().account_id)
    return make_response(render_template("stand_in.html", principals=principals, posted=posted, errors=errors))
