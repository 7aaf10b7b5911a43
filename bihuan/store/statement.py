"""SQL written once as SQLAlchemy Core and compiled once to what psycopg sends.

SQLAlchemy describes the tables and the statements; psycopg executes them, in one pipeline a deed. Compiling costs more
than a round trip, so it happens at import or on first use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, LiteralString

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import psycopg

_DIALECT = psycopg.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with named places (`%(name)s`) and the values that were fixed when it was written."""

    sql: LiteralString
    fixed: Mapping[str, Any]

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All values to send: the fixed ones and those given now."""
        return {**self.fixed, **given}


def compiled(element: sa.ClauseElement, columns: tuple[str, ...] | None = None) -> Statement:
    """The element as PostgreSQL text. `columns` names those an INSERT sets."""
    found = element.compile(dialect=_DIALECT, column_keys=list(columns) if columns else None)
    if "__[POSTCOMPILE" in str(found):
        raise ValueError("Expected a statement compiled once, but `in_` makes its text depend on the values: use any_()")
    fixed = {name: bind.value for name, bind in found.binds.items() if not bind.required}
    # The text comes from our own tables and statements alone; values always travel apart.
    return Statement(str(found), fixed)


@lru_cache(maxsize=256)
def insert_into(table: sa.Table, columns: tuple[str, ...]) -> Statement:
    """INSERT of one row with these columns."""
    return compiled(sa.insert(table), columns)
