"""What the tables are written with: their metadata, and the kinds of columns that occur again and again."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

metadata = sa.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)

INSTANT = sa.DateTime(timezone=True)
ID = UUID(as_uuid=True)
IDS = ARRAY(ID)


def instant(name: str, comment: str | None = None, *, null: bool = True) -> "sa.Column[object]":
    """An instant, in UTC."""
    return sa.Column(name, INSTANT, nullable=null, comment=comment)


def text(name: str, comment: str | None = None, *, null: bool = False) -> "sa.Column[str]":
    """A text."""
    return sa.Column(name, sa.Text, nullable=null, comment=comment)


def case(*, primary: bool = False, null: bool = False) -> "sa.Column[object]":
    """The case a row belongs to."""
    return sa.Column("case_id", ID, sa.ForeignKey("case_file.id"), primary_key=primary, nullable=null)


def state(values: str, first: str) -> "sa.Column[str]":
    """One of a few states; the first is what a new row has."""
    return sa.Column("state", sa.Text, nullable=False, server_default=first, comment=values)
