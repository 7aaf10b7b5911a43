"""企业端: hand a request in, get a number and a query code, follow it, rate it. No account, no script needed."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.open_case import submit_request
from bihuan.commands.press_button import press_button
from bihuan.domain.access import Complainant, Visitor
from bihuan.domain.errors import InvalidAnswers, NotFound, TaskNotOpen
from bihuan.domain.identity import Identity
from bihuan.domain.ids import CaseId
from bihuan.queries import portal as query
from bihuan.queries.about import about_page
from bihuan.queries.progress import find_case, progress
from web.access import public
from web.forms import Filled, answers_in, opening_in, refilled, require_asked, submission_in
from web.house import deed, reading
from web.limits import BY_ADDRESS, BY_NAME, HAND_INS, failed, limiter, name_tried

pages = Blueprint("portal", __name__)
CONTACT = ("name", "phone", "organisation", "email")
WRONG = "编号或查询码不正确，请核对后重新输入。"


@pages.get("/")
@public
def home() -> Response | AnyResponse:
    """The way in; straight to the locality when there is but one."""
    with reading() as (reader, _):
        doors = query.doors(reader)
    if len(doors) == 1:
        return redirect(url_for("portal.locality", locality=doors[0].id), code=302)
    return make_response(render_template("portal_home.html", doors=doors))


@pages.get("/portal/<locality>/")
@public
def locality(locality: str) -> Response:
    """What one can do here."""
    with reading() as (reader, _):
        page = query.front_page(reader, locality)
    return make_response(render_template("portal_locality.html", page=page))


@pages.get("/about/<locality>")
@public
def about(locality: str) -> Response:
    """机制说明: what the document says of the procedure; to be read, or printed and put on a wall."""
    with reading() as (reader, _):
        page = about_page(reader, locality)
    return make_response(render_template("portal_about.html", page=page))


@pages.get("/portal/<locality>/request")
@public
def write(locality: str) -> Response:
    """The form to hand a request in."""
    return _request_page(locality, Filled(), {}, {})


@pages.post("/portal/<locality>/request")
@public
@limiter.limit(HAND_INS)
def hand_in(locality: str) -> Response | AnyResponse:
    """Hand it in. Sending the same form twice gives the same number and code."""
    submission = opening_in(request.form)
    with reading() as (reader, _):
        form = query.request_page(reader, locality).form
    raw = answers_in(request.form, form)
    contact = {key: request.form.get(f"contact-{key}", "") for key in CONTACT}
    try:
        require_asked(request.form, form, raw)
        with deed(Visitor(locality)) as work:
            opened = submit_request(work, locality, raw, contact, submission_id=submission)
    except InvalidAnswers as fault:
        wrong = _contact_errors(contact)
        both = InvalidAnswers({**_form_errors(locality, raw), **(fault.errors if not wrong else {})})
        return make_response(_request_page(locality, refilled(raw, submission, both), contact, wrong), 422)
    session["handed_in"] = {"case_no": opened.case_no, "code": opened.query_code, "case": str(opened.case_id)}
    return redirect(url_for("portal.confirmation", locality=locality), code=303)


@pages.get("/portal/<locality>/confirmation")
@public
def confirmation(locality: str) -> Response:
    """Number, query code, and what happens next; to be printed or photographed."""
    handed_in = session.get("handed_in")
    if not handed_in:
        raise NotFound("Expected a request handed in by this visitor, but there is none")
    with reading() as (reader, _):
        front = query.front_page(reader, locality)
        found = progress(reader, Complainant(CaseId(UUID(handed_in["case"]))))
    html = render_template("portal_confirmation.html", page=front, progress=found, code=handed_in["code"])
    return make_response(html)


@pages.get("/portal/<locality>/progress")
@public
def ask(locality: str) -> Response:
    """The form for number and query code."""
    return _lookup_page(locality)


@pages.post("/portal/<locality>/progress")
@public
@limiter.limit(BY_ADDRESS, deduct_when=failed)
@limiter.limit(BY_NAME, key_func=name_tried, deduct_when=failed)
def look_up(locality: str) -> Response | AnyResponse:
    """Open the progress page for whoever brings both; a wrong pair does not say which is wrong."""
    case_no, code = request.form.get("case_no", ""), request.form.get("code", "")
    with reading() as (reader, vault):
        found = find_case(reader, vault, locality, case_no, code)
    if found is None:
        return make_response(_lookup_page(locality, case_no, WRONG), 422)
    session["follows"] = str(found)
    return redirect(url_for("portal.follow", locality=locality), code=303)


@pages.get("/portal/<locality>/progress/case")
@public
def follow(locality: str) -> Response | AnyResponse:
    """The complainant's own case."""
    if "follows" not in session:
        return redirect(url_for("portal.ask", locality=locality), code=303)
    return _progress_page(locality, Filled())


@pages.post("/portal/<locality>/progress/rating")
@public
def rate(locality: str) -> Response | AnyResponse:
    """评价: once."""
    if "follows" not in session:
        return redirect(url_for("portal.ask", locality=locality), code=303)
    submission, actor = submission_in(request.form), _complainant()
    with reading() as (reader, _):
        rating = progress(reader, actor).rating
    if rating is None:
        raise TaskNotOpen("rating")
    raw = answers_in(request.form, rating.form)
    try:
        with deed(actor) as work:
            press_button(work, actor.case_id, rating.key, raw, submission_id=submission)
    except InvalidAnswers as fault:
        return make_response(_progress_page(locality, refilled(raw, submission, fault)), 422)
    return redirect(url_for("portal.follow", locality=locality), code=303)


@pages.post("/portal/<locality>/leave")
@public
def leave(locality: str) -> AnyResponse:
    """Forget number and code on this device."""
    session.pop("handed_in", None)
    session.pop("follows", None)
    return redirect(url_for("portal.locality", locality=locality), code=303)


def _complainant() -> Complainant:
    return Complainant(CaseId(UUID(session["follows"])))


def _request_page(locality: str, filled: Filled, contact: Mapping[str, str], wrong: Mapping[str, str]) -> Response:
    with reading() as (reader, _):
        page = query.request_page(reader, locality)
    return make_response(render_template("portal_request.html", page=page, filled=filled, contact=contact, wrong=wrong))


def _lookup_page(locality: str, case_no: str = "", fault: str = "") -> Response:
    with reading() as (reader, _):
        page = query.front_page(reader, locality)
    return make_response(render_template("portal_lookup.html", page=page, case_no=case_no, fault=fault))


def _progress_page(locality: str, filled: Filled) -> Response:
    with reading() as (reader, _):
        found = progress(reader, _complainant())
    return make_response(render_template("portal_progress.html", progress=found, filled=filled, locality=locality))


def _contact_errors(contact: Mapping[str, str]) -> dict[str, str]:
    try:
        Identity.of(contact, required=True)
    except InvalidAnswers as fault:
        return fault.errors
    return {}


def _form_errors(locality: str, raw: Mapping[str, str | list[str]]) -> Mapping[str, str]:
    with reading() as (reader, _):
        return query.request_errors(reader, locality, raw)
