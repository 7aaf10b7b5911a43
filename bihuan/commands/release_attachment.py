"""Release an attachment (放行) to the units that handle the case, or seal it again (封存): the platform's deed."""

from bihuan.commands.attaching import FILES, files_of
from bihuan.domain import file_access
from bihuan.domain.attachments import KINDS, RELEASED, SEALED
from bihuan.domain.errors import InvalidAnswers, NotAllowed, NotFound, TaskNotOpen
from bihuan.domain.ids import CaseId
from bihuan.store import cases
from bihuan.store.attachments import READ, turn
from bihuan.store.unit_of_work import UnitOfWork

LOOK_FIRST = "请先打开附件核对，勾选“已核对”后再放行；能认出诉求人的，请用隐去件代替。"


def release_attachment(work: UnitOfWork, case_id: CaseId, number: int, *, looked: bool = False) -> None:
    """Let units see it; of images, documents and sheets they get none of the metadata. Released already: no change.

    `looked`: the officer says to have looked through it. Raises InvalidAnswers without that, where what a complainant
    sent may betray them in a way that no machine takes out.
    """
    _turn(work, case_id, number, RELEASED, "file_released", looked=looked)


def seal_attachment(work: UnitOfWork, case_id: CaseId, number: int) -> None:
    """Take the release back, whoever may have seen it by then. Sealed already, nothing changes."""
    _turn(work, case_id, number, SEALED, "file_sealed")


def _turn(
    work: UnitOfWork, case_id: CaseId, number: int, state: str, kind: str, *, looked: bool = False
) -> None:  # fmt: skip
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
    to_look_at = state == RELEASED and row["unit"] is None and bool(KINDS[row["media_type"]].betrays)
    if to_look_at and not looked:
        raise InvalidAnswers({FILES: LOOK_FIRST})
    turn(work, row, state)
    said = {"no": number, "sha256": row["sha256"].hex()}
    cases.record(work, case, kind, {**said, "looked": True} if to_look_at else said)
    cases.write(work, case)
