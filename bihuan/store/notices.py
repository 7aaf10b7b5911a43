"""Notices (通知) as rows: written by the deed that has something to tell, sent by the bell's workers afterwards."""

from datetime import datetime

from bihuan.domain.ids import new_id
from bihuan.store import tables
from bihuan.store.cases import LockedCase
from bihuan.store.unit_of_work import UnitOfWork


def write_notice(
    work: UnitOfWork, case: LockedCase, template: str, *, to: str, subject: str, body: str, clause: str | None = None,
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Leave a notice of the case for a group key or the complainant, and have it sent; `at` is when, if not now."""
    work.add(
        tables.notice,
        {
            "id": new_id(work.now), "case_id": case.id, "locality": case.locality, "template": template,
            "clause": clause, "recipient": to, "subject": subject, "body": body, "written_at": at or work.now,
            "due_at": work.now,
        },
    )  # fmt: skip
    work.wake_bell()
