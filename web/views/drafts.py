"""草稿: what is typed into the form of a task or a button is kept on the server while it is typed.

By htmx a moment after each change; without a script by the button 存草稿, and by 填入 of a reply template (答复模板).
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.save_draft import save_button_draft, save_task_draft
from bihuan.domain.errors import BihuanError
from bihuan.domain.ids import TaskId
from bihuan.locality.forms import Form, Raw
from bihuan.queries.replies import OfferedReply
from bihuan.queries.task_page import EndedTask, button_form
from web.forms import answers_in
from web.house import deed, me, reading
from web.typed import carried, page_of_form
from web.views import tasks

pages = Blueprint("drafts", __name__)
pages.register_error_handler(CSRFError, tasks.outdated)
RESTORED = "登录前填写的内容已恢复，请核对后提交。"


@pages.post("/tasks/<uuid:task_id>/draft")
def of_task(task_id: UUID) -> Response | AnyResponse:
    """Keep what is typed for a task; put a reply template in first; or throw the draft away."""
    typed = _typed(tasks.form_of(task_id))
    if "insert" in request.form:
        found = tasks.task_of(task_id)
        typed = typed if isinstance(found, EndedTask) else _with_reply(typed, found.page.replies)
    with deed() as work:
        save_task_draft(work, TaskId(task_id), typed)
    return _kept(work.now)


@pages.post("/cases/<case_no>/drafts/<path:key>")
def of_button(case_no: str, key: str) -> Response | AnyResponse:
    """The same for a button."""
    with reading() as (reader, vault):
        header, form = button_form(reader, vault, me(), case_no, key)
    typed = _typed(form)
    if "insert" in request.form:
        typed = _with_reply(typed, tasks.button_of(case_no, key).replies)
    with deed() as work:
        save_button_draft(work, header.id, key, typed)
    return _kept(work.now)


def resume(address: str) -> Response | None:
    """Make what was typed before this log-in the officer's draft, so that the page at `address` shows it again.

    A page of its own instead when it cannot be kept: the task was done meanwhile, or is not this officer's.
    """
    if not carried():
        return None
    try:
        page, values = current_app.url_map.bind("").match(address.partition("?")[0], method="GET")
    except HTTPException:
        return None
    form = Form("", "", ())
    try:
        if page == "tasks.show":
            form = tasks.form_of(values["task_id"])
            with deed() as work:
                save_task_draft(work, TaskId(values["task_id"]), _typed(form))
        elif page == "tasks.button":
            with reading() as (reader, vault):
                header, form = button_form(reader, vault, me(), values["case_no"], values["key"])
            with deed() as work:
                save_button_draft(work, header.id, values["key"], _typed(form))
        flash(RESTORED)
    except BihuanError as fault:
        return tasks.not_handed_in(fault, form)
    return None


def _typed(form: Form) -> dict[str, str | list[str]]:
    return {} if "discard" in request.form else answers_in(request.form, form)


def _with_reply(typed: Raw, replies: Mapping[str, tuple[OfferedReply, ...]]) -> dict[str, str | list[str]]:
    """The template whose 填入 was pressed, after what its field holds already."""
    field, _, number = request.form["insert"].partition(":")
    found = {name: held if isinstance(held, str) else list(held) for name, held in typed.items()}
    for one in replies.get(field, ()):
        if str(one.no) == number:
            found[field] = f"{str(found.get(field, '')).rstrip()}\n{one.text}".lstrip()
    return found


def _kept(at: datetime) -> Response | AnyResponse:
    if request.headers.get("HX-Request"):
        return make_response(render_template("_draft_saved.html", at=at))
    flash("草稿已清除。" if "discard" in request.form else "草稿已保存。")
    return redirect(page_of_form() or "/", code=303)
