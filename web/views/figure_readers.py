"""数据查看授权: who of other localities sees this one's headline figures, as its administrators decide."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.show_figures import show_figures, take_figures_back
from bihuan.domain.errors import InvalidAnswers
from bihuan.queries.figure_readers import figure_readers
from web.forms import Filled, submission_in
from web.house import deed, me, reading

pages = Blueprint("figure_readers", __name__)


@pages.get("/administration/figures")
def index() -> Response:
    """All of them, and the form for one more."""
    return _page({})


@pages.post("/administration/figures")
def show_to() -> Response | AnyResponse:
    """Show the figures to one more."""
    submission, given = submission_in(request.form), request.form
    try:
        with deed() as work:
            show_figures(
                work, me().locality, given.get("login", "")[:64], reason=given.get("reason", ""),
                submission_id=submission,
            )  # fmt: skip
    except InvalidAnswers as fault:
        return make_response(_page(fault.errors), 422)
    flash("已授权，对方现在起可以在“运行总览—辖区对比”中查看。")
    return redirect(url_for("people.figure_readers.index"), code=303)


@pages.post("/administration/figures/<uuid:account_id>")
def take_back(account_id: UUID) -> Response | AnyResponse:
    """Show them to somebody no longer."""
    submission = submission_in(request.form)
    try:
        with deed() as work:
            take_figures_back(
                work, me().locality, account_id, reason=request.form.get("reason", ""), submission_id=submission
            )
    except InvalidAnswers as fault:
        return make_response(_page(fault.errors, wrong=account_id), 422)
    flash("已取消授权，即时生效。")
    return redirect(url_for("people.figure_readers.index"), code=303)


def _page(errors: Mapping[str, str], *, wrong: UUID | None = None) -> Response:
    with reading() as (reader, _):
        found = figure_readers(reader, me())
    html = render_template(
        "figure_readers.html", readers=found, errors=errors, wrong=wrong, posted=request.form, filled=Filled
    )
    return make_response(html)
