"""Units complained about, as many as were ever named

Revision 0003, after 0002. A unit named after hand-in is barred as well, and who was named before stays barred.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "case_file",
        sa.Column(
            "complained_of",
            postgresql.ARRAY(sa.Text()),
            nullable=True,
            comment="never learn who complained; the last named last",
        ),
    )
    op.execute("update case_file set complained_of = array_remove(array[complained_of_unit], null)")
    op.alter_column("case_file", "complained_of", nullable=False)
    op.drop_column("case_file", "complained_of_unit")
