"""Cases are found in one index also by the units that had a part in them

Revision 0029, after 0028. A unit finds the cases that it ever had a task of, when they have left its inbox, too. One
that had few would otherwise go through all cases themselves, with the engine's state in each.
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("case_file_found", "case_file")
    op.create_index(
        "case_file_found",
        "case_file",
        ["locality", "case_no"],
        postgresql_include=["process", "handling_unit", "opened_at", "exit", "involved"],
    )
