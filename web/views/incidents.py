"""异常: technical faults that an administrator retries or cancels, with a reason."""

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.jobs import cancel_incident, retry_incident
from bihuan.domain.errors import InvalidAnswers
from bihuan.queries.incidents import incidents
from web.house import deed, me, reading

pages = Blueprint("incidents", __name__)


@pages.get("/incidents")
def index() -> Response:
    """The locality's incidents, open ones first."""
    return _page()


@pages.post("/incidents/<uuid:incident_id>")
def settle(incident_id: UUID) -> Response | AnyResponse:
    """Retry it, or give the step up."""
    reason = request.form.get("reason", "")[:500]
    cancelling = request.form.get("deed") == "cancel"
    try:
        with deed() as work:
            (cancel_incident if cancelling else retry_incident)(work, incident_id, reason)
    except InvalidAnswers as fault:
        return make_response(_page(incident_id, fault.errors), 422)
    flash("已取消该步骤，流程继续。" if cancelling else "已重新提交系统办理。")
    return redirect(url_for("incidents.index"), code=303)


def _page(wrong: UUID | None = None, errors: dict[str, str] | None = None) -> Response:
    with reading() as (reader, _):
        found = incidents(reader, me())
    return make_response(render_template("incidents.html", incidents=found, wrong=wrong, errors=errors or {}))
