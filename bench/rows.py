"""`rows`: the very statements of a deed with canned parameters, on a connection as the deed's. What no code can avoid.

A deed is run on a connection that writes down each statement, its parameters and where the answer is waited for, and
rolls back instead of committing. The same statements are then sent again in the same order, in one pipeline, and
committed: reads, writes, indexes, WAL and the disk are the deed's; rules, engine, hashes and JSON are not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from bihuan.domain.access import Actor
from bihuan.domain.clock import Clock
from bihuan.settings import Settings
from bihuan.store.unit_of_work import UnitOfWork, transaction
from bihuan.store.vault import Vault


@dataclass
class Script:
    """What a deed sent: each statement with its parameters, and after which of them it waited."""

    sent: list[tuple[Any, Any, bool]] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)

    @property
    def statements(self) -> int:
        """Statements on the wire, BEGIN and COMMIT included."""
        return sum(len(values) if many else 1 for _, values, many in self.sent) + 2


class _Writing(psycopg.Cursor[Any]):
    """A cursor that writes down what it sends."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        self.connection.script.sent.append((query, params, False))
        return super().execute(query, params, **options)

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        self.connection.script.sent.append((query, list(params_seq), True))
        super().executemany(query, params_seq, **options)

    def fetchone(self) -> Any:
        self.connection.waited()
        return super().fetchone()

    def fetchall(self) -> Any:
        self.connection.waited()
        return super().fetchall()


class _Rehearsal(psycopg.Connection[Any]):
    """A connection on which a deed happens, is written down, and is undone."""

    script: Script

    def waited(self) -> None:
        """Remember that the deed waited for an answer here."""
        if self.script.waits[-1:] != [len(self.script.sent)]:
            self.script.waits.append(len(self.script.sent))

    def commit(self) -> None:
        """Undo instead."""
        self.rollback()


class Rows:
    """Rehearses deeds and plays their statements."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._clock, self._vault = clock, Vault(settings.data_keys, settings.lookup_key)
        self._rehearsal = _Rehearsal.connect(settings.database_url, cursor_factory=_Writing)
        self._stage = psycopg.connect(settings.database_url)

    def rehearse(self, actor: Actor, deed: Callable[[UnitOfWork], object]) -> Script:
        """The statements this deed would send now."""
        self._rehearsal.script = Script()
        with transaction(self._rehearsal, actor, self._clock.now(), self._vault) as work:
            deed(work)
        return self._rehearsal.script

    def play(self, script: Script) -> None:
        """Send them, and commit."""
        connection, waits = self._stage, set(script.waits)
        last = max(waits, default=0)
        with connection.pipeline():
            reading = []
            writing = connection.cursor()
            for number, (query, values, many) in enumerate(script.sent, start=1):
                cursor = writing if number > last else connection.cursor()
                (cursor.executemany if many else cursor.execute)(query, values)
                if number <= last:
                    reading.append(cursor)
                if number in waits:
                    for waiting in reading:
                        waiting.fetchone()
                    reading = []
            connection.commit()

    def close(self) -> None:
        """Let both connections go."""
        self._rehearsal.close()
        self._stage.close()
