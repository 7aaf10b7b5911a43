"""管理记录: every administrative change with its reason, and the proof that the log is whole."""

from flask import Blueprint, Response, make_response, render_template, request

from bihuan.queries.administrative_log import log_page
from web.house import me, reading

pages = Blueprint("administrative_log", __name__)


@pages.get("/administration/log")
def index() -> Response:
    """The latest first, a page at a time; of one kind when the address says so."""
    asked = request.args.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
    kind = request.args.get("kind", "")
    with reading(as_of_one_moment=True) as (reader, _):
        found = log_page(reader, me(), before, kind)
    return make_response(render_template("administrative_log.html", page=found, kind=kind))
