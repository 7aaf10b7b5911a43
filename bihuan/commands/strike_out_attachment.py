"""Put a struck-out copy (隐去件) in the place of an attachment: units see the copy, the original stays sealed."""

from uuid import UUID

from bihuan.commands.attaching import FILES, attach_one, files_of, keep, require_sense
from bihuan.domain import file_access
from bihuan.domain.access import PLATFORM
from bihuan.domain.attachments import RELEASED, REPLACED, SEALED
from bihuan.domain.errors import InvalidAnswers, NotAllowed, NotFound
from bihuan.domain.ids import CaseId
from bihuan.store import cases
from bihuan.store.attachments import COUNTED, READ, REPLACE_COPIES, turn
from bihuan.store.sealed_files import Sent
from bihuan.store.unit_of_work import UnitOfWork


def strike_out_attachment(
    work: UnitOfWork, case_id: CaseId, number: int, copy: Sent | None, *, submission_id: UUID
) -> int | None:
    """Attach the copy, released at once, and seal what it stands for; its number, None for a repeat.

    The platform's deed alone. A copy attached before is replaced by this one. Raises NotAllowed, NotFound,
    InvalidAnswers for none, one that cannot be taken or a copy of a copy, StorageFull.
    """
    case = cases.lock(work, case_id)
    if not file_access.may_release(work.actor, files_of(case)):
        raise NotAllowed(f"Expected the platform to strike out in {case.case_no}, but {work.actor.ref} is not of it")
    there = work.one(COUNTED, in_case=case_id, by_unit=PLATFORM, submission=submission_id)
    original = work.one(READ, in_case=case_id, number=number)
    if there is None or original is None:
        raise NotFound(f"Expected an attachment {number} in {case.case_no}, but there is none")
    if there["repeated"]:
        return None
    if copy is None:
        raise InvalidAnswers({FILES: "请选择一份隐去件。"})
    (kind,) = require_sense([copy])
    if original["copy_of"] is not None:
        raise InvalidAnswers({FILES: "这一份本身就是隐去件，请对原件上传新的隐去件。"})
    if original["state"] == RELEASED:
        turn(work, original, SEALED)
    work.do(REPLACE_COPIES, original=original["id"], besides=copy.content.id, new_state=REPLACED)
    attach_one(
        work, case, copy, kind, number=there["last"] + 1, unit=PLATFORM, submission_id=submission_id,
        copy_of=original, state=RELEASED,
    )  # fmt: skip
    cases.write(work, case)
    keep([copy])
    return int(there["last"]) + 1
