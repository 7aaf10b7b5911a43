"""代理: act for somebody absent who appointed one, in one's own name; appoint a colleague for oneself, or revoke it."""

from collections.abc import Mapping
from datetime import datetime, time
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.appoint_stand_in import appoint_stand_in
from bihuan.commands.revoke_stand_in import revoke_stand_in
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import InvalidAnswers
from bihuan.queries.colleagues import colleagues
from bihuan.queries.stand_ins import stand_ins
from web.access import ACTING_FOR
from web.forms import day_in, end_of_day_in, submission_in
from web.house import deed, me, reading
from web.wording import second_thoughts

pages = Blueprint("stand_in", __name__)
STATES = {"coming": "尚未开始", "running": "代理中", "revoked": "已撤销", "over": "已到期"}


@pages.get("/stand-in")
def show() -> Response:
    """For whom one may act, who may act for oneself, and the form to appoint a colleague."""
    return _page({}, {})


@pages.post("/stand-in")
def act() -> AnyResponse:
    """Begin to act for somebody, or end it. Whether one may is asked again at every request."""
    wanted = request.form.get("for", "")
    if not wanted:
        session.pop(ACTING_FOR, None)
        flash("已结束代理，现以本人身份办理。")
        return redirect(url_for("inbox.mine"), code=303)
    session[ACTING_FOR] = str(_id(wanted))
    return redirect(url_for("inbox.mine"), code=303)


@pages.post("/stand-in/appoint")
def appoint() -> Response | AnyResponse:
    """Let a colleague act for oneself from one day up to and including another. The same form again changes nothing."""
    submission = submission_in(request.form)
    try:
        since, until = _days(request.form)
        with deed() as work:
            appointed = appoint_stand_in(
                work, request.form.get("login", "").strip(), stands_for=current_user.login, since=since, until=until,
                reason=request.form.get("reason", ""), submission_id=submission,
            )  # fmt: skip
    except InvalidAnswers as fault:
        return make_response(_page(request.form, fault.errors), 422)
    flash("已委托代理，到期自动终止，也可以随时撤销。" + second_thoughts(appointed))
    return redirect(url_for("stand_in.show"), code=303)


@pages.post("/stand-in/revoke")
def revoke() -> AnyResponse:
    """End an appointment before its time."""
    with deed() as work:
        revoke_stand_in(work, _id(request.form.get("id", "")))
    flash("已撤销代理，即时生效。")
    return redirect(url_for("stand_in.show"), code=303)


def _page(posted: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    with reading() as (reader, _):
        found = stand_ins(reader, me().account_id)
        others = () if me().acting_for else colleagues(reader, me())
        today = reader.now.astimezone(BEIJING).date()
    page = render_template(
        "stand_in.html", found=found, colleagues=others, states=STATES, posted=posted, errors=errors, today=today,
        submission_id=posted.get("submission_id") or uuid4(),
    )  # fmt: skip
    return make_response(page)


def _days(posted: Mapping[str, str]) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last. Raises InvalidAnswers when they are no days."""
    since, until = day_in(posted, "since"), end_of_day_in(posted, "until")
    if since is None or until is None:
        asked = {"since": (since, "请填写开始日期。"), "until": (until, "请填写截止日期。")}
        raise InvalidAnswers({name: words for name, (given, words) in asked.items() if given is None})
    return datetime.combine(since, time(), BEIJING), until


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as exc:
        raise BadRequest from exc
