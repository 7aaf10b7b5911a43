"""What a complainant adds to a case that runs (补充材料), or says against its result while being heard (听取意见).

Neither moves the case: whoever has its step reads it and decides, as the diagram says. Files go by `attach_file`.
"""

from uuid import UUID

import sqlalchemy as sa

from bihuan.commands import step
from bihuan.commands.complainants_notice import open_tasks, require_own_open_case, tell_desks
from bihuan.domain.errors import TaskNotOpen
from bihuan.domain.ids import CaseId
from bihuan.locality.deployments import deployment_of
from bihuan.locality.folder import AT_PORTAL, NOT_SOLVED, SUPPLEMENT
from bihuan.locality.forms import Raw
from bihuan.locality.options import validated
from bihuan.store import cases, tables
from bihuan.store.presses import REPEATED, keep_press
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

WORDS = {
    SUPPLEMENT: ("supplement_given", "补充材料", "诉求人补充了说明或材料，请在工单页查看。"),
    NOT_SOLVED: ("rework_asked", "要求重新办理", "诉求人对办理结果不满意，提出了理由和新的证据，请核查时一并核实。"),
}
"""By form: the event, what it is called, and what the desks are told."""
_press = tables.press
BEFORE = compiled(
    sa.select(sa.func.count().label("number"))
    .select_from(_press)
    .where(
        _press.c.case_id == sa.bindparam("case_id", type_=tables.ID),
        _press.c.form == sa.bindparam("form", type_=sa.Text),
    )
)


def supplement(work: UnitOfWork, case_id: CaseId, answers: Raw, *, submission_id: UUID, form: str = SUPPLEMENT) -> None:
    """Add what is filled in to the case and tell the platform and every desk that has a step of it.

    `form` is SUPPLEMENT, at any time while the case runs, or NOT_SOLVED, while the complainant is heard. Raises
    NotAllowed (403) for everybody but its complainant, TaskNotOpen (409) when it is not the time, InvalidAnswers
    (422). A repeat with the same submission id changes nothing.
    """
    case = cases.lock(work, case_id)
    if work.one(REPEATED, case_id=case_id, submission_id=submission_id):
        return
    step.settle(work, case)
    require_own_open_case(work, case)
    heard_at = deployment_of(work, case.deployment).locality.settings.heard_at
    tasks = open_tasks(work, case)
    if form == NOT_SOLVED and not any(task.key.element in heard_at for task in tasks):
        raise TaskNotOpen(f"a hearing of the complainant in {case.case_no}")
    given = validated(work, deployment_of(work, case.deployment), form, answers)
    event, name, told = WORDS[form]
    before = work.one(BEFORE, case_id=case_id, form=form)
    key = f"{AT_PORTAL}/{form}/{before['number'] + 1 if before else 1}"
    keep_press(
        work, case, key, name=name, form=form, control=given.control, text=given.text, submission_id=submission_id
    )
    cases.record(work, case, event, {"sha256": given.digest}, key=key)
    tell_desks(work, case, tasks, form, f"诉求人{name}", told)
    cases.write(work, case)
