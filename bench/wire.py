"""What really went over the wire: libpq's own trace of one connection, counted."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import pq

_ASKS = ("Sync", "Flush", "Query")


@dataclass
class Wire:
    """Counts of one traced stretch; filled in at its end."""

    statements: int = 0
    """Statements executed, BEGIN and COMMIT included."""
    commits: int = 0
    round_trips: int = 0
    """How often the client asked for an answer and had to wait for it."""
    parsed: int = 0
    """Statements that were not prepared, COMMIT aside."""


@contextmanager
def traced(connection: "psycopg.Connection[Any]") -> Iterator[Wire]:
    """Count what this connection sends within the block."""
    wire = Wire()
    with tempfile.TemporaryFile("w+") as file:
        connection.pgconn.trace(file.fileno())
        connection.pgconn.set_trace_flags(pq.Trace.SUPPRESS_TIMESTAMPS)
        try:
            yield wire
        finally:
            connection.pgconn.untrace()
            file.seek(0)
            _count(wire, file)


def _count(wire: Wire, lines: Iterable[str]) -> None:
    before = ""
    for line in lines:
        side, _, kind, *rest = [*line.rstrip("\n").split("\t"), "", "", ""]
        if side == "F":
            wire.statements += kind in ("Execute", "Query")
            wire.parsed += kind == "Parse" and "COMMIT" not in rest[0]
            wire.round_trips += kind in _ASKS and before not in _ASKS
        elif kind == "CommandComplete":
            wire.commits += rest[0].strip() == '"COMMIT"'
        before = kind
