"""开办事项: what an officer's desk may open beside requests, and the form it is opened with."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.open_procedure import open_procedure
from bihuan.domain.errors import InvalidAnswers
from bihuan.queries import procedures as query
from web.forms import Filled, answers_in, opening_in, refilled
from web.house import deed, me, reading

pages = Blueprint("procedures", __name__)


@pages.get("/procedures")
def index() -> Response:
    """The procedures that this officer may open."""
    with reading() as (reader, _):
        found = query.openable(reader, me())
    return make_response(render_template("procedures.html", procedures=found))


@pages.get("/procedures/<process>")
def write(process: str) -> Response:
    """The form of one."""
    return _page(_opening(process), Filled())


@pages.post("/procedures/<process>")
def begin(process: str) -> Response | AnyResponse:
    """Open a case of it. A second click of the same form leads to the same case."""
    submission, found = opening_in(request.form), _opening(process)
    raw = answers_in(request.form, found.form)
    try:
        with deed() as work:
            opened = open_procedure(work, process, raw, submission_id=submission)
    except InvalidAnswers as fault:
        return make_response(_page(found, refilled(raw, submission, fault)), 422)
    flash(f"已开办，编号 {opened.case_no}。")
    return redirect(url_for("cases.show", case_no=opened.case_no), code=303)


def _opening(process: str) -> query.OpeningPage:
    with reading() as (reader, _):
        return query.opening_page(reader, me(), process)


def _page(found: query.OpeningPage, filled: Filled) -> Response:
    return make_response(render_template("procedure.html", found=found, filled=filled))
