"""Let time act on a case: whatever is due fires, in order, in the name of the clock."""

from bihuan.commands import step
from bihuan.domain.ids import CaseId
from bihuan.store import cases
from bihuan.store.unit_of_work import UnitOfWork


def fire_timer(work: UnitOfWork, case_id: CaseId) -> None:
    """Fire the deadlines of this case that are due. Nothing due (another worker was first): nothing happens."""
    step.settle(work, cases.lock(work, case_id))
