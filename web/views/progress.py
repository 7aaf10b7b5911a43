"""办理进度: the complainant's own case by number and query code, and the own deeds (评价、催办、补充、撤回)."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.attach_file import attach_files
from bihuan.commands.attaching import require_sense
from bihuan.commands.press_button import press_button
from bihuan.commands.remind import remind as remind_of_case
from bihuan.commands.supplement import supplement as supplement_case
from bihuan.domain import access
from bihuan.domain.access import Complainant
from bihuan.domain.errors import InvalidAnswers, NotFound, Refused, StorageFull, TaskNotOpen
from bihuan.domain.ids import CaseId
from bihuan.locality.folder import NOT_SOLVED, SUPPLEMENT
from bihuan.locality.forms import Form
from bihuan.queries import portal as query
from bihuan.queries.attachments import OpenedFile, attachments_of, open_attachment
from bihuan.queries.complainants_deeds import ComplainantsDeeds, Rating
from bihuan.queries.documents import own_document
from bihuan.queries.progress import Progress, find_case, progress
from web import downloads, too_late
from web.access import public
from web.forms import Filled, answers_in, refilled, require_asked, submission_in
from web.house import deed, house, reading
from web.limits import BY_ADDRESS, BY_NAME, DEEDS, case_tried, failed, limiter
from web.made_files import handed_out
from web.paper import on_paper, typed
from web.resuming import held
from web.times import moment
from web.too_late import RATING, REMIND
from web.uploads import let_go, sent, takes_files

pages = Blueprint("progress", __name__)
WRONG = "编号或查询码不正确，请核对后重新输入。"
UNSURE = "撤回后不能恢复。确要撤回的，请勾选“我确认撤回”再提交。"
ENDED = "本次查询已结束。请再输入一次编号和查询码，刚才填写的内容还在。"


@pages.get("/portal/<locality>/progress")
@public
def ask(locality: str) -> Response:
    """The form for number and query code."""
    return _lookup_page(locality)


@pages.post("/portal/<locality>/progress")
@public
@limiter.limit(BY_ADDRESS, deduct_when=failed)
@limiter.limit(BY_NAME, key_func=case_tried, deduct_when=failed)
def look_up(locality: str) -> Response | AnyResponse:
    """Open the progress page for whoever brings both; a wrong pair does not say which is wrong."""
    case_no, code = request.form.get("case_no", ""), request.form.get("code", "")
    with reading() as (reader, vault):
        found = find_case(reader, vault, locality, case_no, code)
    if found is None:
        return make_response(_lookup_page(locality, case_no, WRONG), 422)
    session["follows"] = str(found)
    if which := request.form.get("which"):  # the form that was being filled in when the last visit ended
        return _page(locality, which, _refilled_from_post(_progress(), which))
    return redirect(url_for("portal.progress.follow", locality=locality), code=303)


@pages.get("/portal/<locality>/progress/case")
@public
def follow(locality: str) -> Response | AnyResponse:
    """The complainant's own case."""
    if "follows" not in session:
        return redirect(url_for("portal.progress.ask", locality=locality), code=303)
    return _page(locality)


@pages.post("/portal/<locality>/progress/rating")
@public
@limiter.limit(DEEDS)
def rate(locality: str) -> Response | AnyResponse:
    """评价: once, by one tap on a level; who is not content is asked for reasons first."""
    access.require_no_staff(current_user.officer if current_user.is_authenticated else None)
    if "follows" not in session:
        return _ask_again(locality, RATING)
    submission, found = submission_in(request.form), _progress()
    rating = found.deeds.rating
    if rating is None:
        return _too_late(locality, RATING)
    raw = answers_in(request.form, rating.form)
    if _asks_for_reasons(rating, raw):
        return _page(locality, RATING, Filled(raw, submission_id=submission))
    return _do(locality, RATING, rating.form, lambda: _press(rating.key, raw, submission), "感谢您的评价。")


@pages.post("/portal/<locality>/progress/press")
@public
@limiter.limit(DEEDS)
def press(locality: str) -> Response | AnyResponse:
    """Another button that the diagram gives to the complainant."""
    access.require_no_staff(current_user.officer if current_user.is_authenticated else None)
    key = request.form.get("which", "")
    if "follows" not in session:
        return _ask_again(locality, key)
    button = next((one for one in _progress().deeds.buttons if one.key == key), None)
    if button is None:
        return _too_late(locality, key)
    raw, submission = answers_in(request.form, button.form), submission_in(request.form)

    def act() -> None:
        if button.withdraws and "sure" not in request.form:
            raise InvalidAnswers({"sure": UNSURE})
        _press(key, raw, submission)

    return _do(locality, key, button.form, act, f"“{button.name}”已提交。")


@pages.post("/portal/<locality>/progress/supplement")
@public
@takes_files
@limiter.limit(DEEDS)
def supplement(locality: str) -> Response | AnyResponse:
    """补充材料."""
    return _supplement(locality, SUPPLEMENT, "补充的内容已提交，承办人员会看到。")


@pages.post("/portal/<locality>/progress/not-solved")
@public
@takes_files
@limiter.limit(DEEDS)
def not_solved(locality: str) -> Response | AnyResponse:
    """没有解决: reasons and new evidence, while the complainant is heard."""
    return _supplement(locality, NOT_SOLVED, "您的意见和新的证据已提交，受理机构核查时一并核实。")


@pages.post("/portal/<locality>/progress/remind")
@public
@limiter.limit(DEEDS)
def remind(locality: str) -> AnyResponse | Response:
    """催办: once a day."""
    if "follows" not in session:
        return redirect(url_for("portal.progress.ask", locality=locality), code=303)
    try:
        with deed(_complainant()) as work:
            done = remind_of_case(work, _complainant().case_id)
    except TaskNotOpen:
        return _too_late(locality, REMIND)
    today = f"您今天（{moment(done.at)[-5:]}）已经催办过，每天可以催办一次，明天可以再催。"
    flash(f"已催办，已提醒{'、'.join(done.told)}。" if done.anew else today)
    return redirect(url_for("portal.progress.follow", locality=locality), code=303)


@pages.get("/portal/<locality>/progress/attachments/<int:number>")
@public
def save(locality: str, number: int) -> Response:
    """One of the complainant's own files, to be saved."""
    return downloads.download(_opened(number))


@pages.get("/portal/<locality>/progress/attachments/<int:number>/preview")
@public
def look(locality: str, number: int) -> Response:
    """An image or PDF of them, to be looked at."""
    return downloads.preview(_opened(number))


@pages.get("/portal/<locality>/progress/documents/<template>")
@public
def document(locality: str, template: str) -> str:
    """A document made out to the complainant (受理通知书), as it lies on paper."""
    _, content = _typed(template)
    return render_template("portal_document.html", locality=locality, name=template, sheet=on_paper(content))


@pages.get("/portal/<locality>/progress/documents/<template>.docx")
@public
def word(locality: str, template: str) -> Response:
    """The same for Word or WPS."""
    case_no, content = _typed(template)
    return handed_out(content, f"{case_no}-{template}.docx")


def forget() -> None:
    """Number and code are forgotten on this device."""
    session.pop("handed_in", None)
    session.pop("follows", None)


def _supplement(locality: str, form_id: str, thanks: str) -> Response | AnyResponse:
    if "follows" not in session:
        return _ask_again(locality, form_id)
    form = _form_of(_progress().deeds, form_id)
    if form is None:
        return _too_late(locality, form_id)
    raw, submission, files = answers_in(request.form, form), submission_in(request.form), sent()

    def give() -> None:
        form.validate(raw)  # nothing is attached to words that cannot be taken
        require_sense(files)
        if files:
            with deed(_complainant()) as work:
                attach_files(work, _complainant().case_id, files, submission_id=submission)
        with deed(_complainant()) as work:
            supplement_case(work, _complainant().case_id, raw, submission_id=submission, form=form_id)

    return _do(locality, form_id, form, give, thanks)


def _opened(number: int) -> OpenedFile:
    with reading() as (reader, vault):
        return open_attachment(reader, vault, house().files, _follower(), _follower().case_id, number)


def _typed(template: str) -> tuple[str, bytes]:
    """The case's number, and a document of it."""
    with reading() as (reader, vault):
        found = own_document(reader, vault, _follower(), template)
    return found.case_no, typed(found.document, found.words)


def _follower() -> Complainant:
    """Who follows a case. Raises NotFound for whoever does not."""
    if "follows" not in session:
        raise NotFound("Expected a visitor who follows a case, but this one does not")
    return _complainant()


def _do(locality: str, which: str, form: Form, act: Callable[[], None], thanks: str) -> Response | AnyResponse:
    """Do what a form on the page is for; with what is wrong, show it again with nothing lost."""
    raw = answers_in(request.form, form)
    try:
        require_asked(request.form, form, raw)
        act()
    except TaskNotOpen:
        return _too_late(locality, which)
    except StorageFull as fault:
        return make_response(_page(locality, which, Filled(raw, let_go({}), fault.chinese)), fault.status)
    except (InvalidAnswers, Refused) as fault:
        again = refilled(raw, submission_in(request.form), fault)
        return make_response(_page(locality, which, replace(again, errors=let_go(again.errors))), 422)
    flash(thanks)
    return redirect(url_for("portal.progress.follow", locality=locality), code=303)


def _too_late(locality: str, which: str) -> AnyResponse:
    """Back to the progress, with words about a deed that is no longer possible, or not yet."""
    flash(too_late.words(_progress(), which), "warning")
    return redirect(url_for("portal.progress.follow", locality=locality), code=303)


def _press(key: str, raw: dict[str, str | list[str]], submission: UUID) -> None:
    with deed(_complainant()) as work:
        press_button(work, _complainant().case_id, key, raw, submission_id=submission)


def _asks_for_reasons(rating: Rating, raw: dict[str, str | list[str]]) -> bool:
    """A low level tapped alone: it is not sent before there was a chance to say why."""
    if not rating.one_tap or "complete" in request.form or any(raw.get(key) for key in raw if key != RATING):
        return False
    levels = sorted(option.value for field in rating.form.fields if field.key == RATING for option in field.options)
    low = {str(level) for level in levels[: len(levels) * 2 // 5]}
    return raw.get(RATING) in low and len(rating.form.fields) > 1


def _complainant() -> Complainant:
    return Complainant(CaseId(UUID(session["follows"])))


def _progress() -> Progress:
    with reading() as (reader, _):
        return progress(reader, _complainant())


def _lookup_page(locality: str, case_no: str = "", fault: str = "", which: str = "") -> Response:
    with reading() as (reader, _):
        page = query.front_page(reader, locality)
    which = which or request.form.get("which", "")
    kept = held(without=("case_no", "code", "which")) if which else []
    html = render_template("portal_lookup.html", page=page, case_no=case_no, fault=fault, which=which, kept=kept)
    return make_response(html)


def _ask_again(locality: str, which: str) -> Response:
    """The visit ended while a form was being filled in: what was typed goes along through number and code."""
    return make_response(_lookup_page(locality, fault=ENDED, which=which), 422)


def _refilled_from_post(found: Progress, which: str) -> Filled:
    form = _form_of(found.deeds, which)
    return Filled(answers_in(request.form, form)) if form else Filled()


def _form_of(deeds: ComplainantsDeeds, which: str) -> Form | None:
    """The form on the page that goes by this name, or by the key of its button; None when it is not open."""
    rating = deeds.rating.form if deeds.rating else None
    named = {SUPPLEMENT: deeds.supplement, NOT_SOLVED: deeds.not_solved, RATING: rating}
    return {**named, **{one.key: one.form for one in deeds.buttons}}.get(which)


def _page(locality: str, which: str = "", filled: Filled | None = None) -> Response:
    """The page; the form `which` shows what was filled in and what is wrong with it."""
    actor = _complainant()
    with reading() as (reader, vault):
        found, attachments = progress(reader, actor), attachments_of(reader, vault, actor, actor.case_id)
    html = render_template(
        "portal_progress.html", progress=found, attachments=attachments, locality=locality, shown=which,
        filled=filled or Filled(), blank=Filled(),
        save=lambda number: url_for("portal.progress.save", locality=locality, number=number),
        look=lambda number: url_for("portal.progress.look", locality=locality, number=number),
    )  # fmt: skip
    return make_response(html)
