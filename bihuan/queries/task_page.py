"""A task (待办任务) or a button as its page shows it: the case around it, and the form to fill in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.errors import NotFound, TaskNotOpen
from bihuan.domain.ids import Key, TaskId
from bihuan.engine.applications import applications
from bihuan.locality.deployments import deployment_of
from bihuan.locality.folder import NOT_SOLVED
from bihuan.locality.forms import Form, Options
from bihuan.locality.options import options_of
from bihuan.queries.case_deeds import Deed
from bihuan.queries.case_header import CaseHeader, OpenedCase, open_case_file
from bihuan.queries.case_page import CaseNow, CasePage, case_now, page_of
from bihuan.queries.case_waits import ButtonRow, OpenTaskRow
from bihuan.queries.replies import OfferedReply, replies_offered
from bihuan.queries.told_forms import told_form
from bihuan.store import drafts, tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader
from bihuan.store.vault import Vault

_task, _account, _case = tables.task, tables.account, tables.case_file
READ = compiled(
    sa.select(_task, _account.c.name.label("completer"))
    .outerjoin(_account, _account.c.id == _task.c.completed_by)
    .where(_task.c.id == sa.bindparam("task_id", type_=tables.ID))
)


READ_FORM = compiled(
    sa.select(_task.c.form, _task.c.group_key, _task.c.case_id, _task.c.locality, _case.c.deployment)
    .join(_case, _case.c.id == _task.c.case_id)
    .where(_task.c.id == sa.bindparam("task_id", type_=tables.ID))
)


@dataclass(frozen=True, slots=True)
class TaskPage:
    """An open task of the reader's own group."""

    case: CasePage
    id: TaskId
    step: str
    key: str
    documentation: str
    signature: bool
    claimed_by_me: bool
    claimed_by: str | None
    open_row: OpenTaskRow
    form: Form
    options: Options
    draft: drafts.Draft | None
    """What this officer has typed into the form and not handed in."""
    replies: Mapping[str, tuple[OfferedReply, ...]]
    """The reply templates (答复模板) of the form, by field."""
    asked: tuple[Deed, ...]
    """What this task decides on: an application (延期、退回), and what the complainant said while being heard."""


@dataclass(frozen=True, slots=True)
class ButtonPage:
    """A button (延期申请, 退回) with its form."""

    case: CaseNow
    button: ButtonRow
    form: Form
    options: Options
    draft: drafts.Draft | None
    replies: Mapping[str, tuple[OfferedReply, ...]]


@dataclass(frozen=True, slots=True)
class EndedTask:
    """A task that is no longer open, for the page that says so."""

    case_no: str
    step: str
    completed_by: str | None
    ended_at: datetime | None


def task_page(reader: Reader, vault: Vault, actor: Officer, task_id: UUID) -> TaskPage | EndedTask:
    """The open task, or what became of it.

    Raises NotFound when there is none, when this officer may not read its case, or belongs to another desk.
    """
    row = reader.one(READ, task_id=task_id)
    if row is None:
        raise NotFound(f"Expected a task {task_id}, but there is none")
    case = open_case_file(reader, vault, actor, case_id=row["case_id"])
    if row["state"] != "open":
        return EndedTask(case.header.case_no, row["name"], row["completer"], row["ended_at"])
    if not access.may_end(actor, [row["group_key"]], case_id=row["case_id"], locality=row["locality"]):
        raise NotFound(f"Expected {actor.ref} to belong to {row['group_key']}, but it does not")
    options = options_of(reader, case.deployment)
    page = page_of(reader, case, actor, options)
    process, element = row["key"].split("/")[:2]
    form = told_form(
        _form(case, row["form"]), case.deployment.locality, options, page.seen.get(Key.parse(row["key"]), {})
    )  # fmt: skip
    return TaskPage(
        page, row["id"], row["name"], row["key"],
        case.deployment.definition.element(process, element).documentation, row["signature"],
        row["assignee"] == actor.account_id, None if row["assignee"] is None else _claimer(page, row["id"]),
        next(task for task in page.tasks if task.id == row["id"]), form, options,
        drafts.read(reader, vault, actor.account_id, case.header.id, row["key"]),
        replies_offered(case, form.id, row["due_at"], reader.now), _asked(case, page, Key.parse(row["key"])),
    )  # fmt: skip


def _asked(case: OpenedCase, page: CasePage, key: Key) -> tuple[Deed, ...]:
    """The latest of each."""
    deployment = case.deployment
    buttons = applications(deployment.definition).get((key.process, key.element), ())
    heard = key.element in deployment.locality.settings.heard_at
    latest: dict[str, Deed] = {}
    for made, deed in page.deed_of.items():
        if (heard and deed.form == NOT_SOLVED) or (made and _made_by(Key.parse(made), buttons, key.item)):
            latest[deed.form] = max(latest.get(deed.form, deed), deed, key=lambda one: one.at)
    return tuple(latest.values())


def _made_by(made: Key, buttons: tuple[tuple[str, str], ...], item: str | None) -> bool:
    return (made.process, made.element) in buttons and made.item in (None, item)


def task_form(reader: Reader, actor: Officer, task_id: UUID) -> Form:
    """The form of a task, open or not, for whoever must say what was typed into it.

    Raises NotFound when there is no such task, or it is another desk's.
    """
    row = reader.one(READ_FORM, task_id=task_id)
    if row is None or not access.may_end(
        actor, [row["group_key"]], case_id=row["case_id"], locality=row["locality"]
    ):  # fmt: skip
        raise NotFound(f"Expected a task {task_id} of {actor.ref}'s groups, but there is none")
    return deployment_of(reader, row["deployment"]).locality.form(row["form"])


def button_page(reader: Reader, vault: Vault, actor: Officer, case_no: str, key: str) -> ButtonPage:
    """A button that this officer may press. Raises NotFound for the case, TaskNotOpen when it is gone."""
    case = open_case_file(reader, vault, actor, case_no=case_no)
    now = case_now(reader, case, actor)
    for button in now.buttons:
        if button.key == key:
            options = options_of(reader, case.deployment)
            seen = now.seen.get(Key.parse(button.key), {})
            form = told_form(_form(case, button.form), case.deployment.locality, options, seen)
            return ButtonPage(
                now, button, form, options,
                drafts.read(reader, vault, actor.account_id, case.header.id, key),
                replies_offered(case, form.id, None, reader.now),
            )  # fmt: skip
    raise TaskNotOpen(key)


def button_form(reader: Reader, vault: Vault, actor: Officer, case_no: str, key: str) -> tuple[CaseHeader, Form]:
    """The case and the form of a button, whether or not it is still there: pressing decides that."""
    case = open_case_file(reader, vault, actor, case_no=case_no)
    process, _, rest = key.partition("/")
    try:
        element = case.deployment.definition.element(process, rest.partition("/")[0])
    except KeyError:
        raise TaskNotOpen(key) from None
    return case.header, _form(case, element.form)


def _claimer(page: CasePage, task_id: UUID) -> str | None:
    return next((task.claimed_by for task in page.tasks if task.id == task_id), None)


def _form(case: OpenedCase, form: str | None) -> Form:
    return case.deployment.locality.form(form)
