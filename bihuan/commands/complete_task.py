"""Complete a user task (办理): the answers are kept, the decisions go into the procedure, the case moves on."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from bihuan.commands import step
from bihuan.commands.barring import bar_named
from bihuan.commands.signing import sign
from bihuan.domain import access
from bihuan.domain.errors import NotAllowed
from bihuan.domain.ids import Key, TaskId
from bihuan.engine import Complete, Step
from bihuan.locality.deployments import deployment_of
from bihuan.locality.folder import Locality
from bihuan.locality.forms import Form, Raw
from bihuan.locality.options import validated
from bihuan.store import cases, drafts, tables
from bihuan.store.given import was_given
from bihuan.store.statement import compiled
from bihuan.store.tasks import lock_task, require_open
from bihuan.store.unit_of_work import Row, UnitOfWork

_task = tables.task

COMPLETE = compiled(
    sa.update(_task)
    .where(_task.c.id == sa.bindparam("task_id", type_=tables.ID))
    .values(
        state="completed",
        ended_at=sa.bindparam("now", type_=tables.INSTANT),
        completed_by=sa.bindparam("by", type_=tables.ID),
        acting_for=sa.bindparam("for"),
        submission_id=sa.bindparam("submission", type_=tables.ID),
        control=sa.bindparam("new_control", type_=JSONB),
        answers=sa.bindparam("new_answers", type_=JSONB),
    )
    .add_cte(drafts.FORGOTTEN)
)
"""What was drafted for the task goes in the same statement."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What was handed in, and what came of it: the steps that it opened, each with whose desk it lies on."""

    step: str
    form: Form
    case_no: str
    opened: tuple[tuple[str, str], ...] = ()
    again: bool = False
    """The diagram led straight back to the same step."""


def complete_task(
    work: UnitOfWork, task_id: TaskId, answers: Raw, *, submission_id: UUID, password: str | None = None
) -> Completed:
    """Hand in a user task's result and move the case on.

    Raises TaskNotOpen (409) when somebody or the clock ended it before, NotAllowed (403), InvalidAnswers and
    SignatureRequired (422). A repeat with the same submission id changes nothing and is no fault, unless it says
    something else than was taken: then it comes too late like any other.
    """
    case, task = lock_task(work, task_id)
    access.require_end(work.actor, [task["group_key"]], case_id=case.id, locality=case.locality)
    deployment = deployment_of(work, case.deployment)
    completed = Completed(task["name"], deployment.locality.form(task["form"]), case.case_no)
    repeated = task["state"] == "completed" and task["submission_id"] == submission_id
    if not repeated:
        require_open(task)
        _require_mine(work, task)
    given = validated(work, deployment, task["form"], answers)
    if repeated:
        if not was_given(work, case.id, task["key"], given.digest):
            require_open(task)
        return completed
    if task["signature"]:
        sign(work, case, task["key"], given.all, password)
    work.do_at_once(
        COMPLETE, task_id=task_id, in_case=case.id, at_key=task["key"], now=work.now,
        by=access.account_of(work.actor), **{"for": work.actor.acting_for},
        submission=submission_id, new_control=tables.as_json(given.control), new_answers=tables.as_json(given.text),
    )  # fmt: skip
    cases.record(work, case, "answers_given", {"sha256": given.digest, "late": is_late(work, task)}, key=task["key"])
    control = bar_named(work, case, given.control, key=task["key"])
    key = Key.parse(task["key"])
    made = step.advance_case(work, case, Complete(key, control))
    return replace(completed, **_what_came(made, key, deployment.locality))


def _what_came(made: Step, key: Key, locality: Locality) -> dict[str, Any]:
    """Of the tasks that a step opened: their names and desks, and whether this one is among them."""
    return {
        "opened": step.desks_opened(made, locality),
        "again": made.opens_again(key),
    }


def is_late(work: UnitOfWork, task: Row) -> bool:
    """Whether the task's limit has passed: at the very instant it is late (口径 E2)."""
    return task["due_at"] is not None and work.now >= task["due_at"]


def _require_mine(work: UnitOfWork, task: Row) -> None:
    if task["assignee"] not in (None, access.account_of(work.actor)):
        raise NotAllowed(
            f"Expected task {task['key']} to be unclaimed or {work.actor.ref}'s, but {task['assignee']} claimed it",
            "该事项已由同事签收。如需由您办理，请先改签到您名下。",
        )
