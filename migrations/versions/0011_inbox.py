"""What the inbox tells: a desk's part in a task, reminders, cases watched; and stand-ins revoked

Revision 0011, after 0010. The inbox counts its views by index alone. Of tasks that are open already the part is told
from what the case's row says; what is reworked among them is known from the next task on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "task",
        sa.Column(
            "part", sa.Text(), nullable=True, comment="lead, rework, supporting, supervising; null: the desk's own step"
        ),
    )
    op.add_column(
        "task",
        sa.Column(
            "reminders", sa.SmallInteger(), nullable=False, server_default="0", comment="of its unit, while open"
        ),
    )
    op.execute(
        "update task set part = case when split_part(group_key, ':', 1) = handling_unit then 'lead' "
        "when split_part(group_key, ':', 1) = 'supervision_office' then 'supervising' end "
        "from case_file where case_file.id = task.case_id and task.state = 'open'"
    )
    op.drop_index("task_inbox", "task")
    op.create_index(
        "task_inbox", "task", ["locality", "group_key", "due_at", "id"], postgresql_include=["assignee", "part"],
        postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip
    op.create_table(
        "watch",
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("watch_account_id_fkey")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("watch_case_id_fkey")),
        sa.PrimaryKeyConstraint("account_id", "case_id", name=op.f("watch_pkey")),
        comment="An officer keeps an eye on a case (关注); nobody else's business",
    )
    op.execute("grant select, insert, delete on watch to bihuan_app")
    op.add_column(
        "stand_in",
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True, comment="ended before its time"),
    )
    op.create_index("stand_in_absent", "stand_in", ["for_account", "until_at"])
