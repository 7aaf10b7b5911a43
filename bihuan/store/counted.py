"""Reports as they were counted (已统计), and those that wait to be: a worker counts, so that no page waits for it.

Nothing depends on these rows: what they say is told with the moment it was counted, and can be counted again any time.
A row is leased as all that falls due is; while it waits again, what it said before is still there. Beside the sums lie
the ids of the cases that were counted: who asks which they are waits for no second count, and finds those very cases.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from bihuan.store import columns
from bihuan.store.statement import compiled

counted_report = sa.Table(
    "counted_report",
    columns.metadata,
    sa.Column("id", columns.ID, primary_key=True),
    columns.text("locality"),
    columns.text("deployment", "whose report it is"),
    columns.text("report"),
    columns.text("period"),
    sa.Column("calendar_version", sa.Integer, nullable=False),
    columns.state("waiting, counted, failed", "waiting"),
    columns.instant("due_at", "when it was asked for", null=False),
    columns.instant("taken_until", "a worker counts until then"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("parts_done", sa.Integer, nullable=False, server_default="0", comment="statements of PARTS"),
    columns.instant("as_of", "when it was counted"),
    sa.Column("sums", JSONB, nullable=True, comment="by period and group: of each figure the cases, and their days"),
    sa.UniqueConstraint("locality", "deployment", "report", "period", "calendar_version", name="counted_report_key"),
    comment="A report as it was counted, or to be counted; kept for minutes, nothing depends on it",
)
counted_case = sa.Table(
    "counted_case",
    columns.metadata,
    sa.Column("report_id", columns.ID, sa.ForeignKey("counted_report.id", ondelete="cascade"), primary_key=True),
    sa.Column("no", sa.Integer, primary_key=True, autoincrement=False, comment="0: the period, 1: the one before"),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False, comment="the first that came in is 1"),
    sa.Column("case_id", columns.ID, nullable=False),
    sa.Column("figures", ARRAY(sa.Integer), nullable=False, comment="the places of those figures that count it"),
    sa.Column("groups", ARRAY(sa.Text), nullable=False, comment="its value of each dimension: unit, channel, …"),
    comment="The cases that a report counted in its period and the one before; gone with the count",
)
WAITING = counted_report.c.state == sa.literal_column("'waiting'")
sa.Index("counted_report_waiting", counted_report.c.due_at, postgresql_where=WAITING)

PARTS = 2
"""Statements a count takes: the period with the one before, the trend."""
MOST_ATTEMPTS = 3
KEY = ("locality", "deployment", "report", "period", "calendar_version")

_ID = sa.bindparam("report_id", type_=columns.ID)
_UNTIL = sa.bindparam("until", type_=columns.INSTANT)
_OF_KEY = [counted_report.c[name] == sa.bindparam(name, type_=counted_report.c[name].type) for name in KEY]
READ = compiled(
    sa.select(
        counted_report.c.id, counted_report.c.state, counted_report.c.due_at, counted_report.c.parts_done,
        counted_report.c.as_of, counted_report.c.sums,
    ).where(*_OF_KEY)
)  # fmt: skip
COUNTS = compiled(
    sa.select(
        counted_report.c.id, counted_report.c.period, counted_report.c.state, counted_report.c.parts_done,
        counted_report.c.as_of,
    ).where(*_OF_KEY[:3], _OF_KEY[4], counted_report.c.period == sa.any_(sa.bindparam("periods", type_=ARRAY(sa.Text))))
)  # fmt: skip
"""Which counts there are of these periods, without what they say."""
LEASED = compiled(sa.select(*(counted_report.c[name] for name in KEY)).where(counted_report.c.id == _ID, WAITING))
_wanted = insert(counted_report)
WANT = compiled(
    _wanted.on_conflict_do_update(
        index_elements=list(KEY),
        set_={
            "state": "waiting", "due_at": _wanted.excluded.due_at, "taken_until": None, "attempts": 0, "parts_done": 0,
        },
        where=~WAITING,
    ),
    ("id", *KEY, "due_at"),
)  # fmt: skip
"""Asked for again while it waits, it keeps its place."""
COUNT = "count"
RING = compiled(sa.select(sa.func.pg_notify("bell", COUNT)))
"""Tell the bell that a report is waited for. Part of the deed: it is rare, and holds up nobody for long."""
START = compiled(
    sa.update(counted_report)
    .where(counted_report.c.id == _ID, WAITING)
    .values(attempts=counted_report.c.attempts + 1, taken_until=_UNTIL, parts_done=0)
    .returning(counted_report.c.attempts)
)
ADVANCE = compiled(
    sa.update(counted_report)
    .where(counted_report.c.id == _ID, WAITING)
    .values(parts_done=sa.bindparam("done", type_=sa.Integer), taken_until=_UNTIL)
)
KEEP = compiled(
    sa.update(counted_report)
    .where(counted_report.c.id == _ID)
    .values(
        state="counted", taken_until=None, as_of=sa.bindparam("as_of_now", type_=columns.INSTANT),
        sums=sa.bindparam("new_sums", type_=JSONB),
    )
)  # fmt: skip
_now = insert(counted_report)
KEEP_NOW = compiled(
    _now.on_conflict_do_update(
        index_elements=list(KEY), set_={"as_of": _now.excluded.as_of, "sums": _now.excluded.sums},
        where=counted_report.c.as_of < _now.excluded.as_of,
    ),
    ("id", *KEY, "state", "due_at", "as_of", "sums"),
)  # fmt: skip
FORGET_CASES = compiled(sa.delete(counted_case).where(counted_case.c.report_id == _ID))
FORGET_OLD = compiled(
    sa.delete(counted_report).where(counted_report.c.due_at < sa.bindparam("before", type_=columns.INSTANT), ~WAITING)
)
"""Counts nobody has asked for since, with their cases."""
FAIL = compiled(
    sa.update(counted_report).where(counted_report.c.id == _ID, WAITING).values(state="failed", taken_until=None)
)
