"""A lighter history, and indexes for whoever supervises

Revision 0007, after 0006. The hash of the event before stands in the row before: a second copy proved nothing. The
deployment's hash takes 32 bytes and not 64 letters. Whose task it is matters to an index only once it is somebody's.
A case's row, written at every deed, has room beside it for its next version. Supervision counts 100,000 open tasks by
index alone.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("history_event", "previous")
    op.alter_column(
        "history_event", "deployment", type_=postgresql.BYTEA(), postgresql_using="decode(deployment, 'hex')",
        comment="hash of the folder whose diagram it went by",
    )  # fmt: skip
    op.alter_column(
        "history_event", "hash", existing_type=postgresql.BYTEA(), existing_nullable=False,
        comment="over the hash of the event before and all that this one says",
    )  # fmt: skip
    op.drop_index("task_mine", "task")
    op.create_index(
        "task_mine", "task", ["assignee", "due_at", "id"],
        postgresql_where=sa.text("state = 'open' and assignee is not null"),
    )  # fmt: skip
    op.execute("alter table case_file set (fillfactor = 75)")
    op.drop_index("task_due", "task")
    open_ = "state = 'open'"
    op.create_index(
        "task_due", "task", ["locality", "due_at", "id"], postgresql_include=["group_key"],
        postgresql_where=sa.text(open_),
    )  # fmt: skip
    op.create_index(
        "task_extension", "task", ["locality", "due_at"],
        postgresql_where=sa.text(f"{open_} and key like 'extension/%'"),
    )  # fmt: skip
    op.create_index(
        "case_file_supervised", "case_file", ["locality", "id"],
        postgresql_where=sa.text("exit is null and involved @> array['supervision_office']"),
    )  # fmt: skip
