"""The cases of a count, kept with it

Revision 0028, after 0027. Which cases a figure counts is read where it was counted, instead of being worked out once
more for everybody who asks. Counts that nobody asks for any more may be deleted.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counted_case",
        sa.Column("report_id", sa.UUID(), nullable=False),
        sa.Column(
            "no",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="0: the period, 1: the one before",
        ),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False, comment="the first that came in is 1"),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column(
            "figures",
            postgresql.ARRAY(sa.Integer()),
            nullable=False,
            comment="the places of those figures that count it",
        ),
        sa.Column(
            "groups",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="its value of each dimension: unit, channel, …",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["counted_report.id"], name=op.f("counted_case_report_id_fkey"), ondelete="cascade"
        ),
        sa.PrimaryKeyConstraint("report_id", "no", "place", name=op.f("counted_case_pkey")),
        comment="The cases that a report counted in its period and the one before; gone with the count",
    )
    op.execute("delete from counted_report")  # what was counted till now has no cases
    op.execute("grant select, insert, delete on counted_case to bihuan_app")
    op.execute("grant delete on counted_report to bihuan_app")
