"""通知文本: what notices say; an administrator changes one, checked and in force for new cases."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.change_notice_text import change_notice_text
from bihuan.domain.errors import InvalidAnswers
from bihuan.locality.notices import faults_of
from bihuan.queries.administrative_log import log_of
from bihuan.queries.administrative_words import Text
from bihuan.queries.notice_texts import notice_text_page, notice_texts, preview
from web.forms import Filled, submission_in
from web.house import deed, me, reading

pages = Blueprint("notice_texts", __name__)


@pages.get("/administration/notices")
def index() -> Response:
    """All that the diagrams in force send."""
    with reading() as (reader, _):
        found = notice_texts(reader, me())
    return make_response(render_template("notice_texts.html", texts=found))


@pages.get("/administration/notices/<notice>")
def show(notice: str) -> Response:
    """One text, as it is; or with one of old filled in, to be put back for a reason (恢复)."""
    return _page(notice, {}, restored=request.args.get("restore", default=0, type=int))


@pages.post("/administration/notices/<notice>")
def change(notice: str) -> Response | AnyResponse:
    """Put another text in force, or only look at it with sample words (预览)."""
    submission, given = submission_in(request.form), request.form
    if given.get("deed") == "preview":
        return _page(notice, faults_of(given.get("subject", ""), given.get("body", "")))
    try:
        with deed() as work:
            change_notice_text(
                work, me().locality, notice, subject=given.get("subject", ""), body=given.get("body", ""),
                reason=given.get("reason", ""), submission_id=submission,
            )  # fmt: skip
    except InvalidAnswers as fault:
        return make_response(_page(notice, fault.errors), 422)
    flash("通知文本已修改，新受理的工单即按此发送；在办工单仍用受理时的文本。")
    return redirect(url_for("notice_texts.show", notice=notice), code=303)


def _page(notice: str, errors: Mapping[str, str], restored: int = 0) -> Response:
    with reading() as (reader, _):
        page, entries = notice_text_page(reader, me(), notice), log_of(reader, me(), f"notice:{notice}")
    old = next((one.rewritten.before for one in entries if one.no == restored and one.rewritten), None)
    given = Text(page.text.notice.subject, page.text.notice.body) if old is None else old
    subject = request.form.get("subject", given.subject)
    body = request.form.get("body", given.body).replace("\r\n", "\n")
    html = render_template(
        "notice_text.html", page=page, log=entries, errors=errors, subject=subject, body=body,
        reason=request.form.get("reason", ""), sample=preview(page, subject, body), restored=restored if old else 0,
        filled=Filled,
    )  # fmt: skip
    return make_response(html)
