"""Indexes that reports count by

Revision 0005, after 0004. A report reads the cases that were open in a period, the milestones they reached and what
tables decided of them: both lie in history, which is found by case alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("case_file_ended", "case_file", ["locality", "ended_at"])
    op.create_index(
        "history_milestones",
        "history_event",
        ["case_id", "payload"],
        postgresql_include=["at"],
        postgresql_where=sa.text("kind = 'milestone_reached'"),
    )
    op.create_index(
        "history_decisions",
        "history_event",
        ["case_id"],
        postgresql_where=sa.text("kind = 'decision_made'"),
    )
