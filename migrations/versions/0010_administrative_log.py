"""The administrative log, whom a unit may be reached by, and passwords that are good once

Revision 0010, after 0009. Who changed what of people, units, texts and days, and why, is a chain of its own, one a
locality, that only grows.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = "administrative_entry"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False, comment="gapless from 1"),
        sa.Column("kind", sa.Text(), nullable=False, comment="past tense"),
        sa.Column("actor", sa.Text(), nullable=False, comment="officer:<account>, or the command line"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="account:<id>, unit:<id>, notice:<template>, calendar:<version>, deployment:<hash>",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False, comment="canonical JSON: what was, what is"),
        sa.Column("submission_id", sa.UUID(), nullable=True, comment="the same form twice is one change"),
        sa.Column(
            "hash", postgresql.BYTEA(), nullable=False, comment="over the hash of the entry before and all of this one"
        ),
        sa.PrimaryKeyConstraint("locality", "no", name=op.f("administrative_entry_pkey")),
        sa.UniqueConstraint("submission_id", name=op.f("administrative_entry_submission_id_key")),
        comment="Administrative log (管理记录): append-only, each entry of a locality chained to the one before",
    )
    op.create_index("administrative_entry_subject", TABLE, ["locality", "subject", "no"], unique=False)
    op.execute(f"grant select, insert on {TABLE} to bihuan_app")
    op.execute(
        f"create trigger {TABLE}_only_grows before update or delete or truncate on {TABLE} "
        "for each statement execute function refuse_change()"
    )
    op.add_column(
        "locality",
        sa.Column(
            "log_entries", sa.Integer(), nullable=False, server_default="0", comment="length of administrative_entry"
        ),
    )
    op.add_column(
        "locality",
        sa.Column("log_head", postgresql.BYTEA(), nullable=True, comment="hash of the last administrative_entry"),
    )
    for name in ("phone", "email"):
        op.add_column(
            "unit", sa.Column(name, sa.Text(), nullable=True, comment="on duty; notices of the unit go there too")
        )
    op.add_column(
        "account",
        sa.Column(
            "one_time_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="an administrator gave the password: good until then, and to be changed at log-in",
        ),
    )
