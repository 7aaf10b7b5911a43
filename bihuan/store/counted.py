"""Reports as they were counted (已统计): kept for minutes, so that not everybody who looks has all cases counted again.

Nothing depends on these rows: what they say is told with the moment it was counted, and can be counted again any time.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert

from bihuan.store import columns
from bihuan.store.statement import compiled

counted_report = sa.Table(
    "counted_report",
    columns.metadata,
    sa.Column("locality", sa.Text, primary_key=True),
    sa.Column("deployment", sa.Text, primary_key=True, comment="whose report it is"),
    sa.Column("report", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("calendar_version", sa.Integer, primary_key=True),
    columns.instant("as_of", "when it was counted", null=False),
    sa.Column("sums", JSONB, nullable=False, comment="by period and group: of each figure the cases, and their days"),
    comment="A report as it was counted; kept for minutes, nothing depends on it",
)
KEY = ("locality", "deployment", "report", "period", "calendar_version")
READ = compiled(
    sa.select(counted_report.c.as_of, counted_report.c.sums).where(
        *(counted_report.c[name] == sa.bindparam(name, type_=counted_report.c[name].type) for name in KEY),
        counted_report.c.as_of > sa.bindparam("since", type_=columns.INSTANT),
        counted_report.c.as_of <= sa.bindparam("now", type_=columns.INSTANT),
    )
)
_new = insert(counted_report)
KEEP = compiled(
    _new.on_conflict_do_update(
        index_elements=list(KEY), set_={"as_of": _new.excluded.as_of, "sums": _new.excluded.sums}
    ),
    (*KEY, "as_of", "sums"),
)
