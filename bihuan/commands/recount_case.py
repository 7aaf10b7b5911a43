"""Count the limits of one case again by the locality's calendar of now (日历调整): its history keeps old and new."""

from bihuan.commands import step
from bihuan.domain.access import Machine
from bihuan.domain.errors import NotAllowed
from bihuan.domain.ids import CaseId
from bihuan.engine import Recount
from bihuan.store import cases
from bihuan.store.unit_of_work import UnitOfWork

CALENDAR = Machine("calendar")
"""The actor of what happens because the calendar has changed."""


def recount_case(work: UnitOfWork, case_id: CaseId) -> int:
    """Move the deadlines to come to where this calendar has them; how many facts that makes. Again: none.

    What has passed or ended is not touched, nor is anything moved to an instant that is over. Raises NotAllowed for
    anybody but the calendar itself.
    """
    if work.actor is not CALENDAR:
        raise NotAllowed(f"Expected the calendar to count case {case_id} again, but {work.actor.ref} does")
    case = cases.lock(work, case_id)
    if case.exit is not None:
        return 0
    return len(step.advance_case(work, case, Recount()).facts)
