"""Timed starts: the periods for which the calendar opens cases

Revision 0006, after 0005. Empty at first: a deployment plans the first period of each such procedure.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "timed_start",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False, comment="id of the procedure"),
        sa.Column("period", sa.Text(), nullable=False, comment="2026-11 or 2026Q4"),
        sa.Column("rule", sa.Text(), nullable=False, comment="monthly(workday=-1, at=09:00) as it was planned by"),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the case begins, also when it is opened later",
        ),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False, comment="waiting, opened, dropped"),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "taken_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="a worker has it until then, or it is not tried again before",
        ),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("case_id", sa.UUID(), nullable=True, comment="the case it opened"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("timed_start_case_id_fkey")),
        sa.ForeignKeyConstraint(["locality"], ["locality.id"], name=op.f("timed_start_locality_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("timed_start_pkey")),
        sa.UniqueConstraint("locality", "process", "period", name=op.f("timed_start_locality_process_period_key")),
        comment="The calendar opens a case of a procedure, once a period",
    )
    op.create_index(
        "timed_start_waiting", "timed_start", ["due_at"], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )
    op.execute("grant select, insert, update on timed_start to bihuan_app")
