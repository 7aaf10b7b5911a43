"""The composition root: one `App` a process, which opens transactions for commands and readers for queries.

Entry points (web, bell, workers, CLI) call `App.begin` and `App.read`; nothing else holds a connection.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

import psycopg
from psycopg_pool import ConnectionPool

from bihuan.commands.jobs import open_incident
from bihuan.domain.access import Actor, Machine
from bihuan.domain.clock import Clock, ShiftedClock, SystemClock
from bihuan.domain.errors import CaseFaulted, NotFound
from bihuan.settings import Settings
from bihuan.store.unit_of_work import Reader, UnitOfWork, transaction
from bihuan.store.vault import Vault

log = logging.getLogger(__name__)

Connection = psycopg.Connection[Any]
_PATIENCE = 10.0
"""Seconds to wait for a connection before saying so."""


class App:
    """Settings, the clock, the pool of connections, the vault: what a process needs to run commands."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None, most_connections: int = 4) -> None:
        self.settings = settings
        self.vault = Vault(settings.data_keys, settings.lookup_key)
        self._pool = ConnectionPool(
            settings.database_url, min_size=1, max_size=most_connections, open=False, timeout=_PATIENCE,
            kwargs={"application_name": "bihuan"},
        )  # fmt: skip
        self.clock = clock or (ShiftedClock(self._shift) if settings.demonstration else SystemClock())

    def __enter__(self) -> Self:
        self._pool.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    @contextmanager
    def begin(self, actor: Actor, *, now: datetime | None = None) -> Iterator[UnitOfWork]:
        """The transaction of one deed, committed when the block ends. A faulted case leaves an incident behind."""
        now = now or self.clock.now()  # before a connection is held: the clock of a demonstration needs one, too
        try:
            with self._pool.connection() as connection, transaction(connection, actor, now, self.vault) as work:
                yield work
        except CaseFaulted as fault:
            log.error("%s", fault)
            self._report(fault.case_id, str(fault))
            raise

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A read-only transaction for queries."""
        now = self.clock.now()
        with self._pool.connection() as connection:
            connection.read_only = True
            try:
                yield Reader(connection, now)
            finally:
                connection.rollback()
                connection.read_only = None

    def _report(self, case_id: UUID, why: str) -> None:
        try:
            with self.begin(Machine("engine")) as work:
                open_incident(work, case_id, why)
        except NotFound:
            log.error("case %s never came to be: it faulted at its first step", case_id)

    def _shift(self) -> timedelta:
        with self._pool.connection() as connection:
            row = connection.execute("select shift from demonstration_clock").fetchone()
            connection.rollback()
        return row[0] if row else timedelta(0)
