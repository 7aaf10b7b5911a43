"""窗口代填: an officer of a window hands a request in for somebody who came or called; the same steps, marked so."""

from flask import Blueprint, Response, redirect, session
from werkzeug.wrappers import Response as AnyResponse

from bihuan.queries.portal import window_page
from web import filling
from web.filling import Filling
from web.house import me, reading
from web.uploads import takes_files

pages = Blueprint("window", __name__)


@pages.get("/window/request")
def write() -> Response | AnyResponse:
    """The first step."""
    at_window = _filling()
    return filling.show(at_window, at_window.page.steps[0])


@pages.get("/window/request/<step>")
def step(step: str) -> Response | AnyResponse:
    """One step of it."""
    return filling.show(_filling(), step)


@pages.post("/window/request/<step>")
def fill_in(step: str) -> Response | AnyResponse:
    """Keep what was typed, and stay, go on or back."""
    return filling.take(_filling(), step)


@pages.post("/window/request")
@takes_files
def hand_in() -> Response | AnyResponse:
    """Hand it in for them."""
    return filling.hand_in(_filling())


@pages.post("/window/clear")
def clear() -> AnyResponse:
    """Throw away what was typed."""
    return filling.clear(_filling())


@pages.get("/window/confirmation")
def confirmation() -> Response:
    """Number and query code, to be printed and handed over."""
    return filling.confirmation(_filling())


@pages.get("/window/confirmation.svg")
def confirmation_picture() -> Response:
    """The QR code on it."""
    return filling.confirmation_picture(_filling())


@pages.post("/window/leave")
def leave() -> AnyResponse:
    """It was handed over: number and code are forgotten here, and the next may come."""
    address = _filling().address("what")
    session.pop("filled_in", None)
    return redirect(address, code=303)


def _filling() -> Filling:
    with reading() as (reader, _):
        return Filling(me(), window_page(reader, me()), window=True)
