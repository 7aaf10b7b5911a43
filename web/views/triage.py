"""研判分办: the stream of requests that wait at the desk, and what handing a task in would mean (预览)."""

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from bihuan.queries.foresight import foresee
from bihuan.queries.task_page import task_form
from bihuan.queries.triage import triage_stream
from web.forms import answers_in
from web.house import me, reading
from web.places import place_read, place_said
from web.views import tasks

pages = Blueprint("triage", __name__)


@pages.get("/triage")
def stream() -> Response:
    """The stream, nearest limit first; the place in it is kept in the address."""
    with reading() as (reader, vault):
        found = triage_stream(reader, vault, me(), place_read(request.args.get("after")))
    following = place_said(found.following) if found.following else None
    return make_response(render_template("triage.html", stream=found, following=following))


@pages.post("/tasks/<uuid:task_id>/foresight")
def foresight(task_id: UUID) -> Response:
    """What would follow, by the form as it is filled in now; nothing is handed in. Without script a whole page."""
    with reading() as (reader, vault):
        form = task_form(reader, me(), task_id)
        raw = answers_in(request.form, form)
        found = foresee(reader, vault, me(), task_id, raw)
    if request.headers.get("HX-Request"):
        labels = {field.key: field.label for field in form.fields}
        return make_response(render_template("_foreseen.html", foreseen=found, labels=labels))
    return tasks.page_with(task_id, raw, found)
