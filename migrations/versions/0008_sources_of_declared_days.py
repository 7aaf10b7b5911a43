"""Where a declared day comes from

Revision 0008, after 0007. A day that differs from the State Council's notices names the notice that it follows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = "workday, holiday, morning, afternoon, national (as the notices say again), announced (of its year)"


def upgrade() -> None:
    op.add_column(
        "calendar_override",
        sa.Column("source", sa.Text(), nullable=False, server_default="", comment="the notice it follows"),
    )
    op.alter_column("calendar_override", "kind", comment=KINDS)
    op.alter_column("calendar_override", "reason", comment="what the day is called on receipts, and why")
