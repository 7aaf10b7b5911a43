"""Reports counted by a worker

Revision 0020, after 0019. A report waits in its row until a worker has counted it. What was kept till now is forgotten:
it can be counted again any time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLE = "counted_report"
COMMENT = "A report as it was counted, or to be counted; kept for minutes, nothing depends on it"


def upgrade() -> None:
    op.execute("delete from counted_report")
    op.drop_constraint("counted_report_pkey", TABLE)
    for column in (
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False, comment="waiting, counted, failed"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, comment="when it was asked for"),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True, comment="a worker counts until then"),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("parts_done", sa.Integer(), server_default="0", nullable=False, comment="statements of PARTS"),
    ):
        op.add_column(TABLE, column)
    for name in ("as_of", "sums"):
        op.alter_column(TABLE, name, nullable=True)
    op.create_primary_key("counted_report_pkey", TABLE, ["id"])
    op.create_unique_constraint(
        op.f("counted_report_key"), TABLE, ["locality", "deployment", "report", "period", "calendar_version"]
    )
    op.create_index("counted_report_waiting", TABLE, ["due_at"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_table_comment(TABLE, COMMENT)
