"""Cases are found by one index: by part of their number, by procedure, unit, day and state

Revision 0027, after 0026. Whoever oversees all cases looks for them in an index alone; to go through the cases
themselves, with the engine's state in each, takes half a second where there are 100,000.
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "case_file_found",
        "case_file",
        ["locality", "case_no"],
        postgresql_include=["process", "handling_unit", "opened_at", "exit"],
    )
