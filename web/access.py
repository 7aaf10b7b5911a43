"""Log-in and the guard: every page is closed unless declared public; who may see what is decided by the queries."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, current_app, make_response, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from bihuan.locality.deployments import InForce, deployment_of
from bihuan.queries import people
from bihuan.queries.administrative_log import may_read_log
from bihuan.queries.desks import NO_DESKS, Desks, desks_of
from bihuan.queries.portal import fills_in
from bihuan.queries.procedures import opens_any
from bihuan.queries.reports import reads_any
from bihuan.store.unit_of_work import Reader
from web import errors, sessions
from web.house import house
from web.resuming import resume_page, typed
from web.typed import carried, page_of_form

View = TypeVar("View", bound=Callable[..., Any])
_PUBLIC = "is_public"
BEFORE_ALL_ELSE = ("password.show", "password.change", "session.leave")
"""What somebody may do whose password was given by an administrator, until they have one of their own."""
LOGGED_OUT = "登录已失效，请重新登录。"
TYPED_STAYS = "登录已失效，您填写的内容没有提交，但不会丢失：请重新登录，登录后将恢复到原来的表单中。"
ACTING_FOR = "acting_for"
"""In the session: the account for whom this one stands in (代理)."""


def public(view: View) -> View:
    """Declare a view open to everybody. Whatever is not declared so needs a log-in."""
    setattr(view, _PUBLIC, True)
    return view


class SignedIn(UserMixin):  # type: ignore[misc]  # untyped
    """The account behind a session. Its session number is part of the id: raising it ends all sessions."""

    def __init__(
        self, account: people.Account, acting_for: str = "", *, opens: bool = False, reads: bool = False,
        desks: Desks = NO_DESKS,
        fills_in: bool = False, locality_name: str = "",
    ) -> None:  # fmt: skip
        self.officer = account.officer
        self.opens = opens
        """Whether there are procedures (事项流程) that this officer opens."""
        self.reads = reads
        """Whether there are reports that this officer may see."""
        self.desks = desks
        """The desks (研判分办, 坐诊) that this officer has."""
        self.fills_in = fills_in
        """Whether this officer is of a window that fills requests in for people (窗口代填)."""
        self.acting_for = acting_for
        """Name of the absent person, when this is a stand-in."""
        self.login = account.login
        self.in_force = InForce(account.deployment, account.calendar_version) if account.deployment else None
        """What is in force in the officer's locality."""
        self.ordered = account.ordered
        """Whether there are supervision orders (督办单) to a unit of theirs."""
        self.must_change = account.must_change
        """Whether the password is to be changed before anything else."""
        self.locality_name = locality_name
        """What the officer's locality (辖区) is called."""
        self.reads_log = may_read_log(account.officer)
        """Whether the administrative log (管理记录) is for this officer."""
        self._id = f"{account.officer.account_id}.{account.session_version}"

    def get_id(self) -> str:
        """What the session cookie carries."""
        return self._id


def protect(app: Flask) -> None:
    """Install the log-in and the guard."""
    logins = LoginManager(app)
    logins.user_loader(_load)
    logins.unauthorized_handler(_to_login)
    app.before_request(_guard)


def _load(session_id: str) -> SignedIn | None:
    account_id, _, _version = session_id.partition(".")
    if sessions.over():
        return None
    try:
        wanted = UUID(account_id)
    except ValueError:
        return None
    with house().read() as reader:
        account = people.account(reader, wanted)
        if account is None or SignedIn(account).get_id() != session_id or sessions.this() in account.left_sessions:
            return None
        sessions.touch()
        return _standing_in(reader, account) or _signed_in(reader, account)


def _signed_in(reader: Reader, account: people.Account, acting_for: str = "") -> SignedIn:
    officer, deployment = account.officer, account.deployment
    return SignedIn(
        account, acting_for, opens=opens_any(reader, officer, deployment), reads=reads_any(reader, officer, deployment),
        desks=desks_of(reader, officer, deployment),
        fills_in=fills_in(reader, officer, deployment),
        locality_name=deployment_of(reader, deployment).locality.name if deployment else "",
    )  # fmt: skip


def _standing_in(reader: Reader, account: people.Account) -> SignedIn | None:
    """The account acting for the absent person that the session names, while it may."""
    absent = session.get(ACTING_FOR)
    if absent is None:
        return None
    acting = people.acting(reader, account, UUID(absent))
    if acting is None:
        session.pop(ACTING_FOR)
        return None
    return _signed_in(reader, acting, people.names_of(reader, [UUID(absent)])[UUID(absent)])


def _guard() -> Response | None:
    if request.endpoint is None:
        return None  # nothing there: the router answers 404 or 405
    view = current_app.view_functions[request.endpoint]
    if getattr(view, _PUBLIC, False):
        return None
    if not current_user.is_authenticated:
        return _to_login()
    if current_user.must_change and request.endpoint not in BEFORE_ALL_ELSE:
        return redirect(url_for("password.show"), code=303)
    return None


def _to_login() -> Response:
    if request.headers.get("HX-Request"):
        # A part of a page asked: to send it elsewhere would put the log-in page into the midst of the page.
        return errors.page(401, LOGGED_OUT)
    if kept := typed():
        return resume_page(kept, log_in=True)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else page_of_form()
    if carried():
        return log_in_page(wanted or "", fault=TYPED_STAYS, status=401)
    return redirect(url_for("session.log_in", next=wanted), code=303)


def log_in_page(wanted: str, *, login: str = "", fault: str = "", status: int = 200) -> Response:
    """The log-in page, which sends what was typed along (see `web.typed`)."""
    page = render_template("login.html", login=login, fault=fault, next=wanted, carried=carried())
    return make_response(page, status)
