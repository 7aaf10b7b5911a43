"""What was typed when a session ended: held by a page of ours, and sent again by one click.

The forms of tasks and buttons come back as drafts instead (`web.typed`). Nothing of it is kept here; only what a page
of ours sent is taken up, as the browser says: another site puts no words into anybody's form. Passwords and files never
are.
"""

from collections.abc import Iterable

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError

from web import errors
from web.typed import page_of_form, sent_by_us

NEVER = ("csrf_token", "password")
NOTHING_TYPED = frozenset({"session", "password", "inbox", "inbox_bulk", "display", "clock"})
"""Readers' pages of which no form is held: passwords, and what is said again by a click."""


def register(app: Flask) -> None:
    """Let no form be lost whose token is over, whatever page it is on."""
    app.register_error_handler(CSRFError, resume)


def typed() -> list[tuple[str, str]]:
    """What this POST brings, when there is something to lose that comes back in no other way."""
    lost = request.method == "POST" and request.blueprint not in NOTHING_TYPED and page_of_form() is None
    return held() if lost else []


def held(without: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Name and value of all that this POST brings, save what is never held."""
    left_out = {*NEVER, *without}
    return sent_by_us(lambda name: name not in left_out)


def resume(fault: CSRFError) -> Response:
    """For a form whose session is over: the same again by one click, with a token that holds."""
    kept = typed()
    return resume_page(kept) if kept else errors.expired(fault)


def resume_page(kept: list[tuple[str, str]], *, log_in: bool = False) -> Response:
    """The page that holds it; `log_in`: the officer logs in beside it first."""
    html = render_template(
        "resume.html", kept=kept, action=request.full_path.rstrip("?"), files=bool(request.files), log_in=log_in
    )
    return make_response(html, 401 if log_in else 400)
