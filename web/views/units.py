"""单位: the units of a locality, their people and how they are reached; and the roles, with who has them."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.change_unit import change_unit
from bihuan.domain.errors import InvalidAnswers
from bihuan.queries.administrative_log import log_of
from bihuan.queries.units import roles_page, unit_page, units_page
from web.forms import Filled, submission_in
from web.house import deed, me, reading

pages = Blueprint("units", __name__)


@pages.get("/administration/units")
def index() -> Response:
    """All of them, in the folder's order."""
    with reading() as (reader, _):
        found = units_page(reader, me())
    return make_response(render_template("units.html", units=found))


@pages.get("/administration/roles")
def roles() -> Response:
    """The roles, what each may do, and who has it."""
    with reading() as (reader, _):
        found = roles_page(reader, me())
    return make_response(render_template("roles.html", roles=found))


@pages.get("/administration/units/<unit>")
def show(unit: str) -> Response:
    """One unit."""
    return _page(unit, {})


@pages.post("/administration/units/<unit>")
def change(unit: str) -> Response | AnyResponse:
    """Telephone and e-mail on duty."""
    submission, given = submission_in(request.form), request.form
    try:
        with deed() as work:
            change_unit(
                work, me().locality, unit, phone=given.get("phone", ""), email=given.get("email", ""),
                reason=given.get("reason", ""), submission_id=submission,
            )  # fmt: skip
    except InvalidAnswers as fault:
        return make_response(_page(unit, fault.errors), 422)
    flash("单位联系方式已修改。")
    return redirect(url_for("units.show", unit=unit), code=303)


def _page(unit: str, errors: Mapping[str, str]) -> Response:
    with reading() as (reader, _):
        found, entries = unit_page(reader, me(), unit), log_of(reader, me(), f"unit:{unit}")
    html = render_template("unit.html", unit=found, log=entries, errors=errors, posted=request.form, filled=Filled)
    return make_response(html)
