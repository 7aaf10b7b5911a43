"""What people are told of a supervision order (督办单): that there is one, never what was written.

Called by the deeds that issue, answer and settle one.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from bihuan.domain.workdays import due_words
from bihuan.store.cases import LockedCase
from bihuan.store.notices import write_notice
from bihuan.store.orders import order_no
from bihuan.store.unit_of_work import UnitOfWork

ORDERED, ANSWERED, RETURNED, SETTLED = "order_issued", "order_replied", "order_returned", "order_closed"
WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        ORDERED: ("督办单 {order}", "您单位收到督办单 {order}（工单 {case_no}），请于{due}前书面答复。"),
        ANSWERED: ("督办单 {order} 已答复", "督办单 {order}（工单 {case_no}）已由承办单位答复，请审核。"),
        RETURNED: ("督办单 {order} 退回重报", "督办单 {order}（工单 {case_no}）的答复已退回，请于{due}前重新答复。"),
        SETTLED: ("督办单 {order} 已销", "督办单 {order}（工单 {case_no}）的答复已审核通过，督办单办结。"),
    }
)
"""Subject and text of each notice, by the kind of event that it tells of."""


def tell(work: UnitOfWork, case: LockedCase, kind: str, no: int, *, to: str, due_at: datetime) -> None:
    """Leave a notice for a unit, and have it sent."""
    words = {"order": order_no(case.case_no, no), "case_no": case.case_no, "due": due_words(due_at)}
    subject, body = (text.format(**words) for text in WORDS[kind])
    write_notice(work, case, kind, to=to, subject=subject, body=body)
