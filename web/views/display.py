"""大字版: larger type for whoever wants it, kept in a cookie of its own; without script, with or without a log-in."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import public
from web.addresses import page_of_ours
from web.house import house

pages = Blueprint("display", __name__)
COOKIE = "large_type"
A_YEAR = 31_536_000


@pages.post("/display")
@public
def choose() -> AnyResponse:
    """Larger type, or the usual one again; back to where the person was."""
    answer = redirect(page_of_ours(request.form.get("next", "")) or url_for("portal.home"), code=303)
    if request.form.get("type") == "large":
        secure = house().settings.base_url.startswith("https://")
        answer.set_cookie(COOKIE, "1", max_age=A_YEAR, httponly=True, samesite="Lax", secure=secure)
    else:
        answer.delete_cookie(COOKIE)
    return answer


def large_type() -> bool:
    """Whether whoever asks wants larger type."""
    return request.cookies.get(COOKIE) == "1"
