"""The actor named once a deed

Revision 0019, after 0018. The events of one deed are one person's; the first says whose, the others' hashes hold it all
the same. Rows written before keep theirs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column(
        "history_event", "actor", existing_type=sa.Text(), nullable=True,
        comment="officer:<account>, complainant, clock, …; null: whose the event before is",
    )  # fmt: skip
    op.create_check_constraint("first_names_actor", "history_event", sa.text("no > 1 or actor is not null"))
