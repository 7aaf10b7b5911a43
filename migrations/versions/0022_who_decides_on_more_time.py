"""Tasks know whether they decide on more time

Revision 0022, after 0021. Which tasks sign an application for more time (延期) the diagrams say; supervision looked for
the name of one procedure.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "task",
        sa.Column(
            "extends", sa.Boolean, nullable=False, server_default=sa.false(), comment="decides on more time (延期)"
        ),
    )
    op.execute("update task set extends = true where key like 'extension/%' or key like 'request/approve_extension/%'")
    op.drop_index("task_extension", "task")
    op.create_index(
        "task_extension", "task", ["locality", "due_at"], postgresql_where=sa.text("state = 'open' and extends")
    )
