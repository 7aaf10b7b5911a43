"""我的待办: an officer's open tasks by view, kept fresh, printed and taken along; claims of one task; the notices."""

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.claim_task import claim_task, release_task
from bihuan.domain.ids import TaskId
from bihuan.queries import inbox as query
from bihuan.queries.inbox_choices import choices
from bihuan.queries.inbox_statements import WATCHED
from bihuan.queries.orders import orders_to_do
from web import inbox_rows
from web.house import deed, me, reading
from web.inbox_address import VIEW_NAMES, Wanted
from web.made_files import handed_out
from web.pattern import joined

pages = Blueprint("inbox", __name__)


@pages.get("/inbox")
def mine() -> Response:
    """The inbox; view, narrowing and place are kept in the address."""
    wanted, in_force = Wanted.read(request.args), current_user.in_force
    watched = wanted.view == WATCHED
    with reading() as (reader, vault):
        found = query.inbox(
            reader, vault, me(), wanted.view, wanted.after, narrowing=wanted.narrowing, in_force=in_force
        )
        offered = choices(reader, me(), in_force) if wanted.narrowing_now else None
        orders = orders_to_do(reader, vault, me(), in_force)
    page = render_template(
        "inbox.html", inbox=found, wanted=wanted, views=VIEW_NAMES, choices=offered, watched=watched,
        orders=orders,
        lines=inbox_rows.inbox_lines(found.rows, watched=watched),
        notices=inbox_rows.notice_lines(found.notices),
        following=wanted.after_this(found.following) if found.following else None,
        pulse=wanted.at("inbox.pulse", after=wanted.begins),
    )  # fmt: skip
    return make_response(page)


@pages.get("/inbox/pulse")
def pulse() -> Response:
    """What changed by itself since the page was loaded: counts, the lamps of the lines it has, and whether those are
    still the ones.
    """
    wanted = Wanted.read(request.args)
    with reading() as (reader, _):
        found = query.pulse(
            reader, me(), wanted.view, wanted.after, narrowing=wanted.narrowing, in_force=current_user.in_force
        )
    have = request.args.get("have", "").split()
    lamps = joined(inbox_rows.inbox_lamp(key, nearness) for key, nearness in found.lamps if key in have)
    changed = have != [key for key, _ in found.lamps]
    page = render_template(
        "_inbox_pulse.html", counts=found.counts, wanted=wanted, views=VIEW_NAMES, lamps=lamps, changed=changed
    )
    return make_response(page)


@pages.get("/inbox/print")
def printed() -> Response:
    """The whole view on paper."""
    wanted = Wanted.read(request.args)
    with reading() as (reader, vault):
        rows, cut = query.whole_view(reader, vault, me(), wanted.view, narrowing=wanted.narrowing, leaves_house=False)
        now = reader.now
    page = render_template(
        "inbox_print.html", lines=inbox_rows.printed_lines(rows), count=len(rows), cut=cut, now=now, wanted=wanted,
        title=VIEW_NAMES[wanted.view],
    )  # fmt: skip
    return make_response(page)


@pages.get("/inbox/export")
def export() -> AnyResponse:
    """The whole view as a workbook. It leaves the house: nobody who complained is named in it."""
    wanted = Wanted.read(request.args)
    with reading() as (reader, vault):
        rows, cut = query.whole_view(reader, vault, me(), wanted.view, narrowing=wanted.narrowing, leaves_house=True)
        now = reader.now
    from bihuan.queries.inbox_workbook import inbox_workbook  # its library takes a third of a second to load

    title = f"我的待办（{VIEW_NAMES[wanted.view]}）"
    content = inbox_workbook(rows, title=title, whose=me().name, as_of=now, cut=cut)
    return handed_out(content, f"待办-{VIEW_NAMES[wanted.view]}.xlsx", "inbox")


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
            found = query.inbox_rows(reader, vault, me(), [task_id])
        return make_response(str(inbox_rows.inbox_lines(found)))
    flash(words)
    if request.form.get("back") == "task":
        return redirect(url_for("tasks.show", task_id=task_id), code=303)
    return redirect(Wanted.read(request.form).at(), code=303)
