"""Answer a supervision order (督办单答复): the unit that was ordered accounts for the case in writing."""

from uuid import UUID

from bihuan.commands.order_notices import ANSWERED, tell
from bihuan.domain import access
from bihuan.domain.errors import NotFound, TaskNotOpen
from bihuan.store import cases
from bihuan.store.orders import MOVE, OPEN, REPLIED, REPLY, lock_order, order_no, said, write_entry
from bihuan.store.unit_of_work import UnitOfWork


def reply_to_order(work: UnitOfWork, order_id: UUID, reply: str) -> None:
    """Answer it, in time or late. By the unit that was ordered: to anybody else there is no such order (NotFound).

    Raises TaskNotOpen when it is answered or closed already, InvalidAnswers for a reply that says nothing.
    """
    case, order = lock_order(work, order_id)
    actor = work.actor
    if not access.may_answer_order(actor, order["unit"], locality=case.locality):
        raise NotFound(f"Expected {actor.ref} to be of {order['unit']}, which was ordered, but it is not")
    if order["state"] != OPEN:
        raise TaskNotOpen(order_no(case.case_no, order["no"]))
    digest = write_entry(work, order_id, order["entries"] + 1, REPLY, said("reply", reply))
    work.do(MOVE, order_id=order_id, new_state=REPLIED, new_replied_at=work.now, new_closed_at=None)
    late = work.now >= order["due_at"]
    cases.record(work, case, "order_replied", {"order": order["no"], "late": late, "sha256": digest})
    cases.write(work, case)
    tell(work, case, ANSWERED, order["no"], to=order["issuer"], due_at=order["due_at"])
