"""坐诊: the desk of sessions, and sessions for calendar programs."""

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays import days_of_year
from bihuan.queries.session_calendar import feed, feed_token, session_calendar
from bihuan.queries.session_desk import SessionDesk, session_desk
from web.access import public
from web.house import me, reading

pages = Blueprint("session_desk", __name__)


@pages.get("/sessions")
def show() -> Response:
    """A month at the desk: the one that runs, unless the address names another."""
    with reading() as (reader, vault):
        found = session_desk(reader, vault, me(), request.args.get("month", "")[:7])
        token = feed_token(reader, vault, me())
        today = reader.now.astimezone(BEIJING).date()
    page = render_template("session_desk.html", desk=found, weeks=_weeks(found), token=token, today=today)
    return make_response(page)


@pages.get("/sessions/<month>/<session>.ics")
def one(month: str, session: str) -> Response:
    """One session as a file for a calendar program."""
    with reading() as (reader, _):
        return _calendar(session_calendar(reader, me(), month, session), f"{month}-{session}.ics")


@pages.get("/sessions/feed/<uuid:account_id>/<token>.ics")
@public
def subscription(account_id: UUID, token: str) -> Response:
    """All sessions, for a calendar program that subscribes: it cannot log in, so the address holds a token."""
    with reading() as (reader, vault):
        return _calendar(feed(reader, vault, account_id, token), "sessions.ics")


def _calendar(text: str, name: str) -> Response:
    found = make_response(text.encode())
    found.headers["Content-Type"] = "text/calendar; charset=utf-8"
    found.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return found


def _weeks(desk: SessionDesk) -> list[list[object]]:
    """The month in weeks from Monday, each day with its sessions; None where a week reaches beyond it.

    The month of the sessions themselves: of requests booked late in a month some sessions may be held in the next.
    """
    if not desk.sessions:
        return []
    first = min(session.on for session in desk.sessions)
    days: list[object] = [
        (day, [session for session in desk.sessions if session.on == day])
        for day in days_of_year(first.year)
        if (day.year, day.month) in {(session.on.year, session.on.month) for session in desk.sessions}
    ]
    days = [None] * first.replace(day=1).weekday() + days
    days += [None] * (-len(days) % 7)
    return [days[at : at + 7] for at in range(0, len(days), 7)]
