"""我的待办: an officer's open tasks, claims, and the latest notices."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.claim_task import claim_task, release_task
from bihuan.domain.ids import TaskId
from bihuan.queries import inbox as query
from web.house import deed, me, reading

pages = Blueprint("inbox", __name__)
FILTERS: dict[query.Which, str] = {
    "all": "全部",
    "mine": "我已签收",
    "unclaimed": "待签收",
    "today": "今日到期",
    "overdue": "已超期",
}


@pages.get("/inbox")
def mine() -> Response:
    """The inbox; filter and place are kept in the address."""
    which: query.Which = next((one for one in FILTERS if one == request.args.get("which")), "all")
    with reading() as (reader, vault):
        found = query.inbox(reader, vault, me(), which, _after(request.args.get("after")))
    following = _place(found.following) if found.following else None
    page = render_template("inbox.html", inbox=found, filters=FILTERS, following=following)
    return make_response(page)


@pages.post("/tasks/<uuid:task_id>/claim")
def claim(task_id: UUID) -> AnyResponse:
    """签收"""
    with deed() as work:
        claim_task(work, TaskId(task_id))
    return _after_claim(task_id, "已签收。")


@pages.post("/tasks/<uuid:task_id>/release")
def release(task_id: UUID) -> AnyResponse:
    """取消签收"""
    with deed() as work:
        release_task(work, TaskId(task_id))
    return _after_claim(task_id, "已取消签收，同单位同事可以签收办理。")


def _after_claim(task_id: UUID, words: str) -> AnyResponse:
    if request.headers.get("HX-Request"):
        with reading() as (reader, vault):
            found = query.inbox_row(reader, vault, me(), task_id)
        return make_response(render_template("_inbox_row.html", row=found))
    flash(words)
    if request.form.get("back") == "task":
        return redirect(url_for("tasks.show", task_id=task_id), code=303)
    return redirect(url_for("inbox.mine", which=request.form.get("which", "all")), code=303)


def _place(following: tuple[datetime | None, UUID]) -> str:
    due_at, task_id = following
    return f"{due_at.isoformat() if due_at else ''}~{task_id}"


def _after(place: str | None) -> tuple[datetime | None, UUID] | None:
    if not place:
        return None
    due_at, _, task_id = place.partition("~")
    try:
        return datetime.fromisoformat(due_at) if due_at else None, UUID(task_id)
    except ValueError as exc:
        raise BadRequest from exc
