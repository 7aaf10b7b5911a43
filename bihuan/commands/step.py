"""The one motion that all deeds share: advance the case in its diagram and write down everything that followed.

Commands lock the case, authorise, and call `advance_case`. Nothing else joins the engine and the store.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bihuan.commands.recording import record_step
from bihuan.domain.errors import CaseFaulted, TaskNotOpen
from bihuan.domain.ids import Key
from bihuan.engine import ExecutionFault, Start, Step, Stimulus, Tick, advance
from bihuan.locality.deployments import calendar_of, deployment_of
from bihuan.locality.folder import Locality
from bihuan.store.cases import LockedCase
from bihuan.store.unit_of_work import UnitOfWork

CLOCK = "clock"
"""The actor of what happens because its time has come."""


def advance_case(work: UnitOfWork, case: LockedCase, stimulus: Stimulus) -> Step:
    """Settle what was due before, then do this; record the facts, the tasks, deadlines, jobs and notices.

    Raises TaskNotOpen (409) when what the deed is about is over, Refused (422) when the procedure's own conditions
    forbid it, CaseFaulted when the diagram cannot go on; nothing is kept then.
    """
    settle(work, case)
    return _apply(work, case, stimulus, actor=work.actor.ref)


def start_case(work: UnitOfWork, case: LockedCase, control: Mapping[str, Any], *, at: datetime | None = None) -> None:
    """Begin the case in its diagram, now or at an instant that is over: what was due since then follows at once."""
    _apply(work, case, Start(case.process, control), actor=work.actor.ref, at=at)
    settle(work, case)


def settle(work: UnitOfWork, case: LockedCase) -> None:
    """Fire every deadline of the case that is due by now, in order, in the name of the clock."""
    if case.exit is None and case.next_due_at is not None and case.next_due_at <= work.now:
        _apply(work, case, Tick(), actor=CLOCK)


def _apply(
    work: UnitOfWork, case: LockedCase, stimulus: Stimulus, *, actor: str, at: datetime | None = None
) -> Step:  # fmt: skip
    deployment = deployment_of(work, case.deployment)
    calendar = calendar_of(work, case.locality, case.calendar_version)
    try:
        step = advance(deployment.definition, case.state or None, stimulus, at or work.now, calendar=calendar)
    except ExecutionFault as fault:
        raise CaseFaulted(case.id, str(fault)) from fault
    record_step(work, case, deployment, step, actor=actor)
    return step


def desks_opened(made: Step, locality: Locality) -> tuple[tuple[str, str], ...]:
    """The tasks that a step opened: the name of each, and at whose desk it lies."""
    return tuple((task.name, "、".join(map(locality.group_name, task.groups))) for task in made.opened)


def key_of(text: str) -> Key:
    """A key as it came from a page. Raises TaskNotOpen when it is none."""
    try:
        return Key.parse(text)
    except ValueError as exc:
        raise TaskNotOpen(text) from exc
