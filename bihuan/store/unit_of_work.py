"""One deed, one transaction: read with a lock, append rows, send them all at once, commit.

This file holds the only `.commit(` of the product. Commands get a unit of work from `bootstrap`, never a connection.
The whole deed travels in one psycopg pipeline: BEGIN goes with the first SELECT, the writes go with COMMIT.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, LiteralString, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg.rows import RowMaker, dict_row

from bihuan.domain.access import Actor
from bihuan.store.statement import Statement, as_rows, insert_into
from bihuan.store.vault import Vault

Row = dict[str, Any]
T = TypeVar("T")

BEGIN: LiteralString = "begin read write"
SNAPSHOT: LiteralString = "begin isolation level repeatable read, read only"
WAKE_BELL: LiteralString = "select pg_notify('bell', '')"
READ_ONLY: LiteralString = "set default_transaction_read_only = on"
MOST_PREPARED = 300
"""Statements a connection keeps prepared: more than the product has."""
_LATER: Mapping[str, int] = {"deployment": 0, "locality": 1, "account": 1, "case_file": 2}
"""Tables that others refer to go first; those not named follow."""


def prepare(connection: psycopg.Connection[Any]) -> None:
    """Make a new connection ready for readers and deeds.

    Each read is a transaction of its own that may not write; a deed begins its own. Without a ROLLBACK after each read
    the prepared statements stay: psycopg forgets them all with it.
    """
    connection.autocommit = True
    connection.prepare_threshold, connection.prepared_max = 0, MOST_PREPARED
    connection.execute(READ_ONLY)


def _row_of(kind: type[T]) -> Callable[["psycopg.Cursor[Any]"], RowMaker[T]]:
    """As psycopg's class_row, but without a dictionary a row where the columns are the first fields in their order."""
    names = list(kind.__annotations__)

    def factory(cursor: "psycopg.Cursor[Any]") -> RowMaker[T]:
        columns = [column.name for column in cursor.description or ()]
        if columns == names[: len(columns)]:
            return lambda values: kind(*values)
        return lambda values: kind(**dict(zip(columns, values, strict=True)))

    return factory


class Reader:
    """Reads rows as they are committed; the queries' side."""

    def __init__(self, connection: psycopg.Connection[Any], now: datetime) -> None:
        self._connection = connection
        self.now = now
        """The one instant of this transaction: aware UTC."""

    def all(self, statement: Statement, **values: Any) -> list[Row]:
        """All rows, as dictionaries."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement.sql, statement.values(values)).fetchall()

    def one(self, statement: Statement, **values: Any) -> Row | None:
        """The first row, or None."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement.sql, statement.values(values)).fetchone()

    def each(self, *statements: Statement, **values: Any) -> list[list[Row]]:
        """The rows of several statements with the same values, in their order: one round trip."""
        with self._connection.pipeline():
            return self._ask_each(statements, values)

    def all_as(self, kind: type[T], statement: Statement, **values: Any) -> list[T]:
        """All rows, each as a `kind` whose fields are the columns."""
        with self._connection.cursor(row_factory=_row_of(kind)) as cursor:
            return cursor.execute(statement.sql, statement.values(values)).fetchall()

    def one_as(self, kind: type[T], statement: Statement, **values: Any) -> T | None:
        """The first row as a `kind`, or None."""
        with self._connection.cursor(row_factory=_row_of(kind)) as cursor:
            return cursor.execute(statement.sql, statement.values(values)).fetchone()

    def _ask_each(self, statements: Sequence[Statement], values: Mapping[str, Any]) -> list[list[Row]]:
        sent = [
            self._connection.cursor(row_factory=dict_row).execute(statement.sql, statement.values(values))
            for statement in statements
        ]
        return [cursor.fetchall() for cursor in sent]


class UnitOfWork(Reader):
    """What one deed reads and writes, who does it, and when. Sent at the end as one; after a fault nothing is kept."""

    def __init__(self, connection: psycopg.Connection[Any], actor: Actor, now: datetime, vault: Vault) -> None:
        super().__init__(connection, now)
        self.actor = actor
        self.vault = vault
        self._added: dict[sa.Table, list[Row]] = {}
        self._statements: list[tuple[Statement, Row]] = []
        self._last: dict[object, tuple[Statement, Row]] = {}
        self.woke = False
        """Whether the bell is to be told."""

    def add(self, table: sa.Table, row: Row) -> Row:
        """Insert this row at the end of the deed; until then the row may still be changed."""
        self._added.setdefault(table, []).append(row)
        return row

    def added(self, table: sa.Table) -> list[Row]:
        """The rows of a table that this deed will insert."""
        return self._added.get(table, [])

    def lock_then(self, kind: type[T], lock: Statement, then: Statement, **values: Any) -> tuple[T | None, Row | None]:
        """Lock a row, then read another as it is once the lock is held: two statements, one round trip."""
        with (
            self._connection.cursor(row_factory=_row_of(kind)) as first,
            self._connection.cursor(row_factory=dict_row) as second,
        ):
            first.execute(lock.sql, lock.values(values))
            second.execute(then.sql, then.values(values))
            return first.fetchone(), second.fetchone()

    def each(self, *statements: Statement, **values: Any) -> list[list[Row]]:
        """As a reader's: the deed is one pipeline already."""
        return self._ask_each(statements, values)

    def do_at_once(self, statement: Statement, **values: Any) -> None:
        """Run this UPDATE now, while we work out what follows: its row is locked, and nothing changes it again."""
        self._connection.cursor().execute(statement.sql, statement.values(values))

    def do(self, statement: Statement, **values: Any) -> None:
        """Run this UPDATE or INSERT at the end of the deed, after the rows added."""
        self._statements.append((statement, values))

    def do_last(self, subject: object, statement: Statement, **values: Any) -> None:
        """As `do`, once for each subject: what is said last is what is sent."""
        self._last[subject] = (statement, values)

    def wake_bell(self) -> None:
        """Tell the bell, once this is committed, that something is due now."""
        self.woke = True

    def _send(self) -> None:
        cursor = self._connection.cursor()
        for table in sorted(self._added, key=lambda table: _LATER.get(table.name, 3)):
            rows = self._added[table]
            cursor.execute(insert_into(table, tuple(rows[0])).sql, {"rows": as_rows(rows)})
        for statement, values in (*self._statements, *self._last.values()):
            cursor.execute(statement.sql, statement.values(values))


def wake_bell(connection: psycopg.Connection[Any]) -> None:
    """Tell the bell that something is due. Not part of the deed: unheard, the bell looks within seconds by itself.

    Within the deed PostgreSQL would hold one lock of the whole server from here until the log is on disk, and all deeds
    that wake the bell would be committed one after the other.
    """
    with suppress(psycopg.Error):
        connection.execute(WAKE_BELL)


@contextmanager
def transaction(
    connection: psycopg.Connection[Any], actor: Actor, now: datetime, vault: Vault, *, wake: bool = True
) -> Iterator[UnitOfWork]:
    """Open the transaction of one deed; commit when the block ends, roll back when it raises.

    `wake`: tell the bell afterwards of what became due; without it, whoever does many deeds in a row tells it once.

    A connection that is cut while COMMIT is on its way raises psycopg.OperationalError, and nobody knows which way it
    went: the deed is repeated with the same submission id, which finds out.
    """
    try:
        with connection.pipeline():
            # psycopg's own BEGIN would wait for its answer; this one travels with the first SELECT.
            connection.execute(BEGIN)
            work = UnitOfWork(connection, actor, now, vault)
            try:
                yield work
                work._send()
                connection.commit()
                if work.woke and wake:
                    wake_bell(connection)
            except (TimeoutError, KeyboardInterrupt, SystemExit):
                connection.close()  # broken off while an answer was awaited, which may never come: hang up
                raise
    except BaseException:
        with suppress(psycopg.Error):  # the connection is gone: so is the transaction; what happened matters more
            connection.rollback()
        raise
