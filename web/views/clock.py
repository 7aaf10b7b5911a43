"""演示时钟: in a demonstration any officer may let time pass and watch limits strike. Production has no such page."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.move_clock import move_clock
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import InvalidAnswers, NotFound
from web.house import deed, house, reading

pages = Blueprint("clock", __name__)
FARTHEST = timedelta(hours=24 * 400)


@pages.get("/demonstration")
def show() -> Response:
    """What time it is in the demonstration, and a form to move it on."""
    return _page()


@pages.post("/demonstration")
def move() -> Response | AnyResponse:
    """Let it be later, for every process."""
    _require_demonstration()
    wanted = request.form.get("to", "")
    try:
        to = datetime.fromisoformat(wanted).replace(tzinfo=BEIJING)
    except ValueError:
        return make_response(_page("请填写日期和时间，如 2026-11-30 12:00。"), 422)
    with deed() as work:
        if not work.now < to <= work.now + FARTHEST:
            raise InvalidAnswers({"to": "只能拨到当前演示时间之后，且不超过400天。"})
        move_clock(work, to, demonstration=house().settings.demonstration)
    flash("演示时钟已拨动，到期事项将在几秒内触发。")
    return redirect(url_for("clock.show"), code=303)


def _page(fault: str = "") -> Response:
    _require_demonstration()
    with reading() as (reader, _):
        now = reader.now
    return make_response(render_template("clock.html", now=now, fault=fault))


def _require_demonstration() -> None:
    if not house().settings.demonstration:
        raise NotFound("Expected a demonstration, but this is production")
