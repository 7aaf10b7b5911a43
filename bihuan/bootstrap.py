"""The composition root: one `App` a process, which opens transactions for commands and readers for queries.

Entry points (web, bell, workers, CLI) call `App.begin` and `App.read`; nothing else holds a connection.
"""

import logging
import select
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from bihuan.domain.access import Actor, Machine
from bihuan.domain.clock import Clock, ShiftedClock, SystemClock
from bihuan.domain.errors import CaseFaulted, NotFound
from bihuan.settings import Settings
from bihuan.store import migrations
from bihuan.store.sealed_files import FileRoom
from bihuan.store.unit_of_work import SNAPSHOT, Reader, UnitOfWork, prepare, transaction, wake_bell
from bihuan.store.vault import Vault

log = logging.getLogger(__name__)

Connection = psycopg.Connection[Any]
_PATIENCE = 5.0
"""Seconds to wait for a connection before saying so."""

_LINE: dict[str, str | int] = {
    "application_name": "bihuan",
    "connect_timeout": 5, "keepalives_idle": 30, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c lock_timeout=8s -c idle_in_transaction_session_timeout=60s -c jit=off",
}  # fmt: skip
"""What keeps one that hangs from holding up all: a deed waits for its case for seconds, not for ever; a process that
stands still in the middle of a deed loses it; and a server that fell silent is noticed. No statement runs long enough
to be worth compiling (jit).
"""

_RECONNECTING = 3.0
"""Seconds the pool tries by itself, at growing intervals; then whoever asks next has it try at once. So it never sleeps
through the moment at which a server that was away for long is back."""


class App:
    """Settings, the clock, the pool of connections, the vault, the files: what a process needs to run commands."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None, most_connections: int = 4) -> None:
        self.settings = settings
        self.vault = Vault(settings.data_keys, settings.lookup_key)
        self.files = FileRoom(settings.files, self.vault)
        self._pool = ConnectionPool(
            settings.database_url, min_size=1, max_size=most_connections, open=False, timeout=_PATIENCE,
            reconnect_timeout=_RECONNECTING, configure=prepare, check=_refuse_if_cut,
            kwargs=_LINE,
        )  # fmt: skip
        self.clock = clock or (ShiftedClock(self._shift) if settings.demonstration else SystemClock())

    def __enter__(self) -> Self:
        self._pool.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    @contextmanager
    def begin(
        self, actor: Actor, *, now: datetime | None = None, job_id: UUID | None = None, wake: bool = True
    ) -> Iterator[UnitOfWork]:
        """The transaction of one deed, committed when the block ends. A faulted case leaves an incident behind.

        `job_id` is the job that the deed is, if it is one: it stands until somebody has settled the incident. The bell
        is told of what became due, unless `wake` is False: then `wake_bell` is for the caller to call.
        """
        now = now or self.clock.now()  # before a connection is held: the clock of a demonstration needs one, too
        try:
            with (
                self._pool.connection() as connection,
                transaction(connection, actor, now, self.vault, wake=wake) as work,
            ):
                yield work
        except CaseFaulted as fault:
            log.error("%s", fault)
            self.report(fault.case_id, str(fault), job_id)
            raise

    def wake_bell(self) -> None:
        """Tell the bell of what became due in deeds that did not."""
        with suppress(psycopg.Error), self._pool.connection() as connection:
            wake_bell(connection)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Reads for queries, all at one instant of the clock; nothing can be written."""
        now = self.clock.now()
        with self._pool.connection() as connection:
            yield Reader(connection, now)

    @contextmanager
    def snapshot(self) -> Iterator[Reader]:
        """Reads that must fit each other: all as of one moment of the database, while others go on writing."""
        now = self.clock.now()
        with self._pool.connection() as connection:
            connection.execute(SNAPSHOT)
            try:
                yield Reader(connection, now)
            finally:
                connection.rollback()

    def ready(self) -> bool:
        """Whether the database answers and has the tables of this version; for `/readyz`."""
        try:
            with self._pool.connection() as connection:
                return not migrations.missing(connection)
        except (psycopg.Error, PoolTimeout):
            return False

    def report(self, case_id: UUID, why: str, job_id: UUID | None = None) -> None:
        """Open an incident: this case cannot go on. `why` names nobody. If not even that can be kept, the log says so.

        Whoever calls is about to tell of the fault itself, which nothing here may hide.
        """
        from bihuan.commands.jobs import open_incident  # the engine with it, which a bell never loads otherwise

        try:
            with self.begin(Machine("engine")) as work:
                open_incident(work, case_id, why, job_id)
        except NotFound:
            log.error("case %s never came to be: it faulted at its first step", case_id)
        except psycopg.Error as exc:
            log.error("no incident for case %s: %s", case_id, type(exc).__name__)

    def _shift(self) -> timedelta:
        with self._pool.connection() as connection:
            row = connection.execute("select shift from demonstration_clock").fetchone()
        return row[0] if row else timedelta(0)


def _refuse_if_cut(connection: Connection) -> None:
    """Raise when the server has gone away, so that the pool gives another connection and no deed is lost to it.

    An idle connection has nothing to read but the end of it; asking the kernel costs no round trip. Only where there is
    something is the server asked.
    """
    idle = select.poll()
    idle.register(connection.fileno(), select.POLLIN)
    if idle.poll(0):
        ConnectionPool.check_connection(connection)
