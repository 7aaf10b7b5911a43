"""How long a log-in holds: so long without a word from the person, and so long at most. Real time, also in a
demonstration whose clock moves.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from flask import current_app, request, session

from bihuan.domain.clock import Clock, SystemClock

IDLE = timedelta(hours=2)
GRAIN = timedelta(minutes=1)
"""How exactly it is known when somebody was last there."""
LONGEST = timedelta(hours=12)
CLOCK = "SESSION_CLOCK"
"""In the application's configuration: the clock that log-ins are timed by, the machine's unless a test moves one."""
_BEGAN, _SEEN, _ID = "began", "seen", "session"


def begin() -> None:
    """Somebody has logged in, now."""
    session.permanent = True
    session[_ID] = str(uuid4())
    session[_BEGAN] = session[_SEEN] = int(_now().timestamp())


def this() -> UUID | None:
    """Which log-in this is; None when nobody has logged in."""
    return UUID(session[_ID]) if _ID in session else None


def over() -> bool:
    """Whether the log-in of this session has run out; whatever never began has."""
    now = _now()
    try:
        began, seen = (datetime.fromtimestamp(session[name], UTC) for name in (_BEGAN, _SEEN))
    except (KeyError, TypeError, ValueError, OSError, OverflowError):
        return True
    return now - began > LONGEST or now - seen > IDLE


def touch() -> None:
    """The person is still there. What a page asks by itself, to stay up to date, is no sign of that."""
    if "HX-Request" not in request.headers or request.method == "POST":
        now = int(_now().timestamp())
        if now - session[_SEEN] >= GRAIN.total_seconds():
            session[_SEEN] = now  # else the cookie stays as it is: it need not be signed anew with every page


def _now() -> datetime:
    clock: Clock = current_app.config.get(CLOCK) or SystemClock()
    return clock.now()
