"""Release an attachment (放行) to the units that handle the case, or seal it again (封存): the platform's deed."""

from bihuan.commands.attaching import files_of
from bihuan.domain import file_access
from bihuan.domain.attachments import RELEASED, SEALED
from bihuan.domain.errors import NotAllowed, NotFound, TaskNotOpen
from bihuan.domain.ids import CaseId
from bihuan.store import cases
from bihuan.store.attachments import READ, turn
from bihuan.store.unit_of_work import UnitOfWork


def release_attachment(work: UnitOfWork, case_id: CaseId, number: int) -> None:
    """Let units see it as it is, images without their metadata. Released already, nothing changes."""
    _turn(work, case_id, number, RELEASED, "file_released")


def seal_attachment(work: UnitOfWork, case_id: CaseId, number: int) -> None:
    """Take the release back, whoever may have seen it by then. Sealed already, nothing changes."""
    _turn(work, case_id, number, SEALED, "file_sealed")


def _turn(work: UnitOfWork, case_id: CaseId, number: int, state: str, kind: str) -> None:
    case = cases.lock(work, case_id)
    if not file_access.may_release(work.actor, files_of(case)):
        raise NotAllowed(
            f"Expected the platform to decide on files of {case.case_no}, but {work.actor.ref} is not of it"
        )
    row = work.one(READ, in_case=case_id, number=number)
    if row is None:
        raise NotFound(f"Expected an attachment {number} in {case.case_no}, but there is none")
    if row["state"] == state:
        return
    if row["state"] not in (SEALED, RELEASED):
        raise TaskNotOpen(f"attachment {number}")
    turn(work, row, state)
    cases.record(work, case, kind, {"no": number, "sha256": row["sha256"].hex()})
    cases.write(work, case)
