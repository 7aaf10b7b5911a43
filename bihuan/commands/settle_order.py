"""Settle a supervision order (督办单) that was answered: close it, or return the reply to be written anew."""

from uuid import UUID

from bihuan.commands.order_notices import RETURNED, SETTLED, tell
from bihuan.domain import access
from bihuan.domain.errors import TaskNotOpen
from bihuan.store import cases
from bihuan.store.orders import CLOSED, CLOSING, MOVE, OPEN, REPLIED, RETURN, lock_order, order_no, said, write_entry
from bihuan.store.unit_of_work import UnitOfWork


def settle_order(work: UnitOfWork, order_id: UUID, *, accepted: bool, opinion: str) -> None:
    """Accept the reply, which closes the order (销), or return it; its day stays what it was. With an opinion, always.

    By those who supervise (NotAllowed). Raises TaskNotOpen when there is no reply to be settled, InvalidAnswers.
    """
    case, order = lock_order(work, order_id)
    access.require_supervisor(work.actor, locality=case.locality)
    if order["state"] != REPLIED:
        raise TaskNotOpen(order_no(case.case_no, order["no"]))
    digest = write_entry(
        work, order_id, order["entries"] + 1, CLOSING if accepted else RETURN, said("opinion", opinion)
    )
    if accepted:
        work.do(MOVE, order_id=order_id, new_state=CLOSED, new_replied_at=order["replied_at"], new_closed_at=work.now)
    else:
        work.do(MOVE, order_id=order_id, new_state=OPEN, new_replied_at=None, new_closed_at=None)
    kind = SETTLED if accepted else RETURNED
    cases.record(work, case, kind, {"order": order["no"], "sha256": digest})
    cases.write(work, case)
    tell(work, case, kind, order["no"], to=order["unit"], due_at=order["due_at"])
