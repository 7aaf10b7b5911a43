"""Many lines of 我的待办 at once: claimed (签收), assigned (指派) or watched (关注). Never completed: each is decided.

Each task is a deed of its own: what cannot be done is told, with the reason, and the others are done all the same.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.assign_task import assign_task
from bihuan.commands.claim_task import claim_task
from bihuan.commands.watch_case import unwatch_case, watch_case
from bihuan.domain.errors import BihuanError, CaseFaulted, NotFound
from bihuan.domain.ids import AccountId, TaskId
from bihuan.queries.colleagues import colleagues
from bihuan.queries.find_case import readable_cases
from bihuan.queries.inbox import inbox_rows
from bihuan.store.unit_of_work import UnitOfWork
from web.house import deed, me, reading
from web.inbox_address import Wanted

pages = Blueprint("inbox_bulk", __name__)
MOST = 100
"""Lines that one page may send: more than it shows."""
NONE_CHOSEN = "请先在列表中勾选。"


@pages.post("/inbox/claim")
def claim() -> AnyResponse:
    """Claim all that are ticked; a colleague's stays the colleague's."""
    tasks = _tasks()
    _done("已签收", tasks, lambda work, task_id: claim_task(work, task_id, from_colleague=False))
    return _back()


@pages.post("/inbox/assign")
def assign() -> AnyResponse:
    """Choose a colleague for all that are ticked; with one chosen, assign them."""
    tasks = _tasks()
    if not tasks:
        flash(NONE_CHOSEN, "warning")
        return _back()
    chosen = request.form.get("to", "")
    if not chosen:
        return _choose(tasks)
    to = AccountId(_id(chosen))
    _done("已指派", tasks, lambda work, task_id: assign_task(work, task_id, to))
    return _back()


@pages.post("/inbox/watch")
def watch() -> AnyResponse:
    """Watch the cases of all that are ticked."""
    if not (tasks := _tasks()):
        flash(NONE_CHOSEN, "warning")
        return _back()
    with reading() as (reader, vault):
        numbers = {row.case_no for row in inbox_rows(reader, vault, me(), list(tasks))}
    _watch(numbers, watched=True)
    return _back()


@pages.post("/inbox/unwatch")
def unwatch() -> AnyResponse:
    """No longer watch the cases that are ticked."""
    numbers = request.form.getlist("case")[:MOST]
    if numbers:
        _watch(numbers, watched=False)
    else:
        flash(NONE_CHOSEN, "warning")
    return _back()


@pages.post("/cases/<case_no>/watch")
def watch_one(case_no: str) -> AnyResponse:
    """Watch a case from its page, or no longer."""
    _watch([case_no], watched=request.form.get("watched") != "no")
    return redirect(url_for("cases.show", case_no=case_no), code=303)


def _choose(tasks: list[TaskId]) -> AnyResponse:
    with reading() as (reader, vault):
        rows = inbox_rows(reader, vault, me(), list(tasks))
        found = colleagues(reader, me(), {row.group_key for row in rows})
    page = render_template("inbox_assign.html", rows=rows, colleagues=found, wanted=Wanted.read(request.form))
    return make_response(page)


def _watch(numbers: Collection[str], *, watched: bool) -> None:
    with reading() as (reader, _):
        found = readable_cases(reader, me(), numbers)
    for case_id in found.values():
        with deed() as work:
            (watch_case if watched else unwatch_case)(work, case_id)
    done = len(found)
    flash(f"已关注 {done} 件工单，可在“我关注的”中查看。" if watched else f"已取消关注 {done} 件工单。")


def _done(what: str, tasks: list[TaskId], do: Callable[[UnitOfWork, TaskId], None]) -> None:
    """Do it to each task and say how many it was done to, and to which others not, and why."""
    numbers, refused = _numbers(tasks), dict[str, list[str]]()
    for task_id in tasks:
        try:
            with deed() as work:
                do(work, task_id)
        except CaseFaulted:
            raise
        except BihuanError as fault:
            refused.setdefault(fault.chinese, []).append(numbers.get(task_id, ""))
    done = len(tasks) - sum(map(len, refused.values()))
    if not tasks:
        flash(NONE_CHOSEN, "warning")
    elif done:
        flash(f"{what} {done} 项。")
    for why, which in refused.items():
        told = "、".join(filter(None, which))
        flash(f"{len(which)} 项未办{f'（{told}）' if told else ''}：{why}", "warning")


def _numbers(tasks: list[TaskId]) -> dict[UUID, str]:
    """The numbers of the cases that these tasks are of, as far as they are in the officer's inbox."""
    with suppress(NotFound), reading() as (reader, vault):
        return {row.id: row.case_no for row in inbox_rows(reader, vault, me(), list(tasks)) if row.id}
    return {}


def _tasks() -> list[TaskId]:
    """The tasks that are ticked, each once. Raises BadRequest for what is no task, or too many."""
    found = list(dict.fromkeys(TaskId(_id(one)) for one in request.form.getlist("task")))
    if len(found) > MOST:
        raise BadRequest
    return found


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as exc:
        raise BadRequest from exc


def _back() -> AnyResponse:
    return redirect(Wanted.read(request.form).at(), code=303)
