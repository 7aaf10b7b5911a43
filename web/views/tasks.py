"""办理: a task's page with its form, and the buttons beside it (延期申请, 退回)."""

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.complete_task import complete_task
from bihuan.commands.press_button import press_button
from bihuan.domain.errors import InvalidAnswers, Refused, SignatureRequired, TaskNotOpen
from bihuan.domain.ids import TaskId
from bihuan.locality.forms import Raw
from bihuan.queries.foresight import Foreseen
from bihuan.queries.task_page import ButtonPage, EndedTask, TaskPage, button_form, button_page, task_form, task_page
from web import errors
from web.forms import Filled, answers_in, refilled, require_asked, submission_in
from web.house import deed, me, reading
from web.triage_desk import beside_form, way_back
from web.uploads import attached

pages = Blueprint("tasks", __name__)


@pages.get("/tasks/<uuid:task_id>")
def show(task_id: UUID) -> Response:
    """The task, ready to be done."""
    found = _task(task_id)
    return _ended(found) if isinstance(found, EndedTask) else _page(found, _prefilled(found))


@pages.post("/tasks/<uuid:task_id>")
def complete(task_id: UUID) -> Response | AnyResponse:
    """Hand in the form. A second click of the same form changes nothing."""
    submission = submission_in(request.form)
    with reading() as (reader, _):
        step, form = task_form(reader, me(), task_id)
    raw = answers_in(request.form, form)
    try:
        require_asked(request.form, form, raw)
        with deed() as work:
            complete_task(
                work, TaskId(task_id), raw, submission_id=submission, password=request.form.get("password") or None
            )
    except TaskNotOpen:
        ended = _task(task_id)
        return _ended(ended) if isinstance(ended, EndedTask) else errors.page(409, TaskNotOpen.chinese)
    except (InvalidAnswers, SignatureRequired, Refused) as fault:
        found = _task(task_id)
        if isinstance(found, EndedTask):
            return _ended(found)
        return make_response(_page(found, refilled(raw, submission, fault)), 422)
    flash(f"“{step}”已办理完毕。")
    return redirect(way_back(), code=303)


@pages.get("/cases/<case_no>/actions/<path:key>")
def button(case_no: str, key: str) -> Response:
    """The form behind a button."""
    return _button_page(_button(case_no, key), Filled())


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
            press_button(work, header.id, key, raw, submission_id=submission)
    except (InvalidAnswers, Refused) as fault:
        return make_response(_button_page(_button(case_no, key), refilled(raw, submission, fault)), 422)
    flash("申请已提交。")
    return redirect(url_for("cases.show", case_no=case_no), code=303)


def _task(task_id: UUID) -> TaskPage | EndedTask:
    with reading() as (reader, vault):
        return task_page(reader, vault, me(), task_id)


def _button(case_no: str, key: str) -> ButtonPage:
    with reading() as (reader, vault):
        return button_page(reader, vault, me(), case_no, key)


def _page(found: TaskPage, filled: Filled, foreseen: Foreseen | None = None) -> Response:
    beside = beside_form(found, filled, foreseen)
    return make_response(
        render_template("task.html", task=found, page=found.case, **beside, **attached(found.case.header.id))
    )


def page_with(task_id: UUID, raw: Raw, foreseen: Foreseen) -> Response:
    """The task with its form as filled in so far, and what handing it in would mean."""
    found = _task(task_id)
    return _ended(found) if isinstance(found, EndedTask) else _page(found, Filled(raw), foreseen)


def _button_page(found: ButtonPage, filled: Filled) -> Response:
    return make_response(render_template("button.html", found=found, page=found.case, filled=filled))


def _ended(found: EndedTask) -> Response:
    return make_response(render_template("task_ended.html", ended=found), 409)


def _prefilled(found: TaskPage) -> Filled:
    """The duty table's suggestion (职责分工表) stands chosen until somebody chooses otherwise."""
    suggested = found.case.suggested_unit
    return Filled({"handling_unit": suggested} if suggested else {})
