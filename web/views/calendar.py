"""日历: the locality's year, declaring a day off, worked or half worked, and handing in a year's notice."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.ask_recount import try_recount
from bihuan.commands.declare_days import declare_days
from bihuan.domain import access
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import BadInput, InvalidAnswers
from bihuan.locality.holiday_notice import KINDS, LARGEST_FILE, Declaration
from bihuan.queries.calendar_page import calendar_page, declaring, notice_in_force
from bihuan.queries.recount_page import standing
from web.house import deed, me, reading
from web.made_files import handed_out

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
    flash(f"{day}已登记为“{KINDS[given['kind']]}”，此后起算的时限按此计算；正在计时的时限在“重算时限”中试算、重算。")
    return redirect(url_for("calendar.show", year=day.year), code=303)


@pages.post("/calendar/notice")
def take_in() -> Response | AnyResponse:
    """Read the file of a year's notice, and try what it would move; it is not in force before somebody confirms."""
    access.require_administrator(me(), me().locality)
    sent = request.files.get("notice")
    if sent is None or not sent.filename:
        fault = BadInput("", "", "没有选择文件", "选择放假通知的 .toml 文件")
        return make_response(_page({}, {}, fault=fault), 422)
    name = "".join(one for one in sent.filename if one.isprintable())[-80:]
    try:
        with deed() as work:
            try_recount(work, me().locality, (name, sent.stream.read(LARGEST_FILE + 1)))
    except BadInput as wrong:
        return make_response(_page({}, {}, fault=wrong), 422)
    return redirect(url_for("recounts.trial"), code=303)


@pages.get("/calendar/notice-<int:year>.toml")
def example(year: int) -> Response:
    """A year as it is in force, written as a notice's file is: an example to be changed."""
    with reading() as (reader, _):
        text = notice_in_force(reader, me(), year)
    return handed_out(text.encode(), f"notice-{year}.toml")


def _page(
    given: Mapping[str, str], errors: Mapping[str, str], day: date | None = None, fault: BadInput | None = None
) -> Response:
    """The year; what declaring the day would mean, if one is said; what is wrong with a notice's file."""
    with reading() as (reader, _):
        this_year = reader.now.astimezone(BEIJING).year
        found = calendar_page(reader, me(), request.args.get("year", default=this_year, type=int))
        foreseen = declaring(reader, me(), day, given["kind"]) if day else None
        recounts = standing(reader, me())
    html = render_template(
        "calendar.html", page=found, kinds=KINDS, given=given, errors=errors, day=day, foreseen=foreseen, broken=fault,
        recounts=recounts,
    )  # fmt: skip
    return make_response(html)
