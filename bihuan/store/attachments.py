"""Attachments (附件) as rows. Their content lies in the sealed files, under the row's id; their names are sealed here.

Numbers run through a case: 附件1, 附件2. A struck-out copy (隐去件) is an attachment of its own that names the one it
stands for.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

from bihuan.domain.attachments import RELEASED
from bihuan.store import columns
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row, UnitOfWork
from bihuan.store.vault import Sealed, Vault

attachment = sa.Table(
    "attachment",
    columns.metadata,
    sa.Column("id", columns.ID, primary_key=True, comment="also the name of its file"),
    columns.case(),
    sa.Column("no", sa.Integer, nullable=False, comment="in the case, from 1"),
    columns.text("unit", "whose officer attached it; null: the complainant", null=True),
    sa.Column("attached_by", columns.ID, sa.ForeignKey("account.id"), nullable=True, comment="null: the complainant"),
    columns.text("acting_for", null=True),
    sa.Column("blind", sa.Boolean, nullable=False, comment="by a unit complained about: it cannot tell who complained"),
    columns.text("key", "of the task or button it was attached at", null=True),
    sa.Column("submission_id", columns.ID, nullable=False, comment="the same submission twice attaches once"),
    columns.instant("attached_at", null=False),
    columns.text("media_type", "by its content"),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", BYTEA, nullable=False, comment="of what was sent"),
    columns.text("key_id", "which data key"),
    sa.Column("nonce", BYTEA, nullable=False),
    sa.Column("sealed_name", BYTEA, nullable=False, comment="the name it came with; bound to the attachment"),
    sa.Column(
        "copy_of", columns.ID, sa.ForeignKey("attachment.id"), nullable=True, comment="the one it is struck out of"
    ),
    columns.state("sealed, released, replaced", "sealed"),
    sa.UniqueConstraint("case_id", "no"),
    comment="A file that belongs to a case",
)

_CASE = sa.bindparam("in_case", type_=columns.ID)
_NUMBER = sa.bindparam("number", type_=sa.Integer)
COUNTED = compiled(
    sa.select(
        sa.func.coalesce(sa.func.max(attachment.c.no), 0).label("last"),
        sa.func.count()
        .filter(
            attachment.c.unit.is_not_distinct_from(sa.bindparam("by_unit", type_=sa.Text)),
            attachment.c.copy_of.is_(None),
        )
        .label("theirs"),
        sa.func.coalesce(
            sa.func.bool_or(attachment.c.submission_id == sa.bindparam("submission", type_=columns.ID)), sa.false()
        ).label("repeated"),
    ).where(attachment.c.case_id == _CASE)
)
"""How many there are, how many of this unit, whether this submission attached before. Read under the case's lock."""
READ = compiled(sa.select(attachment).where(attachment.c.case_id == _CASE, attachment.c.no == _NUMBER))
TURN = compiled(
    sa.update(attachment)
    .where(attachment.c.id == sa.bindparam("file", type_=columns.ID))
    .values(state=sa.bindparam("new_state"))
)
REPLACE_COPIES = compiled(
    sa.update(attachment)
    .where(
        attachment.c.copy_of == sa.bindparam("original", type_=columns.ID),
        attachment.c.state == RELEASED,
        attachment.c.id != sa.bindparam("besides", type_=columns.ID),
    )
    .values(state=sa.bindparam("new_state"))
)


def seal_name(vault: Vault, file_id: UUID, name: str) -> Sealed:
    """The name a file came with, bound to it."""
    return vault.seal(file_id, {"name": name})


def open_name(vault: Vault, row: Row) -> str:
    """The name a file came with. Who may read it is decided by whoever asks."""
    return vault.open(row["id"], Sealed(row["key_id"], row["nonce"], row["sealed_name"]))["name"]


def turn(work: UnitOfWork, row: Row, state: str) -> None:
    """Let the attachment be sealed (封存), released (放行) or replaced from now on."""
    work.do(TURN, file=row["id"], new_state=state)
