"""Messages between cases as rows: which one a wait gets next, and that it came.

A message goes to every case of its locality that waits for its name and correlation key, and to each once; also to
those that begin to wait later; never to its sender. Each case gets them in the order they were thrown.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from bihuan.store import columns, tables
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

NOTICE = "notice"
"""The name of the messages that go to people, not to cases."""

CARRY, LOOK = "message.carry", "message.look"
"""Topics of the jobs that bring a thrown message to those who wait, and that look for one when somebody begins to."""

message = sa.Table(
    "message",
    columns.metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True, comment="the order of delivery"),
    columns.case(),
    columns.text("key", "of the event in the sender's diagram"),
    columns.text("locality"),
    columns.text("name"),
    columns.text("correlation_key"),
    sa.Column("payload", JSONB, nullable=False, comment="control values that the receivers learn"),
    columns.instant("thrown_at", null=False),
    sa.UniqueConstraint("case_id", "key"),
    comment="A message that a case threw to others of its locality; append-only, kept for those that wait later",
)
sa.Index("message_meant", message.c.locality, message.c.name, message.c.correlation_key, message.c.id)

awaited = sa.Table(
    "awaited",
    columns.metadata,
    columns.case(primary=True),
    sa.Column("key", sa.Text, primary_key=True),
    columns.text("locality"),
    columns.text("name"),
    columns.text("correlation_key"),
    columns.state("open, ended", "open"),
    columns.instant("since_at", null=False),
    columns.instant("ended_at", "received or no longer waited for"),
    comment="A message of other cases that a case waits for",
)
sa.Index(
    "awaited_open", awaited.c.locality, awaited.c.name, awaited.c.correlation_key,
    postgresql_where=awaited.c.state == sa.literal_column("'open'"),
)  # fmt: skip

delivery = sa.Table(
    "delivery",
    columns.metadata,
    columns.case(primary=True),
    sa.Column("message_id", sa.BigInteger, sa.ForeignKey("message.id"), primary_key=True),
    columns.text("key", "of the wait that took it"),
    sa.Column("passed_over", sa.Boolean, nullable=False, comment="an administrator gave it up for this case"),
    columns.instant("at", null=False),
    comment="A message came to a case: each once, append-only",
)

_case, _job = tables.case_file, tables.job
_CASE_ID, _KEY = sa.bindparam("case_id", type_=columns.ID), sa.bindparam("at_key", type_=sa.Text)

NEXT = compiled(
    sa.select(message.c.id, message.c.key, message.c.name, message.c.payload, _case.c.case_no)
    .join(_case, _case.c.id == message.c.case_id)
    .join(
        awaited,
        sa.and_(
            awaited.c.locality == message.c.locality,
            awaited.c.name == message.c.name,
            awaited.c.correlation_key == message.c.correlation_key,
        ),
    )
    .where(
        awaited.c.case_id == _CASE_ID,
        awaited.c.key == _KEY,
        message.c.case_id != _CASE_ID,
        ~sa.exists().where(delivery.c.message_id == message.c.id, delivery.c.case_id == _CASE_ID),
    )
    .order_by(message.c.id)
    .limit(at_most(1))
)
_ASKED = (
    sa.select(_job.c.id)
    .join(awaited, sa.and_(awaited.c.case_id == _job.c.case_id, awaited.c.key == _job.c.key))
    .join(
        message,
        sa.and_(
            message.c.locality == awaited.c.locality,
            message.c.name == awaited.c.name,
            message.c.correlation_key == awaited.c.correlation_key,
            message.c.case_id != awaited.c.case_id,
        ),
    )
    .where(
        message.c.case_id == _CASE_ID,
        message.c.key == _KEY,
        awaited.c.state == sa.literal_column("'open'"),
        _job.c.state == sa.any_(sa.literal_column("array['waiting', 'done']")),
    )
    # In one order, so that two messages which wake the same waits never wait for each other.
    .order_by(_job.c.id)
    .with_for_update(of=_job)
    .cte("asked")
)
WAKE = compiled(
    sa.update(_job)
    .where(_job.c.id == _ASKED.c.id)
    .values(
        state="waiting", due_at=sa.bindparam("now", type_=columns.INSTANT), attempts=0, taken_until=None, ended_at=None
    )
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as its receiver gets it: from which case, thrown by which event of its diagram."""

    id: int
    key: str
    name: str
    payload: dict[str, Any]
    case_no: str

    @property
    def origin(self) -> dict[str, str]:
        """What the receiver's history says of it."""
        return {"from": self.case_no, "message": self.key, "name": self.name}


def next_message(work: UnitOfWork, case_id: UUID, key: str) -> Message | None:
    """The first message that this wait has not had, of those meant for it; None when it has had them all."""
    return work.one_as(Message, NEXT, case_id=case_id, at_key=key)


def keep_delivery(
    work: UnitOfWork, message: Message, case_id: UUID, key: str, *, passed_over: bool = False
) -> Row:  # fmt: skip
    """Keep that the message came to the case: it never comes again."""
    row = {"message_id": message.id, "case_id": case_id, "key": key, "passed_over": passed_over, "at": work.now}
    return work.add(delivery, row)


def wake_receivers(work: UnitOfWork, case_id: UUID, key: str) -> None:
    """Have everybody who waits for the message that this event of this case threw look for it now."""
    work.do(WAKE, case_id=case_id, at_key=key, now=work.now)
    work.wake_bell()
