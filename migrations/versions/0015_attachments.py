"""Attachments: files that belong to cases

Revision 0015, after 0014. Their content lies sealed in BIHUAN_FILES; none there before.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.UUID(), nullable=False, comment="also the name of its file"),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False, comment="in the case, from 1"),
        sa.Column("unit", sa.Text(), nullable=True, comment="whose officer attached it; null: the complainant"),
        sa.Column("attached_by", sa.UUID(), nullable=True, comment="null: the complainant"),
        sa.Column("acting_for", sa.Text(), nullable=True),
        sa.Column(
            "blind",
            sa.Boolean(),
            nullable=False,
            comment="by a unit complained about: it cannot tell who complained",
        ),
        sa.Column("key", sa.Text(), nullable=True, comment="of the task or button it was attached at"),
        sa.Column("submission_id", sa.UUID(), nullable=False, comment="the same submission twice attaches once"),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False, comment="by its content"),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", postgresql.BYTEA(), nullable=False, comment="of what was sent"),
        sa.Column("key_id", sa.Text(), nullable=False, comment="which data key"),
        sa.Column("nonce", postgresql.BYTEA(), nullable=False),
        sa.Column(
            "sealed_name",
            postgresql.BYTEA(),
            nullable=False,
            comment="the name it came with; bound to the attachment",
        ),
        sa.Column("copy_of", sa.UUID(), nullable=True, comment="the one it is struck out of"),
        sa.Column("state", sa.Text(), server_default="sealed", nullable=False, comment="sealed, released, replaced"),
        sa.ForeignKeyConstraint(["attached_by"], ["account.id"], name=op.f("attachment_attached_by_fkey")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("attachment_case_id_fkey")),
        sa.ForeignKeyConstraint(["copy_of"], ["attachment.id"], name=op.f("attachment_copy_of_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("attachment_pkey")),
        sa.UniqueConstraint("case_id", "no", name=op.f("attachment_case_id_no_key")),
        comment="A file that belongs to a case",
    )
    # What was attached stays what it was: only who may see it changes.
    op.execute("grant select, insert, update (state) on attachment to bihuan_app")
