"""What a complainant's own deed at the portal tells officers: the platform, and every desk that has a step of the case.

Shared by the portal's commands. The words are fixed: never who complained, never what was written.
"""

from bihuan.domain.access import PLATFORM, Complainant
from bihuan.domain.errors import NotAllowed, TaskNotOpen
from bihuan.domain.ids import new_id
from bihuan.engine import OpenTask, waits
from bihuan.locality.deployments import deployment_of
from bihuan.store import tables
from bihuan.store.cases import LockedCase
from bihuan.store.unit_of_work import UnitOfWork


def require_own_open_case(work: UnitOfWork, case: LockedCase) -> None:
    """Raise NotAllowed unless the actor is the case's complainant, TaskNotOpen (409) when the case has ended."""
    if work.actor != Complainant(case.id):
        raise NotAllowed(f"Expected the complainant of {case.case_no}, but {work.actor.ref} is another")
    if case.exit is not None:
        raise TaskNotOpen(case.case_no, completed_at=case.ended_at)


def open_tasks(work: UnitOfWork, case: LockedCase) -> tuple[OpenTask, ...]:
    """The steps that somebody has to do now."""
    return waits(deployment_of(work, case.deployment).definition, case.state).tasks


def tell_desks(work: UnitOfWork, case: LockedCase, template: str, subject: str, body: str) -> None:
    """A notice to the platform and to each desk with an open step, each once."""
    desks = {PLATFORM, *(group for task in open_tasks(work, case) for group in task.groups)}
    for desk in sorted(desks):
        work.add(
            tables.notice,
            {
                "id": new_id(work.now), "case_id": case.id, "locality": case.locality, "template": template,
                "clause": None, "recipient": desk, "subject": f"{subject}：{case.case_no}", "body": body,
                "written_at": work.now, "due_at": work.now,
            },
        )  # fmt: skip
    work.wake_bell()
