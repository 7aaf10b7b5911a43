"""Who of another locality sees a locality's headline figures (数据查看授权)."""

import sqlalchemy as sa

from bihuan.store import columns
from bihuan.store.statement import compiled

figure_reader = sa.Table(
    "figure_reader",
    columns.metadata,
    sa.Column("locality", sa.Text, sa.ForeignKey("locality.id"), primary_key=True, comment="whose figures they are"),
    sa.Column(
        "account_id", columns.ID, sa.ForeignKey("account.id"), primary_key=True, index=True,
        comment="who sees them, of another locality",
    ),
    columns.instant("since_at", null=False),
    comment="Who of another locality sees this one's headline figures (数据查看授权): sums, never a case",
)  # fmt: skip

_ACCOUNT = sa.bindparam("account_id", type_=columns.ID)
_LOCALITY = sa.bindparam("of_locality", type_=sa.Text)
SHOWN_TO = compiled(sa.select(figure_reader.c.locality).where(figure_reader.c.account_id == _ACCOUNT))
"""Whose figures an account sees."""
SHOWN = compiled(
    sa.select(figure_reader.c.since_at).where(
        figure_reader.c.locality == _LOCALITY, figure_reader.c.account_id == _ACCOUNT
    )
)
TAKE_BACK = compiled(
    sa.delete(figure_reader).where(figure_reader.c.locality == _LOCALITY, figure_reader.c.account_id == _ACCOUNT)
)
