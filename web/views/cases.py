"""工单: the case file, the list of cases, the complainant's identity with a reason, striking out."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.reveal_identity import reveal_identity
from bihuan.commands.strike_out import strike_out
from bihuan.domain.errors import InvalidAnswers, NotAllowed
from bihuan.queries import audit as query
from bihuan.queries.case_page import case_header, case_page
from web.forms import day_in
from web.house import deed, me, reading
from web.uploads import attached

pages = Blueprint("cases", __name__)
STATES: dict[query.State, str] = {"all": "全部", "open": "办理中", "ended": "已办结"}


@pages.get("/cases")
def index() -> Response:
    """The cases that an officer may read: all of the locality, or those in which the own units had a part."""
    sought = query.Sought(
        next((one for one in STATES if one == request.args.get("state")), "all"),
        request.args.get("no", "").strip().upper()[:60], request.args.get("process", "")[:64],
        request.args.get("unit", "")[:64], day_in(request.args, "day"),
    )  # fmt: skip
    with reading() as (reader, vault):
        found = query.cases(reader, vault, me(), sought, request.args.get("before", "")[:60])
    asked = {"no": sought.number, "process": sought.process, "unit": sought.unit, "day": sought.received_on}
    asked = {name: value for name, value in asked.items() if value}
    return make_response(render_template("cases.html", found=found, states=STATES, sought=sought, asked=asked))


@pages.get("/cases/<case_no>")
def show(case_no: str) -> Response:
    """The case file."""
    with reading() as (reader, vault):
        page = case_page(reader, vault, me(), case_no)
        files = attached(reader, vault, page.header.id)
    return make_response(render_template("case.html", page=page, **files))


@pages.post("/cases/<case_no>/identity")
def reveal(case_no: str) -> Response:
    """Who complained, for those who must answer, with a reason. Shown once, on a page that is not kept."""
    with reading() as (reader, vault):
        header = case_header(reader, vault, me(), case_no)
    try:
        with deed() as work:
            identity = reveal_identity(work, header.id, request.form.get("reason", ""))
    except InvalidAnswers as fault:
        return make_response(render_template("identity.html", header=header, identity=None, errors=fault.errors), 422)
    template = "_identity_revealed.html" if request.headers.get("HX-Request") else "identity.html"
    return make_response(render_template(template, header=header, identity=identity, errors={}))


@pages.get("/cases/<case_no>/strike-out")
def striking(case_no: str) -> Response:
    """The editor in which the platform strikes out what betrays the complainant (隐去)."""
    with reading() as (reader, vault):
        header = case_header(reader, vault, me(), case_no)
    if not header.may_strike_out:
        raise NotAllowed(f"Expected {me().ref} to be allowed to strike out in {case_no}, but it is not")
    return make_response(render_template("strike_out.html", header=header, posted={}, errors={}))


@pages.post("/cases/<case_no>/strike-out")
def strike(case_no: str) -> Response | AnyResponse:
    """Keep the text that units will read."""
    with reading() as (reader, vault):
        header = case_header(reader, vault, me(), case_no)
    try:
        with deed() as work:
            strike_out(
                work, header.id, subject=request.form.get("subject", ""),
                body=request.form.get("body", "").replace("\r\n", "\n"),
            )  # fmt: skip
    except InvalidAnswers as fault:
        page = render_template("strike_out.html", header=header, posted=request.form, errors=fault.errors)
        return make_response(page, 422)
    flash("已保存隐去后的文本，承办单位今后只看到这份文本。")
    return redirect(url_for("cases.show", case_no=case_no), code=303)
