"""人员: the accounts of a locality; who they are, what they may, and what is done when somebody cannot get in."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from redis.exceptions import RedisError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands import accounts as deeds
from bihuan.commands.appoint_stand_in import Appointed, appoint_stand_in
from bihuan.commands.change_account import change_details, change_memberships
from bihuan.commands.revoke_stand_in import revoke_stand_in
from bihuan.domain import access, passwords
from bihuan.domain.errors import InvalidAnswers
from bihuan.queries import accounts as query
from bihuan.queries.administrative_log import log_of
from bihuan.releasing import release_all_left
from bihuan.store.unit_of_work import Reader, UnitOfWork
from web.forms import Filled, end_of_day_in, submission_in
from web.house import deed, house, me, reading
from web.limits import let_try_again, locked_out
from web.views import figure_readers
from web.wording import second_thoughts

pages = Blueprint("people", __name__)
pages.register_blueprint(figure_readers.pages)
LONGEST = 200
_GROUP = "group"


@pages.get("/administration/people")
def index() -> Response:
    """Everybody, or one unit's people, or those whose name holds some words."""
    unit, words = request.args.get("unit", "")[:64], request.args.get("q", "")[:60]
    with reading() as (reader, _):
        found = query.people_page(reader, me(), unit=unit, words=words)
    return make_response(render_template("people.html", page=found, words=words))


@pages.get("/administration/new-person")
def new() -> Response:
    """The form for a new account."""
    return _new(MultiDict(), {})


@pages.post("/administration/new-person")
def create() -> Response:
    """Make it; the password that is good once is shown on the answer, and never again."""
    access.require_administrator(me(), me().locality)
    given, password = request.form, passwords.draw()
    try:
        with deed() as work:
            deeds.create_account(
                work, me().locality, _text("login"), _text("name"), password, _memberships(work), email=_text("email"),
                phone=_text("phone"), drawn=True, one_time=True, reason=_text("reason"),
                submission_id=submission_in(given),
            )  # fmt: skip
    except InvalidAnswers as fault:
        return make_response(_new(given, fault.errors), 422)
    return _secret(_text("login"), password, "账号已建立")


@pages.get("/administration/people/<login>")
def show(login: str) -> Response:
    """One person's account, and what may be done to it."""
    return _person(login, "", {})


@pages.post("/administration/people/<login>/details")
def change(login: str) -> Response | AnyResponse:
    """Name, telephone, e-mail."""

    def changed(work: UnitOfWork, submission: UUID) -> None:
        change_details(
            work, login, name=_text("name"), email=_text("email"), phone=_text("phone"), reason=_text("reason"),
            submission_id=submission,
        )  # fmt: skip

    return _done(login, "details", changed, "人员信息已修改。")


@pages.post("/administration/people/<login>/roles")
def assign(login: str) -> Response | AnyResponse:
    """In which units they are what."""

    def changed(work: UnitOfWork, submission: UUID) -> None:
        change_memberships(work, login, _memberships(work), reason=_text("reason"), submission_id=submission)

    return _done(login, "roles", changed, "单位和角色已调整，立即生效。", more=lambda: _put_back(login))


@pages.post("/administration/people/<login>/password")
def reset(login: str) -> Response:
    """A new password that is good once, shown on the answer and never again."""
    password = passwords.draw()
    try:
        with deed() as work:
            deeds.set_password(
                work, login, password, drawn=True, one_time=True, reason=_text("reason"),
                submission_id=submission_in(request.form),
            )  # fmt: skip
    except InvalidAnswers as fault:
        return make_response(_person(login, "password", fault.errors), 422)
    return _secret(login, password, "密码已重置")


@pages.post("/administration/people/<login>/active")
def set_active(login: str) -> Response | AnyResponse:
    """Close the account, or open it again."""
    active = request.form.get("active") == "true"

    def changed(work: UnitOfWork, submission: UUID) -> None:
        deeds.set_active(work, login, active, reason=_text("reason"), submission_id=submission)

    if active:
        return _done(login, "active", changed, "账号已启用。")
    return _done(login, "active", changed, "账号已停用，其登录已全部退出。", more=lambda: _put_back(login))


@pages.post("/administration/people/<login>/sessions")
def end_sessions(login: str) -> Response | AnyResponse:
    """Log them out everywhere."""

    def changed(work: UnitOfWork, submission: UUID) -> None:
        deeds.end_sessions(work, login, reason=_text("reason"), submission_id=submission)

    return _done(login, "sessions", changed, "该账号在所有设备上的登录均已退出。")


@pages.post("/administration/people/<login>/unlock")
def unlock(login: str) -> Response | AnyResponse:
    """Let them try again who mistyped the password too often."""

    def changed(work: UnitOfWork, submission: UUID) -> None:
        deeds.unlock(work, login, reason=_text("reason"), submission_id=submission)
        let_try_again(login)

    return _done(login, "unlock", changed, "已解除登录锁定。")


@pages.post("/administration/people/<login>/stand-in")
def appoint(login: str) -> Response | AnyResponse:
    """Somebody is absent who could not appoint a stand-in themselves (代理)."""
    appointed = Appointed()

    def changed(work: UnitOfWork, submission: UUID) -> None:
        nonlocal appointed
        until = end_of_day_in(request.form, "until")
        if until is None:
            raise InvalidAnswers({"until": "请填写截止日期。"})
        appointed = appoint_stand_in(
            work, _text("by"), stands_for=login, until=until, reason=_text("reason"), submission_id=submission
        )

    return _done(login, "stand-in", changed, "已委托代理，到期自动终止。", more=lambda: second_thoughts(appointed))


@pages.post("/administration/people/<login>/stand-in/<uuid:stand_in_id>")
def revoke(login: str, stand_in_id: UUID) -> Response | AnyResponse:
    """End it before its time, for a reason."""

    def changed(work: UnitOfWork, _: UUID) -> None:
        revoke_stand_in(work, stand_in_id, reason=_text("reason"))

    return _done(login, f"revoke-{stand_in_id}", changed, "代理已终止。")


def _done(
    login: str,
    what: str,
    changed: Callable[[UnitOfWork, UUID], None],
    words: str,
    *,
    more: Callable[[], str] = str,
) -> Response | AnyResponse:
    """Do one of the deeds about a person; back to the person, or the form again with what is wrong.

    `more`: what follows once it is done, or is to be said of it besides.
    """
    access.require_administrator(me(), me().locality)
    submission = submission_in(request.form)
    try:
        with deed() as work:
            changed(work, submission)
    except InvalidAnswers as fault:
        return make_response(_person(login, what, fault.errors), 422)
    flash(words + more())
    return redirect(url_for("people.show", login=login), code=303)


def _put_back(login: str) -> str:
    """They may have left a desk: what they had claimed there is put back, each task a deed."""
    done, failed = release_all_left(house(), me(), login)
    said = f"其已签收未办的 {done} 项已退回所在单位待签收。" if done else ""
    return said + (f"另有 {failed} 项未能退回，由同单位同事改签。" if failed else "")


def _person(login: str, what: str, errors: Mapping[str, str]) -> Response:
    with reading() as (reader, _):
        page = query.person_page(reader, me(), login)
        entries = log_of(reader, me(), f"account:{page.person.id}")
    html = render_template(
        "person.html", page=page, log=entries, wrong=what, errors=errors, posted=request.form, filled=Filled,
        locked=_locked(login), chosen=request.form.getlist(_GROUP) if what == "roles" else page.person.memberships,
    )  # fmt: skip
    return make_response(html)


def _new(given: MultiDict[str, str], errors: Mapping[str, str]) -> Response:
    with reading() as (reader, _):
        organisation = query.organisation_page(reader, me())
    html = render_template(
        "person_new.html", organisation=organisation, errors=errors, posted=given, filled=Filled,
        chosen=given.getlist(_GROUP),
    )  # fmt: skip
    return make_response(html)


def _secret(login: str, password: str, what: str) -> Response:
    with reading() as (reader, _):
        page = query.person_page(reader, me(), login)
    return make_response(render_template("person_secret.html", person=page.person, password=password, what=what))


def _memberships(reader: Reader) -> list[tuple[str, str]]:
    """The memberships left ticked, and those chosen anew; none when one is strange: what is asked for then fails."""
    kept = [group.partition(":")[::2] for group in request.form.getlist(_GROUP)]
    pairs = zip(request.form.getlist("unit"), request.form.getlist("role"), strict=False)
    found = [*kept, *(pair for pair in pairs if pair[0])]
    known = query.organisation_page(reader, me())
    return found if all(unit and role in known.roles for unit, role in found) else []


def _locked(login: str) -> bool:
    try:
        return locked_out(login)
    except RedisError:
        return False


def _text(name: str) -> str:
    return request.form.get(name, "").strip()[: LONGEST + 1]
