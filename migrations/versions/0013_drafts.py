"""Drafts of officers

Revision 0013, after 0012. What is typed into a form and not handed in yet: sealed, and deleted with the task.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="of the task or button"),
        sa.Column("account_id", sa.UUID(), nullable=False, comment="whose it is"),
        sa.Column("key_id", sa.Text(), nullable=False, comment="which data key"),
        sa.Column("nonce", postgresql.BYTEA(), nullable=False),
        sa.Column(
            "sealed", postgresql.BYTEA(), nullable=False, comment="what was typed; bound to account, case and key"
        ),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("draft_account_id_fkey")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("draft_case_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", "key", "account_id", name=op.f("draft_pkey")),
        comment="What somebody has typed into a form and not handed in; goes with the task, and after a time",
    )
    op.create_index("draft_saved_at", "draft", ["saved_at"], unique=False)
    op.execute("grant select, insert, update, delete on draft to bihuan_app")
