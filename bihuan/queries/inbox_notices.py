"""The in-app inbox of notices (通知): those written to the officer's groups, the latest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bihuan.store import tables
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Row

LATEST = 30
_notice, _case = tables.notice, tables.case_file

READ = compiled(
    sa.select(
        _notice.c.subject, _notice.c.body, _notice.c.clause, _notice.c.written_at, _notice.c.recipient, _case.c.case_no
    )
    .join(_case, _case.c.id == _notice.c.case_id)
    .where(
        _notice.c.locality == sa.bindparam("locality"),
        _notice.c.recipient == sa.any_(sa.bindparam("groups", type_=sa.ARRAY(sa.Text))),
    )
    .order_by(_notice.c.written_at.desc(), _notice.c.id.desc())
    .limit(at_most(LATEST))
)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice. Its words come from a closed list: never who complained, never what people wrote."""

    subject: str
    body: str
    clause: str | None
    written_at: datetime
    recipient: str
    case_no: str


def notices_in(rows: Iterable[Row]) -> tuple[NoticeRow, ...]:
    """The notices that READ gives."""
    return tuple(NoticeRow(**row) for row in rows)
