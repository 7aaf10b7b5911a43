"""Note a telephone call (登记通话) about a case: with whom, when, what was said. It moves nothing in the procedure."""

import hashlib
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.errors import InvalidAnswers, NotAllowed
from bihuan.domain.ids import CaseId, new_id
from bihuan.store import cases, tables
from bihuan.store.calls import DIRECTIONS, OTHERS, phone_call
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

SHORTEST, LONGEST = 2, 2000
YEARS_AGO = 10
"""No call of a case is older. Of the year 1 neither a page nor the database can say when it was in Beijing."""
REPEATED = compiled(
    sa.select(phone_call.c.id).where(phone_call.c.submission_id == sa.bindparam("submission_id", type_=tables.ID))
)


def record_call(
    work: UnitOfWork, case_id: CaseId, *, other: str, direction: str, reached: bool, called_at: datetime | None,
    summary: str, submission_id: UUID,
) -> None:  # fmt: skip
    """Keep the note, also of a case that has ended. A repeat with the same submission id changes nothing.

    Raises NotAllowed for whoever has no part in the case, InvalidAnswers for what is missing, for a call in the
    future or ten years back.
    """
    case = cases.lock(work, case_id)
    actor = work.actor
    if not isinstance(actor, Officer) or not access.has_a_part(actor, locality=case.locality, involved=case.involved):
        raise NotAllowed(f"Expected {actor.ref} to have a part in {case.case_no}, but it has none")
    if work.one(REPEATED, submission_id=submission_id):
        return
    summary = summary.replace("\r\n", "\n").strip()
    _require_sense(work, other, direction, called_at, summary)
    call_id = new_id(work.now)
    work.add(
        phone_call,
        {
            "id": call_id, "case_id": case.id, "made_by": actor.account_id, "acting_for": actor.acting_for,
            "other": other, "direction": direction, "reached": reached, "called_at": called_at, "summary": summary,
            "recorded_at": work.now, "submission_id": submission_id,
        },
    )  # fmt: skip
    detail = {"call": str(call_id), "other": other, "direction": direction, "reached": reached,
              "called_at": called_at.isoformat() if called_at else "",
              "sha256": hashlib.sha256(summary.encode()).hexdigest()}  # fmt: skip
    cases.record(work, case, "call_recorded", detail)
    cases.write(work, case)


def _require_sense(work: UnitOfWork, other: str, direction: str, called_at: datetime | None, summary: str) -> None:
    errors = {}
    if other not in OTHERS:
        errors["other"] = "请选择与谁通话。"
    if direction not in DIRECTIONS:
        errors["direction"] = "请选择去电还是来电。"
    if called_at is None or called_at > work.now or called_at.year < work.now.year - YEARS_AGO:
        errors["called_at"] = "请填写通话时间，不能晚于现在，也不能早于十年前。"
    if not SHORTEST <= len(summary) <= LONGEST or "\0" in summary:
        errors["summary"] = f"请写明通话内容，{SHORTEST}至{LONGEST}字。"
    if errors:
        raise InvalidAnswers(errors)
