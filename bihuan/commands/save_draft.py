"""Keep what an officer has typed into the form of a task or a button and not handed in yet (存草稿).

A draft is no deed: history does not know of it. It is the officer's own, also when somebody is stood in for.
"""

from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.errors import InvalidAnswers, NotAllowed, NotFound, TaskNotOpen
from bihuan.domain.ids import CaseId, TaskId
from bihuan.engine import waits
from bihuan.locality.deployments import deployment_of
from bihuan.locality.forms import Form, Raw
from bihuan.store import drafts, tables
from bihuan.store.statement import compiled
from bihuan.store.tasks import require_open
from bihuan.store.unit_of_work import Row, UnitOfWork

LARGEST = 200 * 1024
"""Bytes that one draft may have."""

_task, _case, _account = tables.task, tables.case_file, tables.account
# A deed that ends the wait at this moment is waited for, and one that comes after waits: no draft outlives its wait.
TASK = compiled(
    sa.select(
        _task.c.case_id, _task.c.locality, _task.c.key, _task.c.group_key, _task.c.state, _task.c.ended_at,
        _task.c.form, _case.c.deployment,
        sa.select(_account.c.name).where(_account.c.id == _task.c.completed_by).scalar_subquery().label("completer"),
    )
    .join(_case, _case.c.id == _task.c.case_id)
    .where(_task.c.id == sa.bindparam("task_id", type_=tables.ID))
    .with_for_update(read=True, of=(_case, _task))
)  # fmt: skip
CASE = compiled(
    sa.select(_case.c.id, _case.c.locality, _case.c.deployment, _case.c.state)
    .where(_case.c.id == sa.bindparam("case_id", type_=tables.ID))
    .with_for_update(read=True)
)


def save_task_draft(work: UnitOfWork, task_id: TaskId, typed: Raw) -> None:
    """Keep what was typed for an open task. Nothing typed at all: nothing is kept.

    Raises NotFound, NotAllowed for another desk's, TaskNotOpen (409), InvalidAnswers when it is too long.
    """
    officer = _officer(work)
    row = work.one(TASK, task_id=task_id)
    if row is None:
        raise NotFound(f"Expected a task {task_id}, but there is none")
    access.require_end(officer, [row["group_key"]], case_id=row["case_id"], locality=row["locality"])
    require_open(row)
    _keep(work, officer, row, row["case_id"], row["key"], row["form"], typed)


def save_button_draft(work: UnitOfWork, case_id: CaseId, key: str, typed: Raw) -> None:
    """Keep what was typed for a button; as `save_task_draft`."""
    officer = _officer(work)
    row = work.one(CASE, case_id=case_id)
    if row is None:
        raise NotFound(f"Expected a case {case_id}, but there is none")
    open_now = waits(deployment_of(work, row["deployment"]).definition, row["state"])
    button = next((one for one in open_now.buttons if str(one.key) == key), None)
    if button is None:
        raise TaskNotOpen(key)
    access.require_end(officer, button.audience, case_id=row["id"], locality=row["locality"])
    _keep(work, officer, row, row["id"], key, button.form, typed)


def _officer(work: UnitOfWork) -> Officer:
    if not isinstance(work.actor, Officer):
        raise NotAllowed(f"Expected an officer's draft, but {work.actor.ref} is none")
    return work.actor


def _keep(
    work: UnitOfWork, officer: Officer, row: Row, case_id: UUID, key: str, form_id: str | None, typed: Raw
) -> None:
    locality = deployment_of(work, row["deployment"]).locality
    kept = of_form(locality.form(form_id), typed)
    if sum(len(str(value).encode()) for value in kept.values()) > LARGEST:
        raise InvalidAnswers({"draft": "填写内容过长，草稿未能保存，请精简。"})
    if any(kept.values()):
        drafts.save(work, officer.account_id, CaseId(case_id), key, kept)
    else:
        drafts.discard(work, officer.account_id, CaseId(case_id), key)


def of_form(form: Form, typed: Raw) -> drafts.Typed:
    """Of what was typed, what the form has fields for."""
    return {
        field.key: value if isinstance(value := typed[field.key], str) else list(value)
        for field in form.fields
        if field.key in typed
    }
