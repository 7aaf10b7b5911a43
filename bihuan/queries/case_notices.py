"""The notices (通知) of a case as they were written, and whether they reached anybody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row

_notice = tables.notice
NOTICES = compiled(
    sa.select(
        _notice.c.template, _notice.c.recipient, _notice.c.written_at, _notice.c.subject, _notice.c.body,
        _notice.c.state, _notice.c.sent_at,
    ).where(_notice.c.case_id == sa.bindparam("case_id", type_=tables.ID))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoticeText:
    """One notice: its words, and `waiting`, `sent` or `failed`."""

    subject: str
    body: str
    state: str
    sent_at: datetime | None


class Notices:
    """A case's notices, found again by the event that tells of them."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._found = {
            (row["template"], row["recipient"], row["written_at"]): NoticeText(
                row["subject"], row["body"], row["state"], row["sent_at"]
            )
            for row in rows
        }

    def of(self, detail: Mapping[str, Any], at: datetime) -> NoticeText | None:
        """What a `message_thrown` at this instant said; None when it was no notice."""
        payload = detail.get("payload")
        if not isinstance(payload, dict):
            return None
        return self._found.get((payload.get("template"), payload.get("to"), at))
