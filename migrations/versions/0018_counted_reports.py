"""Reports as they were counted

Revision 0018, after 0017. A report of 100,000 cases takes a second to count: what one reader had counted, others read
within minutes, with the moment it is of.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counted_report",
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("deployment", sa.Text(), nullable=False, comment="whose report it is"),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False, comment="when it was counted"),
        sa.Column(
            "sums",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="by period and group: of each figure the cases, and their days",
        ),
        sa.PrimaryKeyConstraint(
            "locality", "deployment", "report", "period", "calendar_version", name=op.f("counted_report_pkey")
        ),
        comment="A report as it was counted; kept for minutes, nothing depends on it",
    )
    op.execute("grant select, insert, update on counted_report to bihuan_app")
