"""试算、重算: what a notice or the calendar in force would move of running limits, and having it moved."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.ask_recount import apply_trial, retry_recount, try_recount
from bihuan.domain import access
from bihuan.domain.errors import InvalidAnswers
from bihuan.queries.recount_page import recount_page
from web import kept
from web.forms import Filled, submission_in
from web.house import deed, me, reading
from web.pages import page_asked

pages = Blueprint("recounts", __name__)


@pages.get("/calendar/trial")
def trial() -> AnyResponse:
    """What was tried last."""
    return _page(trial=True)


@pages.post("/calendar/trial")
def try_again() -> AnyResponse:
    """Try what the calendar in force would move."""
    with deed() as work:
        try_recount(work, me().locality)
    return redirect(url_for("recounts.trial"), code=303)


@pages.get("/calendar/recount")
def counted() -> AnyResponse:
    """What is being counted again, or was last."""
    return _page(trial=False)


@pages.post("/calendar/recount")
def confirm() -> AnyResponse:
    """What was tried becomes true, with a reason."""
    access.require_administrator(me(), me().locality)
    submission, given = submission_in(request.form), request.form
    try:
        tried = UUID(given.get("trial", ""))
    except ValueError:
        return redirect(url_for("recounts.trial"), code=303)
    try:
        with deed() as work:
            apply_trial(work, me().locality, tried, reason=given.get("reason", ""), submission_id=submission)
    except InvalidAnswers as fault:
        return _page(trial=True, errors=fault.errors)
    return redirect(url_for("recounts.counted"), code=303)


@pages.post("/calendar/retry")
def retry() -> AnyResponse:
    """Go on with what was given up."""
    tried = request.form.get("which") == "trial"
    with deed() as work:
        retry_recount(work, me().locality, trial=tried)
    return redirect(url_for("recounts.trial" if tried else "recounts.counted"), code=303)


def _page(*, trial: bool, errors: Mapping[str, str] | None = None) -> AnyResponse:
    """The page; to one that looks whether it has come on, only how far."""
    with reading() as (reader, _):
        found = recount_page(reader, me(), trial=trial, page=page_asked())
    looks = bool(request.headers.get("HX-Request"))
    if found is None:
        return make_response(render_template("recount_none.html", what="试算" if trial else "重算"))
    if looks and not found.recount.waiting:
        return kept.come()
    html = render_template(
        "_recounting.html" if looks else "recount.html", page=found, recount=found.recount, errors=errors or {},
        filled=Filled, reason=request.form.get("reason", ""),
    )  # fmt: skip
    return make_response(html, 422 if errors else 200)
