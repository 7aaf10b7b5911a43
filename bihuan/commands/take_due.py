"""What the bell takes: due deadlines, jobs, notices, timed starts, counts and recounts, leased to a worker for a while.

A lease that ends without the work done is simply taken again: PostgreSQL is the truth, the queue is a bell.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.commands.leases import LEASE
from bihuan.domain.ids import CaseId
from bihuan.store import tables
from bihuan.store.counted import counted_report
from bihuan.store.recounts import recount
from bihuan.store.starts import timed_start
from bihuan.store.statement import Statement, at_most, compiled
from bihuan.store.unit_of_work import UnitOfWork

MOST = 1000


@dataclass(frozen=True, slots=True)
class DueWork:
    """Due are: cases with a deadline to fire, jobs to run, notices to send, periods to open, reports to count,
    limits to count again.

    Leased until `until`.
    """

    until: datetime
    cases: tuple[CaseId, ...]
    jobs: tuple[UUID, ...]
    notices: tuple[UUID, ...]
    starts: tuple[UUID, ...] = ()
    reports: tuple[UUID, ...] = ()
    recounts: tuple[UUID, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.cases or self.jobs or self.notices or self.starts or self.reports or self.recounts)


def _take(table: sa.Table, state: str, returned: sa.ColumnElement[UUID]) -> Statement:
    now, until = sa.bindparam("now", type_=tables.INSTANT), sa.bindparam("until", type_=tables.INSTANT)
    free = sa.or_(table.c.taken_until.is_(None), table.c.taken_until <= now)
    due = (
        sa.select(*table.primary_key.columns)
        # The state stands in the text, not among the values: only so does the partial index serve.
        .where(table.c.state == sa.literal_column(f"'{state}'"), table.c.due_at <= now, free)
        .order_by(table.c.due_at)
        .limit(at_most(MOST))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    same = sa.and_(*(table.c[column.name] == due.c[column.name] for column in table.primary_key.columns))
    return compiled(sa.update(table).where(same).values(taken_until=until).returning(returned.label("id")))


TAKE_DEADLINES = _take(tables.deadline, "running", tables.deadline.c.case_id)
TAKE_JOBS = _take(tables.job, "waiting", tables.job.c.id)
TAKE_NOTICES = _take(tables.notice, "waiting", tables.notice.c.id)
TAKE_STARTS = _take(timed_start, "waiting", timed_start.c.id)
TAKE_REPORTS = _take(counted_report, "waiting", counted_report.c.id)
TAKE_RECOUNTS = _take(recount, "waiting", recount.c.id)


def take_due(work: UnitOfWork, *, reports: bool = False) -> DueWork:
    """Lease what is due now and not leased already, at most MOST of each kind; what is locked is left for later.

    `reports`: also what waits to be counted, or counted again: rare, and rung for by name, so most looks need not ask.
    """
    until = work.now + LEASE
    kinds = (TAKE_DEADLINES, TAKE_JOBS, TAKE_NOTICES, TAKE_STARTS, *((TAKE_REPORTS, TAKE_RECOUNTS) if reports else ()))
    found = work.each(*kinds, now=work.now, until=until)
    return DueWork(until, *(tuple(dict.fromkeys(row["id"] for row in rows)) for rows in found))


def _release(table: sa.Table, column: "sa.ColumnElement[UUID]") -> Statement:
    chosen = column == sa.any_(sa.bindparam("ids", type_=tables.IDS))
    return compiled(sa.update(table).where(chosen, table.c.taken_until.is_not(None)).values(taken_until=None))


RELEASE_DEADLINES = _release(tables.deadline, tables.deadline.c.case_id)
RELEASE_JOBS = _release(tables.job, tables.job.c.id)
RELEASE_NOTICES = _release(tables.notice, tables.notice.c.id)
RELEASE_STARTS = _release(timed_start, timed_start.c.id)
RELEASE_REPORTS = _release(counted_report, counted_report.c.id)
RELEASE_RECOUNTS = _release(recount, recount.c.id)


def release(work: UnitOfWork, due: DueWork) -> None:
    """Give the leases back, when nobody could be told of them."""
    work.do(RELEASE_DEADLINES, ids=list(due.cases))
    work.do(RELEASE_JOBS, ids=list(due.jobs))
    work.do(RELEASE_NOTICES, ids=list(due.notices))
    work.do(RELEASE_STARTS, ids=list(due.starts))
    work.do(RELEASE_REPORTS, ids=list(due.reports))
    work.do(RELEASE_RECOUNTS, ids=list(due.recounts))
