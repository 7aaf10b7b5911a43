"""What a complainant's own deed at the portal tells officers: the platform, and every desk that has a step of the case.

Shared by the portal's commands. The words are fixed: never who complained, never what was written.
"""

from collections.abc import Iterable

from bihuan.domain.access import PLATFORM, Complainant
from bihuan.domain.errors import NotAllowed, TaskNotOpen
from bihuan.engine import OpenTask, waits
from bihuan.locality.deployments import deployment_of
from bihuan.store.cases import LockedCase
from bihuan.store.notices import write_notice
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


def tell_desks(
    work: UnitOfWork, case: LockedCase, tasks: Iterable[OpenTask], template: str, subject: str, body: str
) -> tuple[str, ...]:
    """A notice to the platform and to each desk that has one of these steps, each once; the names of their units."""
    desks = {PLATFORM, *(group for task in tasks for group in task.groups)}
    for desk in sorted(desks):
        write_notice(work, case, template, to=desk, subject=f"{subject}：{case.case_no}", body=body)
    locality = deployment_of(work, case.deployment).locality
    units = dict.fromkeys([PLATFORM, *(desk.partition(":")[0] for desk in sorted(desks))])
    return tuple(locality.unit_name(unit) for unit in units)
