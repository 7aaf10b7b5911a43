"""Log-outs that hold

Revision 0030, after 0029. A session is a signed cookie, and a copy of it was good until its time was over, also when
its owner had logged out. An account now remembers the sessions that it was logged out of.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, UUID

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "account",
        sa.Column(
            "left_sessions", ARRAY(UUID(as_uuid=True)), nullable=False, server_default="{}",
            comment="logged out of, the latest first",
        ),
    )  # fmt: skip
    op.execute("grant update (left_sessions) on account to bihuan_app")
