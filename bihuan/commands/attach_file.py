"""Attach files (附件) to a case: by its complainant as evidence, or by an officer of a unit that takes part."""

from collections.abc import Sequence
from uuid import UUID

from bihuan.commands.attaching import FILES, attach_one, files_of, keep, require_sense
from bihuan.domain import file_access
from bihuan.domain.attachments import MOST_FILES
from bihuan.domain.errors import InvalidAnswers, NotAllowed
from bihuan.domain.ids import CaseId
from bihuan.store import cases
from bihuan.store.attachments import COUNTED
from bihuan.store.sealed_files import Sent
from bihuan.store.tasks import require_task_of
from bihuan.store.unit_of_work import UnitOfWork


def attach_files(
    work: UnitOfWork, case_id: CaseId, files: Sequence[Sent], *, submission_id: UUID, key: str | None = None
) -> tuple[int, ...]:
    """Attach them all, or none; the numbers they got. A complainant's are sealed until the platform releases them.

    `key`: of the task on whose page they were chosen; history keeps it, so that nothing else may stand in its place.
    Raises NotAllowed (403) for who takes no part, NotFound for a key of no task of the case, InvalidAnswers (422, under
    `files`) for too many, for one that is too large, empty or of no kind that is taken, and once the case has ended;
    StorageFull (507) when there is no room. A repeat with the same submission id changes nothing.
    """
    case = cases.lock(work, case_id)
    readers = files_of(case)
    if not file_access.may_attach(work.actor, readers):
        raise NotAllowed(f"Expected {work.actor.ref} to take part in {case.case_no}, but it does not")
    unit = file_access.attaching_unit(work.actor, readers)
    there = work.one(COUNTED, in_case=case_id, by_unit=unit, submission=submission_id)
    if there is None or there["repeated"] or not files:
        return ()
    if key is not None:
        require_task_of(work, case_id, key)
    kinds = require_sense(files)
    if case.exit is not None:
        raise InvalidAnswers({FILES: "本件已办结，不能再添加附件。"})
    if there["theirs"] + len(files) > MOST_FILES:
        raise InvalidAnswers({FILES: f"每件最多{MOST_FILES}个附件，已有{there['theirs']}个，请减少后重新上传。"})
    numbers = tuple(range(there["last"] + 1, there["last"] + 1 + len(files)))
    for number, sent, kind in zip(numbers, files, kinds, strict=True):
        attach_one(work, case, sent, kind, number=number, unit=unit, submission_id=submission_id, key=key)
    cases.write(work, case)
    keep(files)
    return numbers
