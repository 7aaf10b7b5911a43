"""The deployment named once in a history

Revision 0017, after 0016. A case stays on the version that it was opened with, so its first event says which for all;
the others' hashes hold it all the same. Rows written before keep theirs.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column(
        "history_event", "deployment", existing_type=postgresql.BYTEA(), nullable=True,
        comment="hash of the folder whose diagram it went by; null: as the first event's",
    )  # fmt: skip
    op.create_check_constraint("first_names_deployment", "history_event", sa.text("no > 1 or deployment is not null"))
