"""登记通话: a note of a telephone call about a case, written on the case's page."""

from datetime import datetime

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.record_call import record_call
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import InvalidAnswers
from bihuan.queries.case_page import case_header, case_page
from web.forms import submission_in
from web.house import deed, me, reading
from web.uploads import attached

pages = Blueprint("calls", __name__)


@pages.post("/cases/<case_no>/calls")
def record(case_no: str) -> Response | AnyResponse:
    """Keep the note. What cannot be taken comes back with what was typed."""
    submission, given = submission_in(request.form), request.form
    with reading() as (reader, vault):
        header = case_header(reader, vault, me(), case_no)
    try:
        with deed() as work:
            record_call(
                work, header.id, other=given.get("other", ""), direction=given.get("direction", ""),
                reached=given.get("reached") == "true", called_at=_moment(given.get("called_at", "")),
                summary=given.get("summary", ""), submission_id=submission,
            )  # fmt: skip
    except InvalidAnswers as fault:
        with reading() as (reader, vault):
            page = case_page(reader, vault, me(), case_no)
            files = attached(reader, vault, page.header.id)
        html = render_template("case.html", page=page, call_given=given, call_errors=fault.errors, **files)
        return make_response(html, 422)
    flash("通话已登记。")
    return redirect(url_for("cases.show", case_no=case_no, strand="calls", _anchor="history"), code=303)


def _moment(text: str) -> datetime | None:
    """A time as a browser writes it, 2026-11-22T15:30, in Beijing."""
    try:
        return datetime.fromisoformat(text[:16]).replace(tzinfo=BEIJING)
    except ValueError:
        return None
