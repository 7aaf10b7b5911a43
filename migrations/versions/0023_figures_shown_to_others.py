"""A locality's figures may be shown to people of others

Revision 0023, after 0022. Whoever is here sees the headline figures of that locality beside those of others (辖区对比):
sums alone. An administrator of the locality whose figures they are puts somebody in and takes them out again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_reader",
        sa.Column("locality", sa.Text(), nullable=False, comment="whose figures they are"),
        sa.Column("account_id", sa.UUID(), nullable=False, comment="who sees them, of another locality"),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("figure_reader_account_id_fkey")),
        sa.ForeignKeyConstraint(["locality"], ["locality.id"], name=op.f("figure_reader_locality_fkey")),
        sa.PrimaryKeyConstraint("locality", "account_id", name=op.f("figure_reader_pkey")),
        comment="Who of another locality sees this one's headline figures (数据查看授权): sums, never a case",
    )
    op.create_index(op.f("figure_reader_account_id"), "figure_reader", ["account_id"])
    op.execute("grant select, insert, delete on figure_reader to bihuan_app")
