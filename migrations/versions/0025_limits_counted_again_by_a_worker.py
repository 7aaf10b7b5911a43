"""Limits counted again by a worker

Revision 0025, after 0024. After the calendar has changed, tens of thousands of cases are tried and counted again: how
far that has come, and what it moves, for whoever looks at the page.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recount",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column(
            "trial", sa.Boolean(), nullable=False, comment="nothing is moved: only what would be is listed (试算)"
        ),
        sa.Column("calendar_version", sa.Integer(), nullable=False, comment="in force when it began"),
        sa.Column(
            "notice",
            sa.Text(),
            nullable=True,
            comment="of a trial: the file of a holiday notice that is not in force yet",
        ),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False, comment="waiting, done, failed"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, comment="when it was asked for"),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True, comment="a worker counts until then"),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False, comment="since it last came on"),
        sa.Column(
            "cases", sa.Integer(), server_default="0", nullable=False, comment="how many there are; 0: not known yet"
        ),
        sa.Column("cases_done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_case_no", sa.Text(), server_default="", nullable=False, comment="up to here it has come"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("recount_pkey")),
        sa.UniqueConstraint("locality", "trial", name=op.f("recount_locality_trial_key")),
        comment="Running limits counted again after the calendar changed, or tried; nothing depends on it",
    )
    op.create_index("recount_waiting", "recount", ["due_at"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_table(
        "recount_change",
        sa.Column("recount_id", sa.UUID(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="of the deadline; empty: the case as a whole"),
        sa.Column("what", sa.Text(), nullable=False, comment="moved, confirmed, left, fault"),
        sa.Column("name", sa.Text(), nullable=False, comment="of the limit"),
        sa.Column("old", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recount_id"], ["recount.id"], name=op.f("recount_change_recount_id_fkey"), ondelete="cascade"
        ),
        sa.PrimaryKeyConstraint("recount_id", "case_no", "key", name=op.f("recount_change_pkey")),
        comment="What counting again moves, or would move: for whoever looks, until the next one",
    )
    op.execute("grant select, insert, update, delete on recount to bihuan_app")
    op.execute("grant select, insert on recount_change to bihuan_app")
    op.execute("grant update (what, new, why) on recount_change to bihuan_app")
