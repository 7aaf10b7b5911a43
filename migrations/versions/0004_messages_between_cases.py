"""Messages between cases: what was thrown, who waits, what came to whom

Revision 0004, after 0003. No case has thrown or awaited one before: `check` refused such diagrams until now.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table_comment(
        "job",
        "A service task waiting for its handler; a message to carry (message.carry) or to look for (message.look)",
        existing_comment="A service task waiting for its handler",
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="the order of delivery"),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="of the event in the sender's diagram"),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=False),
        sa.Column(
            "payload",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="control values that the receivers learn",
        ),
        sa.Column("thrown_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("message_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("message_pkey")),
        sa.UniqueConstraint("case_id", "key", name=op.f("message_case_id_key_key")),
        comment="A message that a case threw to others of its locality; append-only, kept for those that wait later",
    )
    op.create_index("message_meant", "message", ["locality", "name", "correlation_key", "id"], unique=False)
    op.create_table(
        "awaited",
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False, comment="open, ended"),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="received or no longer waited for"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("awaited_case_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("awaited_pkey")),
        comment="A message of other cases that a case waits for",
    )
    op.create_index(
        "awaited_open",
        "awaited",
        ["locality", "name", "correlation_key"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "delivery",
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="of the wait that took it"),
        sa.Column("passed_over", sa.Boolean(), nullable=False, comment="an administrator gave it up for this case"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("delivery_case_id_fkey")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("delivery_message_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", "message_id", name=op.f("delivery_pkey")),
        comment="A message came to a case: each once, append-only",
    )
    for table in ("message", "delivery"):
        op.execute(f"grant select, insert on {table} to bihuan_app")
        op.execute(
            f"create trigger {table}_only_grows before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )
    op.execute("grant select, insert, update on awaited to bihuan_app")
    op.execute("alter table awaited set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500)")
