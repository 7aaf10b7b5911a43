"""Issue a supervision order (督办单) about a case to one of its units; beside the diagram, which it does not move."""

from datetime import date, datetime
from uuid import UUID

from bihuan.commands.order_notices import ORDERED, tell
from bihuan.domain import access
from bihuan.domain.errors import InvalidAnswers, gathered
from bihuan.domain.ids import CaseId, new_id
from bihuan.domain.workdays import CannotCount
from bihuan.locality.deployments import calendar_of
from bihuan.store import cases
from bihuan.store.cases import LockedCase
from bihuan.store.orders import DEMAND, NUMBERS, SUBMITTED, said, supervision_order, write_entry
from bihuan.store.unit_of_work import UnitOfWork


def issue_order(
    work: UnitOfWork, case_id: CaseId, *, unit: str, demand: str, due_on: date | None, submission_id: UUID
) -> None:
    """Order a unit of the case to account for it in writing by the end of a working day.

    By those who supervise alone (NotAllowed). Raises InvalidAnswers for a unit that has no part in the case, for a day
    that is over or off, and when the case has ended. A repeat with the same submission id changes nothing.
    """
    case = cases.lock(work, case_id)
    issuer = access.require_supervisor(work.actor, locality=case.locality)
    if work.one(SUBMITTED, submission_id=submission_id) is not None:
        return
    due_at, body = _answers(work, case, unit, demand, due_on)
    counted = work.one(NUMBERS, case_id=case_id)
    order = work.add(
        supervision_order,
        {
            "id": new_id(work.now), "case_id": case_id, "locality": case.locality,
            "no": (counted["orders"] if counted else 0) + 1, "unit": unit, "issuer": issuer, "due_at": due_at,
            "issued_at": work.now, "submission_id": submission_id,
        },
    )  # fmt: skip
    digest = write_entry(work, order["id"], 1, DEMAND, body)
    detail = {"order": order["no"], "unit": unit, "due_at": due_at.isoformat(), "sha256": digest}
    cases.record(work, case, "order_issued", detail)
    cases.write(work, case)
    tell(work, case, ORDERED, order["no"], to=unit, due_at=due_at)


def _answers(
    work: UnitOfWork, case: LockedCase, unit: str, demand: str, due_on: date | None
) -> tuple[datetime, str]:  # fmt: skip
    """By when, and what is demanded. Raises InvalidAnswers with all that is wrong."""
    errors: dict[str, str] = {}
    with gathered(errors):
        _require_sense(case, unit)
    with gathered(errors):
        due_at = _due(work, case, due_on)
    with gathered(errors):
        body = said("demand", demand)
    if errors:
        raise InvalidAnswers(errors)
    return due_at, body


def _require_sense(case: LockedCase, unit: str) -> None:
    if case.exit is not None:
        raise InvalidAnswers({"unit": "本件已结束，不再发督办单。"})
    if unit not in access.orderable(case.involved, case.handling_unit):
        raise InvalidAnswers({"unit": "请选择本件的一个办理单位。"})


def _due(work: UnitOfWork, case: LockedCase, due_on: date | None) -> datetime:
    """The end of the day by which a reply is due. Raises InvalidAnswers."""
    calendar = calendar_of(work, case.locality, case.calendar_version)
    try:
        if due_on is None or not calendar.is_workday(due_on):
            raise InvalidAnswers({"due_on": "请选择一个工作日。"})
        due_at = calendar.on(due_on).due_at
    except CannotCount as fault:
        raise InvalidAnswers({"due_on": fault.chinese}) from fault
    if due_at <= work.now:
        raise InvalidAnswers({"due_on": "请选择今天或以后的工作日。"})
    return due_at
