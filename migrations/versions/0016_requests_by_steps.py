"""A request being filled in by steps

Revision 0016, after 0015. What a visitor has typed lies sealed until it is handed in, a day at most.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portal_draft",
        sa.Column("submission_id", sa.UUID(), nullable=False, comment="by which it will be handed in"),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False, comment="which data key"),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="what was filled in; bound to the submission id"),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("portal_draft_pkey")),
        comment="A request being filled in at the portal or a window, until it is handed in or a day has passed",
    )
    op.create_index("portal_draft_saved_at", "portal_draft", ["saved_at"], unique=False)
    op.execute("grant select, insert, update, delete on portal_draft to bihuan_app")
