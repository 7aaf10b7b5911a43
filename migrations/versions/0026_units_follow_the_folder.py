"""Units follow the folder

Revision 0026, after 0025. Name and kind of a unit stood in its row as they were when it was first deployed, and forms
offered it so, whatever the folder said since. A row now follows the folder in force, also when that names it no more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "unit",
        sa.Column(
            "closed", sa.Boolean, nullable=False, server_default="false", comment="the folder no longer names it"
        ),
    )
    op.execute("grant update (name, kind, position, closed) on unit to bihuan_app")
