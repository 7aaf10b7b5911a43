"""企业端: hand a request in, get a number and a query code. No account, no script needed. `progress` follows it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.domain.access import Visitor
from bihuan.locality.kept import Kept
from bihuan.queries import announcements
from bihuan.queries import portal as query
from bihuan.queries.about import about_page
from bihuan.queries.announcements import Printed
from web import filling, qr
from web.access import public
from web.filling import Filling
from web.house import house, reading
from web.limits import HAND_INS, KEPT, STEPS, limiter
from web.paper import on_paper, typed
from web.uploads import takes_files
from web.views import progress

pages = Blueprint("portal", __name__)
pages.register_blueprint(progress.pages)
_sheets: Kept[tuple[UUID, datetime], Any] = Kept(16)
"""Announcements as they were laid out: published once, read by many."""


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
        page, announced = query.front_page(reader, locality), announcements.announcement(reader, locality)
    return make_response(render_template("portal_locality.html", page=page, announced=announced))


@pages.get("/portal/<locality>/announcement")
@public
def announcement(locality: str) -> str:
    """The whole of what is announced (公告), as it lies on paper."""
    with reading() as (reader, _):
        found = announcements.printed(reader, locality)
    sheet = _sheet_of(found) if found else None
    return render_template("portal_announcement.html", page=found, locality=locality, sheet=sheet)


@pages.get("/about/<locality>")
@public
def about(locality: str) -> Response:
    """机制说明: what the document says of the procedure; to be read, or printed and put on a wall."""
    with reading() as (reader, _):
        page = about_page(reader, locality)
    return make_response(render_template("portal_about.html", page=page))


@pages.get("/portal/<locality>/poster")
@public
def poster(locality: str) -> Response:
    """A page to be printed and put up at the entrance: the QR code of this portal."""
    with reading() as (reader, _):
        page = query.front_page(reader, locality)
    address = house().settings.base_url + url_for("portal.locality", locality=locality)
    return make_response(render_template("portal_poster.html", page=page, address=address))


@pages.get("/portal/<locality>/poster.svg")
@public
def poster_picture(locality: str) -> Response:
    """The QR code on it."""
    with reading() as (reader, _):
        query.front_page(reader, locality)
    return qr.picture(house().settings.base_url + url_for("portal.locality", locality=locality))


@pages.get("/portal/<locality>/request")
@public
def write(locality: str) -> Response | AnyResponse:
    """The first step of handing a request in."""
    at_portal = _filling(locality)
    return filling.show(at_portal, at_portal.page.steps[0])


@pages.get("/portal/<locality>/request/<step>")
@public
def step(locality: str, step: str) -> Response | AnyResponse:
    """One step of it."""
    return filling.show(_filling(locality), step)


@pages.post("/portal/<locality>/request/<step>")
@public
@limiter.limit(STEPS, exempt_when=filling.only_kept)
@limiter.limit(KEPT, exempt_when=filling.sent_by_hand)
def fill_in(locality: str, step: str) -> Response | AnyResponse:
    """Keep what was typed, and stay, go on or back."""
    return filling.take(_filling(locality), step)


@pages.post("/portal/<locality>/request")
@public
@takes_files
@limiter.limit(HAND_INS)
def hand_in(locality: str) -> Response | AnyResponse:
    """Hand it in. Sending the same form twice gives the same number and code."""
    return filling.hand_in(_filling(locality))


@pages.post("/portal/<locality>/clear")
@public
@limiter.limit(STEPS)
def clear(locality: str) -> AnyResponse:
    """Throw away what was typed."""
    return filling.clear(_filling(locality))


@pages.get("/portal/<locality>/confirmation")
@public
def confirmation(locality: str) -> Response:
    """Number, query code, and what happens next; to be printed or photographed."""
    return filling.confirmation(_filling(locality))


@pages.get("/portal/<locality>/confirmation.svg")
@public
def confirmation_picture(locality: str) -> Response:
    """The QR code on it."""
    return filling.confirmation_picture(_filling(locality))


@pages.post("/portal/<locality>/leave")
@public
def leave(locality: str) -> AnyResponse:
    """Forget number and code on this device."""
    progress.forget()
    return redirect(url_for("portal.locality", locality=locality), code=303)


def _filling(locality: str) -> Filling:
    with reading() as (reader, _):
        return Filling(Visitor(locality), query.request_page(reader, locality))


def _sheet_of(found: Printed) -> Any:
    """The announcement laid out; made once a process, however many read it."""
    known = _sheets.get(found.key)
    if known is None:
        known = _sheets.keep(found.key, on_paper(typed(found.document, found.words)))
    return known
