"""What requests that are much alike are found by

Revision 0009, after 0008. The requests that there are get their bands here. A telephone number is found with its
newest cases first: one that hands in for many has thousands.
"""

import sqlalchemy as sa
from alembic import op

from bihuan.domain.likeness import bands

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

REQUESTS = sa.text(
    "select c.id, c.locality, r.subject, r.body from case_file c join request r on r.case_id = c.id "
    "where r.query_code_hash is not null order by c.id"
)
BLOCK = 500


def upgrade() -> None:
    table = op.create_table(
        "likeness",
        sa.Column("band", sa.Integer(), nullable=False, comment="of a text (domain/likeness.py)"),
        sa.Column("case_id", sa.UUID(), nullable=False, comment="case_file.id"),
        sa.PrimaryKeyConstraint("band", "case_id", name=op.f("likeness_pkey")),
        comment="Requests whose texts share a band are worth comparing; the newest of a band are the last of its index",
    )
    op.execute("grant select, insert on likeness to bihuan_app")
    op.drop_index("identity_phone_lookup", "identity")
    op.create_index("identity_phone", "identity", ["phone_lookup", "case_id"])
    for block in op.get_bind().execute(REQUESTS).partitions(BLOCK):
        rows = [
            {"band": band, "case_id": case_id}
            for case_id, locality, subject, body in block
            for band in dict.fromkeys(bands(locality, subject, body))
        ]
        if rows:
            op.bulk_insert(table, rows)
