"""Press a button of the diagram (延期申请, 退回), or end a wait from outside (评价): whatever its `audience` may do."""

from dataclasses import dataclass
from uuid import UUID

from bihuan.commands import step
from bihuan.commands.barring import bar_named
from bihuan.domain import access
from bihuan.domain.errors import TaskNotOpen
from bihuan.domain.ids import CaseId
from bihuan.engine import OpenButton, Press, waits
from bihuan.locality.deployments import deployment_of
from bihuan.locality.forms import Raw
from bihuan.locality.options import validated
from bihuan.store import cases
from bihuan.store.cases import LockedCase
from bihuan.store.given import was_given
from bihuan.store.presses import REPEATED, keep_press
from bihuan.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was handed in, and what came of it: the steps that it opened, each with whose desk it lies on."""

    name: str
    opened: tuple[tuple[str, str], ...] = ()


def press_button(work: UnitOfWork, case_id: CaseId, key: str, answers: Raw, *, submission_id: UUID) -> Pressed:
    """Do what the button is for, with its form's answers.

    Raises TaskNotOpen (409) when it is no longer there, NotAllowed (403), InvalidAnswers (422), Refused (422, with the
    rule) when the procedure's conditions forbid it. A repeat with the same submission id changes nothing; with other
    answers it is TaskNotOpen.
    """
    case = cases.lock(work, case_id)
    deployment = deployment_of(work, case.deployment)
    if before := work.one(REPEATED, case_id=case_id, submission_id=submission_id):
        again = validated(work, deployment, before["form"], answers)
        if not was_given(work, case_id, before["key"], again.digest):
            raise TaskNotOpen(key)
        return Pressed(before["name"])
    step.settle(work, case)
    button = _button(work, case, key)
    access.require_end(work.actor, button.audience, case_id=case.id, locality=case.locality)
    key = str(button.key)  # as history has it: 01 is read as 1, too
    given = validated(work, deployment, button.form, answers)
    keep_press(
        work, case, key, name=button.name, form=button.form, control=given.control, text=given.text,
        submission_id=submission_id,
    )  # fmt: skip
    cases.record(work, case, "answers_given", {"sha256": given.digest, "late": False}, key=key)
    made = step.advance_case(work, case, Press(button.key, bar_named(work, case, given.control, key=key)))
    return Pressed(button.name, step.desks_opened(made, deployment.locality))


def _button(work: UnitOfWork, case: LockedCase, key: str) -> OpenButton:
    wanted = step.key_of(key)
    open_now = waits(deployment_of(work, case.deployment).definition, case.state)
    for button in open_now.buttons:
        if button.key == wanted:
            return button
    raise TaskNotOpen(key)
