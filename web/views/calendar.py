"""日历: the locality's year, and declaring a day off, worked or half worked, with reason and source."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.declare_days import declare_days
from bihuan.domain import access
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import InvalidAnswers
from bihuan.locality.holiday_notice import KINDS, Declaration
from bihuan.queries.calendar_page import calendar_page, limits_across
from web.house import deed, me, reading

pages = Blueprint("calendar", __name__)


@pages.get("/calendar")
def show() -> Response:
    """A year, this one unless another is asked for."""
    return _page({}, {})


@pages.post("/calendar")
def declare() -> Response | AnyResponse:
    """Put a day in force for all that is counted from now on; asked for a preview, only say what that would mean."""
    access.require_administrator(me(), me().locality)
    given = {name: request.form.get(name, "")[:500] for name in ("day", "kind", "reason", "source")}
    try:
        day = date.fromisoformat(given["day"])
    except ValueError:
        return make_response(_page(given, {"day": "请填写日期。"}), 422)
    if request.form.get("deed") == "preview":
        return _page(given, {}, day)
    try:
        with deed() as work:
            declared = {day: Declaration(given["kind"], given["reason"])}
            declare_days(work, me().locality, declared, source=given["source"])
    except InvalidAnswers as fault:
        return make_response(_page(given, fault.errors), 422)
    flash(
        f"{day}已登记为“{KINDS[given['kind']]}”，此后起算的时限按此计算；正在计时的时限由命令 calendar recount 重算。"
    )
    return redirect(url_for("calendar.show", year=day.year), code=303)


def _page(given: Mapping[str, str], errors: Mapping[str, str], day: date | None = None) -> Response:
    """The year, and what declaring the day would mean, if one is said."""
    with reading() as (reader, _):
        this_year = reader.now.astimezone(BEIJING).year
        found = calendar_page(reader, me(), request.args.get("year", default=this_year, type=int))
        across = limits_across(reader, me(), day) if day else None
    html = render_template("calendar.html", page=found, kinds=KINDS, given=given, errors=errors, day=day, across=across)
    return make_response(html)
