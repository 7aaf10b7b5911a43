"""What was typed at the portal or a window when a session ended: held by a page of ours, and sent again by one click.

Nothing of it is kept here; only what a page of ours sent is taken up, as the browser says: another site puts no words
into anybody's form. Passwords and files never are.
"""

from collections.abc import Iterable

from flask import Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError

from web import errors
from web.typed import sent_by_us

EXPIRED = "页面已过期，请返回上一页，刷新后重新提交。"
NEVER = ("csrf_token", "password")


def held(without: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Name and value of all that this POST brings, save what is never held."""
    left_out = {*NEVER, *without}
    return sent_by_us(lambda name: name not in left_out)


def resume(_: CSRFError) -> Response:
    """For a form whose session is over: the same again by one click, with a token that holds."""
    kept = held()
    return resume_page(kept) if kept else errors.page(400, EXPIRED)


def resume_page(kept: list[tuple[str, str]], *, log_in: bool = False) -> Response:
    """The page that holds it; `log_in`: the officer logs in beside it first."""
    html = render_template(
        "resume.html", kept=kept, action=request.full_path.rstrip("?"), files=bool(request.files), log_in=log_in
    )
    return make_response(html, 401 if log_in else 400)
