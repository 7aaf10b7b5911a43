"""办理: a task's page with its form, and the buttons beside it (延期申请, 退回). What was typed is not lost."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.complete_task import Completed, complete_task
from bihuan.commands.press_button import press_button
from bihuan.commands.save_draft import save_task_draft
from bihuan.domain.errors import (
    BihuanError,
    InvalidAnswers,
    NotAllowed,
    Refused,
    SignatureRequired,
    TaskNotOpen,
    TooManyAttempts,
)
from bihuan.domain.ids import TaskId
from bihuan.locality.forms import Form, Raw
from bihuan.queries.case_page import with_alike
from bihuan.queries.foresight import Foreseen
from bihuan.queries.task_page import ButtonPage, EndedTask, TaskPage, button_form, button_page, task_form, task_page
from bihuan.queries.triage import Aid, aid_for
from web import errors
from web.forms import Filled, answers_in, refilled, require_asked, sent_in, submission_in, words_in
from web.house import deed, me, reading
from web.limits import BY_NAME, account_asking, count_wrong_signature, limiter, unsigned, wrong_signature
from web.triage_desk import beside_form, way_back
from web.typed import PAGES, from_a_page_of_ours
from web.uploads import attached

pages = Blueprint("tasks", __name__)
MOST_TOLD = 3
"""So many steps that follow are named."""
GUESSED = "签字密码多次输入有误，请 15 分钟后再签字。填写的内容仍在下面。"
OUTDATED = "页面已过期，或登录状态已变化。您填写的内容没有提交，仍在下面，请核对后重新提交。"


@pages.get("/tasks/<uuid:task_id>")
def show(task_id: UUID) -> Response:
    """The task, ready to be done."""
    found = task_of(task_id)
    return _ended(found) if isinstance(found, EndedTask) else _page(found, _begun(found.page))


@pages.post("/tasks/<uuid:task_id>")
@limiter.limit(BY_NAME, key_func=account_asking, exempt_when=unsigned, deduct_when=wrong_signature)
def complete(task_id: UUID) -> Response | AnyResponse:
    """Hand in the form. A second click of the same form changes nothing."""
    submission, raw = submission_in(request.form), sent_in(request.form)
    try:
        with deed() as work:
            completed = complete_task(
                work, TaskId(task_id), raw, submission_id=submission, password=request.form.get("password") or None
            )
            require_asked(request.form, completed.form, raw)
    except (InvalidAnswers, SignatureRequired, Refused) as fault:
        if isinstance(fault, SignatureRequired):
            count_wrong_signature()
        found = task_of(task_id)
        if isinstance(found, EndedTask):
            return _ended(found, form_of(task_id))
        typed = answers_in(request.form, found.form)
        return make_response(_page(found, refilled(typed, submission, _first(fault, found.form, typed))), 422)
    except NotAllowed as fault:
        form = form_of(task_id)
        with suppress(BihuanError), deed() as work:  # a colleague has claimed it: whoever takes it over goes on there
            save_task_draft(work, TaskId(task_id), answers_in(request.form, form))
        return not_handed_in(fault, form, back=url_for("tasks.show", task_id=task_id))
    except TaskNotOpen as fault:
        form, ended = form_of(task_id), task_of(task_id)
        return _ended(ended, form) if isinstance(ended, EndedTask) else not_handed_in(fault, form)
    except BihuanError as fault:
        return not_handed_in(fault, form_of(task_id), back=url_for("tasks.show", task_id=task_id))
    flash(_told(completed), "warning" if completed.again else "success")
    return redirect(way_back(), code=303)


def _told(completed: Completed) -> str:
    """What was done, in which case, and where it is now."""
    if completed.again:
        return f"{completed.case_no} “{completed.step}”已提交；按所填内容，流程转回本环节，须再次办理。"
    return f"{completed.case_no} “{completed.step}”已办理完毕{_went(completed.opened)}"


def _went(opened: Sequence[tuple[str, str]]) -> str:
    """Where a case is now, to end a sentence with."""
    went = "、".join(f"“{name}”（{desk}）" for name, desk in opened[:MOST_TOLD])
    return f"，转入{went}{'等' if len(opened) > MOST_TOLD else ''}。" if went else "。"


@pages.get("/cases/<case_no>/actions/<path:key>")
def button(case_no: str, key: str) -> Response:
    """The form behind a button."""
    found = button_of(case_no, key)
    return _button_page(found, _restored(found) or Filled())


@pages.post("/cases/<case_no>/actions/<path:key>")
def press(case_no: str, key: str) -> Response | AnyResponse:
    """Press it."""
    submission = submission_in(request.form)
    with reading() as (reader, vault):
        header, form = button_form(reader, vault, me(), case_no, key)
    raw = answers_in(request.form, form)
    try:
        require_asked(request.form, form, raw)
        with deed() as work:
            pressed = press_button(work, header.id, key, raw, submission_id=submission)
    except (InvalidAnswers, Refused) as fault:
        try:
            found = button_of(case_no, key)
        except TaskNotOpen as gone:
            return not_handed_in(gone, form, back=url_for("cases.show", case_no=case_no))
        return make_response(_button_page(found, refilled(raw, submission, fault)), 422)
    except BihuanError as fault:
        return not_handed_in(fault, form, back=url_for("cases.show", case_no=case_no))
    flash(f"“{pressed.name}”已提交{_went(pressed.opened)}")
    return redirect(url_for("cases.show", case_no=case_no), code=303)


@pages.errorhandler(CSRFError)
def outdated(fault: CSRFError) -> Response:
    """The token is of an earlier log-in: nothing is done, and the form comes back as it was, with a token of now."""
    page, asked_for = PAGES.get(request.endpoint or ""), request.view_args or {}
    if page is None or not from_a_page_of_ours():
        return errors.expired(fault)
    found = task_of(**asked_for) if page == "tasks.show" else button_of(**asked_for)
    if isinstance(found, EndedTask):
        return _ended(found)
    filled = Filled(answers_in(request.form, found.form), fault=OUTDATED)
    return make_response(_page(found, filled) if isinstance(found, AtDesk) else _button_page(found, filled), 400)


@pages.errorhandler(RateLimitExceeded)
def guessed_too_often(_: RateLimitExceeded) -> Response:
    """Somebody who is not the signer may sit at the signer's desk: no more passwords for a while, nothing is lost."""
    found = task_of(**(request.view_args or {}))
    if isinstance(found, EndedTask):
        return _ended(found)
    page = _page(found, Filled(answers_in(request.form, found.form), signature=GUESSED))
    return make_response(page, TooManyAttempts.status)


def not_handed_in(fault: BihuanError, form: Form, *, back: str = "") -> Response:
    """What was typed could not be handed in, and cannot be: say why, and show it for whoever wants to keep it."""
    errors.note(fault)
    typed = words_in(form, answers_in(request.form, form))
    page = render_template("not_handed_in.html", status=fault.status, words=fault.chinese, back=back, typed=typed)
    return make_response(page, fault.status)


@dataclass(frozen=True, slots=True)
class AtDesk:
    """A task with all that its page shows beside it, from one read."""

    page: TaskPage
    aid: Aid | None
    """What helps to decide, when it is one of the desk of triage (研判分办)."""
    files: Mapping[str, object]

    @property
    def form(self) -> Form:
        """What is to be filled in."""
        return self.page.form


def task_of(task_id: UUID) -> AtDesk | EndedTask:
    """A task, or what became of it."""
    with reading() as (reader, vault):
        found = task_page(reader, vault, me(), task_id)
        if isinstance(found, EndedTask):
            return found
        aid = aid_for(reader, vault, me(), found)
        if aid is None:  # else it tells what is alike by itself
            found = replace(found, case=with_alike(reader, vault, me(), found.case))
        return AtDesk(found, aid, attached(reader, vault, found.case.header.id))


def button_of(case_no: str, key: str) -> ButtonPage:
    """The page of a button."""
    with reading() as (reader, vault):
        return button_page(reader, vault, me(), case_no, key)


def _first(fault: BihuanError, form: Form, raw: Raw) -> BihuanError:
    """What the answers call for is asked before anything else is found wrong: the page had hidden it."""
    try:
        require_asked(request.form, form, raw)
    except InvalidAnswers as unasked:
        return unasked
    return fault


def form_of(task_id: UUID) -> Form:
    """The form of a task, open or not. Raises NotFound."""
    with reading() as (reader, _):
        return task_form(reader, me(), task_id)


def _page(found: AtDesk, filled: Filled, foreseen: Foreseen | None = None) -> Response:
    beside = beside_form(found.page, found.aid, filled, foreseen)
    return make_response(render_template("task.html", task=found.page, page=found.page.case, **beside, **found.files))


def page_with(task_id: UUID, raw: Raw, foreseen: Foreseen) -> Response:
    """The task with its form as filled in so far, and what handing it in would mean."""
    found = task_of(task_id)
    return _ended(found) if isinstance(found, EndedTask) else _page(found, Filled(raw), foreseen)


def _button_page(found: ButtonPage, filled: Filled) -> Response:
    return make_response(render_template("button.html", found=found, page=found.case, filled=filled))


def _ended(found: EndedTask, form: Form | None = None) -> Response:
    typed = words_in(form, answers_in(request.form, form)) if form else ()
    return make_response(render_template("task_ended.html", ended=found, typed=typed), 409)


def _begun(found: TaskPage) -> Filled:
    """The officer's own draft; without one, the duty table's suggestion (职责分工表) stands chosen until somebody
    chooses otherwise.
    """
    suggested = found.case.suggested_unit
    return _restored(found) or Filled({"handling_unit": suggested} if suggested else {})


def _restored(found: TaskPage | ButtonPage) -> Filled | None:
    return Filled(found.draft.typed, restored_at=found.draft.saved_at) if found.draft else None
