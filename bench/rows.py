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
from bihuan.store.unit_of_work import UnitOfWork, prepare, transaction
from bihuan.store.vault import Vault


@dataclass
class Sent:
    """One statement, and how many had been sent when its answer was waited for (0: never)."""

    query: Any
    values: Any
    waited_after: int = 0


@dataclass
class Script:
    """What a deed sent, in order."""

    sent: list[Sent] = field(default_factory=list)

    @property
    def statements(self) -> int:
        """Statements on the wire, BEGIN and COMMIT included."""
        return len(self.sent) + 1

    @property
    def round_trips(self) -> int:
        """How often the deed waited for an answer, COMMIT and the end of the pipeline included."""
        return len({each.waited_after for each in self.sent if each.waited_after}) + 2


class _Writing(psycopg.Cursor[Any]):
    """A cursor that writes down what it sends."""

    connection: "_Rehearsal"

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        self._last = Sent(query, params)
        self.connection.script.sent.append(self._last)
        return super().execute(query, params, **options)

    def fetchone(self) -> Any:
        self._last.waited_after = len(self.connection.script.sent)
        return super().fetchone()

    def fetchall(self) -> Any:
        self._last.waited_after = len(self.connection.script.sent)
        return super().fetchall()


class _Rehearsal(psycopg.Connection[Any]):
    """A connection on which a deed happens, is written down, and is undone."""

    script: Script

    def commit(self) -> None:
        """Undo instead."""
        self.rollback()


class Rows:
    """Rehearses deeds and plays their statements."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._clock, self._vault = clock, Vault(settings.data_keys, settings.lookup_key)
        self._rehearsal = _Rehearsal.connect(settings.database_url, cursor_factory=_Writing)
        self._rehearsal.script = Script()
        self._stage = psycopg.connect(settings.database_url)
        prepare(self._rehearsal)
        prepare(self._stage)

    def rehearse(self, actor: Actor, deed: Callable[[UnitOfWork], object]) -> Script:
        """The statements this deed would send now."""
        self._rehearsal.script = Script()
        with transaction(self._rehearsal, actor, self._clock.now(), self._vault) as work:
            deed(work)
        return self._rehearsal.script

    def play(self, script: Script) -> None:
        """Send them, and commit."""
        connection = self._stage
        with connection.pipeline():
            cursors: dict[int, list[psycopg.Cursor[Any]]] = {}
            writing = connection.cursor()
            for number, each in enumerate(script.sent, start=1):
                if each.waited_after:
                    cursors.setdefault(each.waited_after, []).append(
                        connection.cursor().execute(each.query, each.values)
                    )
                else:
                    writing.execute(each.query, each.values)
                for cursor in cursors.pop(number, ()):
                    cursor.fetchone()
            connection.commit()

    def close(self) -> None:
        """Let both connections go."""
        self._rehearsal.close()
        self._stage.close()
