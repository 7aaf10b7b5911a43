"""Supervision orders (督办单): whom the supervisors order what, by when, and every word that was written to it.

What people wrote lies in `supervision_entry`, of which history keeps the hash alone; nothing written is ever changed.
"""

import hashlib
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.access import account_of
from bihuan.domain.errors import InvalidAnswers, NotFound
from bihuan.store import cases, columns
from bihuan.store.cases import LockedCase
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

OPEN, REPLIED, CLOSED = "open", "replied", "closed"
DEMAND, REPLY, RETURN, CLOSING = "demand", "reply", "return", "closing"
SHORTEST, LONGEST = 5, 4000

supervision_order = sa.Table(
    "supervision_order",
    columns.metadata,
    sa.Column("id", columns.ID, primary_key=True),
    columns.case(),
    columns.text("locality"),
    sa.Column("no", sa.Integer, nullable=False, comment="within its case, from 1"),
    columns.text("unit", "who is ordered, and replies"),
    columns.text("issuer", "the supervisors' unit, which settles it"),
    columns.instant("due_at", "a reply is late from this instant on", null=False),
    columns.state("open, replied, closed", OPEN),
    columns.instant("issued_at", null=False),
    columns.instant("replied_at", "of the reply that stands"),
    columns.instant("closed_at"),
    sa.Column("submission_id", columns.ID, nullable=False, unique=True, comment="the same form twice is one order"),
    sa.UniqueConstraint("case_id", "no"),
    comment="A supervision order (督办单) about one case to one unit",
)
STANDS = supervision_order.c.state != sa.literal_column(f"'{CLOSED}'")
"""It is not closed."""
sa.Index("supervision_order_open", supervision_order.c.locality, supervision_order.c.due_at, postgresql_where=STANDS)

supervision_entry = sa.Table(
    "supervision_entry",
    columns.metadata,
    sa.Column("order_id", columns.ID, sa.ForeignKey("supervision_order.id"), primary_key=True),
    sa.Column("no", sa.Integer, primary_key=True),
    columns.text("kind", "demand, reply, return, closing"),
    columns.text("body", "what the person wrote"),
    sa.Column("by", columns.ID, sa.ForeignKey("account.id"), nullable=False),
    columns.text("acting_for", null=True),
    columns.instant("at", null=False),
    comment="What was written to a supervision order; append-only",
)

_order, _entry = supervision_order, supervision_entry
_ORDER = sa.bindparam("order_id", type_=columns.ID)
READ = compiled(
    sa.select(_order, sa.select(sa.func.count()).where(_entry.c.order_id == _ORDER).scalar_subquery().label("entries"))
    .where(_order.c.id == _ORDER)
)  # fmt: skip
MOVE = compiled(
    sa.update(_order)
    .where(_order.c.id == _ORDER)
    .values(
        state=sa.bindparam("new_state"), replied_at=sa.bindparam("new_replied_at", type_=columns.INSTANT),
        closed_at=sa.bindparam("new_closed_at", type_=columns.INSTANT),
    )
)  # fmt: skip
CASE_OF = compiled(sa.select(_order.c.case_id).where(_order.c.id == _ORDER))
NUMBERS = compiled(
    sa.select(sa.func.count().label("orders")).where(_order.c.case_id == sa.bindparam("case_id", type_=columns.ID))
)
SUBMITTED = compiled(
    sa.select(_order.c.id).where(_order.c.submission_id == sa.bindparam("submission_id", type_=columns.ID))
)


def order_no(case_no: str, no: int) -> str:
    """What people see of an order: ZBJS202600001-督1."""
    return f"{case_no}-督{no}"


def lock_order(work: UnitOfWork, order_id: UUID) -> tuple[LockedCase, Row]:
    """Lock the case of an order, then read the order. Raises NotFound."""
    found = work.one(CASE_OF, order_id=order_id)
    locked = work.lock_then(LockedCase, cases.LOCK, READ, order_id=order_id, **found) if found else (None, None)
    case, order = locked
    if case is None or order is None:
        raise NotFound(f"Expected a supervision order {order_id}, but there is none")
    return case, order


def said(field: str, text: str) -> str:
    """What somebody wrote, tidied. Raises InvalidAnswers unless it says something."""
    text = text.replace("\r\n", "\n").strip()
    if not SHORTEST <= len(text) <= LONGEST:
        raise InvalidAnswers({field: f"请填写{SHORTEST}至{LONGEST}字。"})
    return text


def write_entry(work: UnitOfWork, order_id: UUID, no: int, kind: str, body: str) -> str:
    """Append what was written; the hash by which history knows it."""
    work.add(
        _entry,
        {
            "order_id": order_id, "no": no, "kind": kind, "body": body, "by": account_of(work.actor),
            "acting_for": work.actor.acting_for, "at": work.now,
        },
    )  # fmt: skip
    return hashlib.sha256(body.encode()).hexdigest()
