"""Supervision orders, and what the supervision page finds by

Revision 0012, after 0011. An order about a case has rows of its own; what was written to it only grows. A case says how
often it went from one handling unit to another: those there are learn it from what was decided in them. Open tasks are
counted by desk and step by index alone, and found by how long they have waited.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = "state = 'open'"
HANDED_ON = """
    with given as (
        select case_id, control->>'handling_unit' as unit, ended_at as at from task where control ? 'handling_unit'
        union all
        select case_id, control->>'handling_unit', pressed_at from press where control ? 'handling_unit'
    ), changed as (
        select case_id, unit, lag(unit) over (partition by case_id order by at) as before from given where unit <> ''
    )
    update case_file set handed_on = counted.times
    from (select case_id, count(*) as times from changed where unit <> before group by case_id) counted
    where case_file.id = counted.case_id
"""


def upgrade() -> None:
    _orders()
    op.add_column(
        "case_file",
        sa.Column(
            "handed_on", sa.Integer(), server_default="0", nullable=False, comment="how often its unit was changed"
        ),
    )
    op.execute(HANDED_ON)
    op.create_index(
        "case_file_handed_on", "case_file", ["locality", "handed_on"],
        postgresql_where=sa.text("exit is null and handed_on > 0"),
    )  # fmt: skip
    op.drop_index("task_due", "task")
    op.create_index(
        "task_due", "task", ["locality", "due_at", "id"], postgresql_include=["group_key", "name"],
        postgresql_where=sa.text(OPEN),
    )  # fmt: skip
    op.create_index("task_waiting", "task", ["locality", "opened_at"], postgresql_where=sa.text(OPEN))


def _orders() -> None:
    op.create_table(
        "supervision_order",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False, comment="within its case, from 1"),
        sa.Column("unit", sa.Text(), nullable=False, comment="who is ordered, and replies"),
        sa.Column("issuer", sa.Text(), nullable=False, comment="the supervisors' unit, which settles it"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, comment="a reply is late from this instant on"),
        sa.Column("state", sa.Text(), server_default="open", nullable=False, comment="open, replied, closed"),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True, comment="of the reply that stands"),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submission_id", sa.UUID(), nullable=False, comment="the same form twice is one order"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("supervision_order_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("supervision_order_pkey")),
        sa.UniqueConstraint("case_id", "no", name=op.f("supervision_order_case_id_no_key")),
        sa.UniqueConstraint("submission_id", name=op.f("supervision_order_submission_id_key")),
        comment="A supervision order (督办单) about one case to one unit",
    )
    op.create_index(
        "supervision_order_open", "supervision_order", ["locality", "due_at"],
        postgresql_where=sa.text("state <> 'closed'"),
    )  # fmt: skip
    op.create_table(
        "supervision_entry",
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="demand, reply, return, closing"),
        sa.Column("body", sa.Text(), nullable=False, comment="what the person wrote"),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("acting_for", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("supervision_entry_by_fkey")),
        sa.ForeignKeyConstraint(["order_id"], ["supervision_order.id"], name=op.f("supervision_entry_order_id_fkey")),
        sa.PrimaryKeyConstraint("order_id", "no", name=op.f("supervision_entry_pkey")),
        comment="What was written to a supervision order; append-only",
    )
    op.execute("grant select, insert, update on supervision_order to bihuan_app")
    op.execute("grant select, insert on supervision_entry to bihuan_app")
    op.execute(
        "create trigger supervision_entry_only_grows before update or delete or truncate on supervision_entry "
        "for each statement execute function refuse_change()"
    )
