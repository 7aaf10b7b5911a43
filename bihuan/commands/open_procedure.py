"""Open a case of a procedure (事项流程) that no request begins: a desk does (开办), or the calendar once a period."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from bihuan.commands.begin_case import Beginning, Opened, arrive, begin_case
from bihuan.domain.access import Machine, Officer, may_open
from bihuan.domain.errors import NotAllowed
from bihuan.locality.forms import Answers, Raw
from bihuan.locality.procedures import procedure_of
from bihuan.store.unit_of_work import UnitOfWork

OFFICER, CALENDAR = "officer", "calendar"
"""Origins of such cases, as diagrams may ask for them."""
DESK: Final = "desk"
PERIODS: Final = UUID("5d1a4be2-8f0c-4b7e-9a3d-2c6f70e1b945")
"""The name space in which a locality, a process and a period make one submission."""


def open_procedure(work: UnitOfWork, process: str, answers: Raw, *, submission_id: UUID) -> Opened:
    """Open a case of this procedure in the officer's own locality. The same submission again answers the same number.

    Raises NotFound (404) when there is no such procedure, NotAllowed (403) for everybody but an officer of the desks
    that its start event names, InvalidAnswers (422).
    """
    actor = work.actor
    if not isinstance(actor, Officer):
        raise NotAllowed(f"Expected an officer to open {process}, but {actor.ref} is none")
    place, before = arrive(work, actor.locality, submission_id)
    procedure = procedure_of(place.deployment, process)
    if procedure.main or not may_open(actor, procedure.audience, locality=place.row["id"]):
        raise NotAllowed(f"Expected {actor.ref} to be of {procedure.audience}, which open {process}, but it is not")
    if before:
        return before
    desks = frozenset(group.partition(":")[0] for group in actor.groups.intersection(procedure.audience))
    return begin_case(
        work,
        place,
        Beginning(
            procedure, procedure.form, place.validated(procedure.form, answers), OFFICER, DESK,
            "procedure_opened", submission_id, desks=desks,
        ),
    )  # fmt: skip


def open_by_calendar(
    work: UnitOfWork, locality: str, process: str, period: str, subject: str, at: datetime
) -> Opened:  # fmt: skip
    """Open the case of this procedure for a period (2026-11, 2026Q4): it begins at `at`, also when that is over.

    Once a period: again, it answers the same number. Raises NotFound, NotAllowed for everybody but a machine of ours
    and for procedures that no calendar opens.
    """
    if not isinstance(work.actor, Machine):
        raise NotAllowed(f"Expected the calendar to open {process}, but {work.actor.ref} is a person")
    submission_id = uuid5(PERIODS, f"{locality}/{process}/{period}")
    place, before = arrive(work, locality, submission_id)
    if before:
        return before
    procedure = procedure_of(place.deployment, process)
    if procedure.timer is None:
        raise NotAllowed(f"Expected {process} to begin by the calendar, but it does not")
    given = Answers({}, {"subject": subject})
    return begin_case(
        work,
        place,
        Beginning(
            procedure, None, given, CALENDAR, CALENDAR, "procedure_opened", submission_id, begins_at=at, period=period
        ),
    )
