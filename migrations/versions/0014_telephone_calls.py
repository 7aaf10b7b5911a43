"""Telephone calls about a case

Revision 0014, after 0013. A call that an officer noted: with whom, when, what was said. History keeps its hash.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phone_call",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=False),
        sa.Column("acting_for", sa.Text(), nullable=True),
        sa.Column("other", sa.Text(), nullable=False, comment="with whom: complainant, unit, other"),
        sa.Column("direction", sa.Text(), nullable=False, comment="out, in"),
        sa.Column("reached", sa.Boolean(), nullable=False, comment="somebody answered"),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False, comment="what was said, as the officer noted it"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submission_id", sa.UUID(), nullable=False, comment="the same form twice is one call"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("phone_call_case_id_fkey")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("phone_call_made_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("phone_call_pkey")),
        sa.UniqueConstraint("submission_id", name=op.f("phone_call_submission_id_key")),
        comment="A telephone call about a case",
    )
    op.create_index("phone_call_case", "phone_call", ["case_id"], unique=False)
    op.execute("grant select, insert on phone_call to bihuan_app")
