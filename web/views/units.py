"""单位: the units of a locality, their people and how they are reached; and the roles, with who has them."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.change_unit import change_unit
from bihuan.commands.reorganise import KINDS, add_unit, close_unit, rename_unit
from bihuan.domain.errors import InvalidAnswers
from bihuan.queries.administrative_log import log_of
from bihuan.queries.units import roles_page, unit_page, units_page
from web.forms import Filled, submission_in
from web.house import deed, me, reading

pages = Blueprint("units", __name__)


@pages.get("/administration/units")
def index() -> Response:
    """All of them, in the folder's order."""
    return _index({})


@pages.post("/administration/units")
def add() -> Response | AnyResponse:
    """Another unit (增设): the folder in force with it, checked."""
    submission, given = submission_in(request.form), request.form
    unit = given.get("unit", "").strip()
    try:
        with deed() as work:
            add_unit(
                work, me().locality, unit, name=given.get("name", ""), kind=given.get("kind", ""),
                reason=given.get("reason", ""), submission_id=submission,
            )  # fmt: skip
    except InvalidAnswers as fault:
        return make_response(_index(fault.errors), 422)
    flash("单位已增设。请到“人员”为它新建账号，否则分办给它的事项没有人办。")
    return redirect(url_for("units.show", unit=unit), code=303)


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


@pages.post("/administration/units/<unit>/name")
def rename(unit: str) -> Response | AnyResponse:
    """Another name or kind: the folder in force with it, checked."""
    submission, given = submission_in(request.form), request.form
    try:
        with deed() as work:
            left = rename_unit(
                work, me().locality, unit, name=given.get("name", ""), kind=given.get("kind", ""),
                reason=given.get("reason", ""), submission_id=submission,
            )  # fmt: skip
    except InvalidAnswers as fault:
        return make_response(_page(unit, fault.errors), 422)
    flash("单位名称、类别已修改，新受理的工单即按此办理；在办工单仍按受理时的版本。")
    if left:
        flash(f"以下文件的文字中仍有原名称，请流程负责人或在“通知文本”中修改：{'、'.join(left)}")
    return redirect(url_for("units.show", unit=unit), code=303)


@pages.post("/administration/units/<unit>/close")
def close(unit: str) -> Response | AnyResponse:
    """The unit is no more (撤销)."""
    submission = submission_in(request.form)
    try:
        with deed() as work:
            close_unit(work, me().locality, unit, reason=request.form.get("reason", ""), submission_id=submission)
    except InvalidAnswers as fault:
        return make_response(_page(unit, fault.errors), 422)
    flash("单位已撤销，此后不再分办给它。")
    return redirect(url_for("units.index"), code=303)


def _index(errors: Mapping[str, str]) -> Response:
    with reading() as (reader, _):
        found = units_page(reader, me())
    html = render_template("units.html", units=found, kinds=KINDS, errors=errors, posted=request.form, filled=Filled)
    return make_response(html)


def _page(unit: str, errors: Mapping[str, str]) -> Response:
    with reading() as (reader, _):
        found, entries = unit_page(reader, me(), unit), log_of(reader, me(), f"unit:{unit}")
    html = render_template(
        "unit.html", unit=found, log=entries, errors=errors, posted=request.form, filled=Filled,
        kinds=KINDS, asked=request.endpoint,
    )  # fmt: skip
    return make_response(html)
