"""Telephone calls (通话) about a case, as officers noted them. What was said lies here; history keeps its hash."""

from typing import Final

import sqlalchemy as sa

from bihuan.store import columns

OTHERS: Final = {"complainant": "诉求人", "unit": "其他单位", "other": "其他人员"}
DIRECTIONS: Final = {"out": "去电", "in": "来电"}

phone_call = sa.Table(
    "phone_call",
    columns.metadata,
    sa.Column("id", columns.ID, primary_key=True),
    columns.case(),
    sa.Column("made_by", columns.ID, sa.ForeignKey("account.id"), nullable=False),
    columns.text("acting_for", null=True),
    columns.text("other", "with whom: complainant, unit, other"),
    columns.text("direction", "out, in"),
    sa.Column("reached", sa.Boolean, nullable=False, comment="somebody answered"),
    columns.instant("called_at", null=False),
    columns.text("summary", "what was said, as the officer noted it"),
    columns.instant("recorded_at", null=False),
    sa.Column("submission_id", columns.ID, nullable=False, unique=True, comment="the same form twice is one call"),
    comment="A telephone call about a case",
)
sa.Index("phone_call_case", phone_call.c.case_id)
