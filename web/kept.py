"""Reports as they were counted: a page that waits for a count says so, and comes again by itself (正在统计)."""

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.count_report import want_report
from bihuan.queries.report_counts import Waiting
from web.house import deed


def answered(*counts: Waiting | None) -> AnyResponse | None:
    """What is answered instead of the page: to whoever wants all counted anew, and to a page that looks whether its
    counts are made. A count is asked for where nobody has asked yet.
    """
    for one in counts:
        if one and not one.asked_for and (anew() or not one.failed):
            with deed() as work:
                want_report(work, one.chosen.key, readers=one.chosen.report.readers)
    if anew():
        return redirect(here(), code=303)
    if not request.headers.get("HX-Request"):
        return None
    waiting = slowest(counts)
    if waiting and not waiting.failed:
        return make_response(render_template("_being_counted.html", waiting=waiting, address=here()))
    return come()


def instead(shown: object | None, waiting: Waiting | None) -> AnyResponse | None:
    """As `answered` for a page of one count; where nothing was counted before that it could show, that it is now."""
    if answer := answered(waiting):
        return answer
    if shown is None and waiting is not None:
        return make_response(render_template("being_counted.html", waiting=waiting, address=here()))
    return None


def come() -> Response:
    """What a page waits for is there: it asks for itself anew."""
    made = Response(status=204)
    made.headers["HX-Refresh"] = "true"
    return made


def slowest(counts: Iterable[Waiting | None]) -> Waiting | None:
    """Of the counts that a page waits for the one it tells of: one that goes on, else one that failed."""
    found = [one for one in counts if one]
    return min(found, key=lambda one: (one.failed, one.parts_done), default=None)


def anew() -> bool:
    """Whether the address asks for all to be counted now (重新统计)."""
    return request.args.get("anew") == "1"


def here() -> str:
    """The address of this page, without the wish to have all counted anew."""
    asked = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "anew"])
    return url_for(request.endpoint or "", **(request.view_args or {})) + (f"?{asked}" if asked else "")
