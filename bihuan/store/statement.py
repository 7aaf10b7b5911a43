"""SQL written once as SQLAlchemy Core and compiled once to what psycopg sends.

SQLAlchemy describes the tables and the statements; psycopg executes them, in one pipeline a deed. Compiling costs more
than a round trip, so it happens once, on first use.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, LiteralString, TypeVar, cast

import orjson
import sqlalchemy as sa
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql.compiler import SQLCompiler

T = TypeVar("T")
_DIALECT = psycopg.dialect()  # type: ignore[no-untyped-call]


class Statement:
    """SQL with named places (`%(name)s`) and the values that were fixed when it was written."""

    def __init__(self, sql: LiteralString, fixed: Mapping[str, Any]) -> None:
        self.sql, self.fixed = sql, fixed

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All values to send: the fixed ones and those given now."""
        return {**self.fixed, **given}


class _Compiled(Statement):
    """A statement whose text is worked out when it is first sent: a hundred at once would delay every start."""

    def __init__(self, element: sa.ClauseElement, columns: tuple[str, ...] | None) -> None:
        self._element, self._columns = element, list(columns) if columns else None

    @cached_property
    def _compiler(self) -> SQLCompiler:
        found = cast(SQLCompiler, self._element.compile(dialect=_DIALECT, column_keys=self._columns))
        if "__[POSTCOMPILE" in str(found):
            raise ValueError("Expected a text that no value changes, but `in_` is another one for each length: any_()")
        if "LIMIT %(param" in str(found):
            raise ValueError("Expected a limit that stands in the text, but it is a value: at_most()")
        return found

    @cached_property
    def sql(self) -> LiteralString:  # type: ignore[override]
        # The text comes from our own tables and statements alone; values always travel apart.
        return str(self._compiler)

    @cached_property
    def fixed(self) -> Mapping[str, Any]:  # type: ignore[override]
        return {name: bind.value for name, bind in self._compiler.binds.items() if not bind.required}


def compiled(element: sa.ClauseElement, columns: tuple[str, ...] | None = None) -> Statement:
    """The element as PostgreSQL text, compiled once. `columns` names those an INSERT sets."""
    return _Compiled(element, columns)


def untold(place: sa.BindParameter[T]) -> sa.ColumnElement[T]:
    """The value given for a place, but not told to PostgreSQL before it runs the statement.

    It plans anew each time as long as knowing the values makes a plan look cheaper; to plan a join of five tables takes
    longer than to look up a page by its indexes. For statements whose best plan is one for all values.
    """
    return sa.cast(sa.select(place).scalar_subquery(), place.type)


def at_most(rows: int) -> sa.ColumnElement[int]:
    """The limit of a statement that is always the same. It stands in the text: a plan that is kept for all values would
    guess that a tenth of all rows is wanted.
    """
    return sa.literal_column(str(rows), sa.Integer)


@lru_cache(maxsize=256)
def insert_into(table: sa.Table, columns: tuple[str, ...]) -> Statement:
    """INSERT of however many rows with these columns, which travel together as one JSON text (see `as_rows`).

    One statement and one value, whatever the number: sent, parsed and planned once (docs/decisions/0005).
    """
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    text = sql.SQL("insert into {table} ({names}) select {names} from json_populate_recordset(null::{table}, {rows})")
    found = text.format(table=sql.Identifier(table.name), names=names, rows=sql.SQL("%(rows)s::json"))
    return Statement(found.as_string(), {})


def as_rows(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as PostgreSQL reads them from JSON: bytes in hexadecimal, values for JSONB as they are."""
    return orjson.dumps(rows, default=_from_psycopg).decode()


def _from_psycopg(value: object) -> object:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, Jsonb):
        return value.obj
    raise TypeError(f"Expected a value of a row, but {type(value).__name__} is none")
