"""The newest case of a procedure is found by index

Revision 0024, after 0023. The portal announces (公告) what the newest case of a procedure has published. Requests,
which are most cases, are not in the index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "case_file_procedures",
        "case_file",
        ["locality", "process", "id"],
        postgresql_where=sa.text("origin = 'officer' or origin = 'calendar'"),
    )
