"""What one deed costs PostgreSQL: counted on the wire and in the log, not timed."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from bench.town import COMPANY, LOCALITY, REQUEST, Town, town
from bench.wire import Wire, traced
from bihuan.bootstrap import App
from bihuan.commands.complete_task import complete_task
from bihuan.commands.open_case import submit_request
from bihuan.domain.access import Visitor
from bihuan.domain.clock import SystemClock
from bihuan.settings import Settings

MOST_ROUND_TRIPS, MOST_STATEMENTS = 4, 12
MOST_WAL = 6 * 1024
"""Bytes; a deed alone writes 5,856 (docs/decisions/0005)."""


@pytest.fixture
def five(app: App, settings: Settings) -> Iterator[Town]:
    """The benches' procedure: five user tasks, a time limit and a notice each. `app` has emptied the database."""
    with town(settings, clock=SystemClock(), cases=0) as found:
        for _ in range(2):
            complete_all(found)
        yield found


def complete_all(five: Town) -> list[Wire]:
    """One whole life; what each of its deeds sent."""
    sent = []
    case_id = five.hand_in().case_id
    while task := five.open_task(case_id):
        task_id, answers = task
        with five.app.begin(five.officer) as work:
            connection = work._connection
        with traced(connection) as wire, five.app.begin(five.officer) as work:
            assert work._connection is connection
            complete_task(work, task_id, answers, submission_id=uuid4())
        sent.append(wire)
    return sent


def test_a_deed_takes_few_round_trips_and_statements_and_one_commit(five: Town) -> None:
    for wire in complete_all(five):
        assert wire.round_trips <= MOST_ROUND_TRIPS
        assert wire.statements <= MOST_STATEMENTS
        assert wire.commits == 1


def test_a_request_handed_in_asks_twice_and_then_sends_everything(five: Town) -> None:
    """Where it is to begin and whether it began before; its number; all that it writes, with the commit; the bell."""
    five.hand_in()
    with five.app.begin(Visitor(LOCALITY)) as work:
        connection = work._connection
    with traced(connection) as wire, five.app.begin(Visitor(LOCALITY)) as work:
        assert work._connection is connection
        submit_request(work, LOCALITY, REQUEST, COMPANY, submission_id=uuid4())
    assert wire.round_trips <= MOST_ROUND_TRIPS
    assert wire.commits == 1


def test_a_deed_repeated_sends_only_prepared_statements(five: Town) -> None:
    assert [wire.parsed for wire in complete_all(five)] == [0] * 5


def test_a_deed_writes_little_into_the_log(five: Town, database: tuple[str, str]) -> None:
    written = []
    with psycopg.connect(database[1], autocommit=True) as owner:
        for case_id in [five.hand_in().case_id for _ in range(30)]:
            task = five.open_task(case_id)
            assert task is not None
            before = _log_position(owner)
            five.complete(*task)
            written.append(_log_position(owner) - before)
    # Other tests write to the same log, and the first change of a page after a checkpoint keeps the whole page: the
    # least of many is the deed's own.
    assert min(written) <= MOST_WAL


def _log_position(owner: "psycopg.Connection[tuple[object, ...]]") -> int:
    row = owner.execute("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint").fetchone()
    assert row is not None
    return int(str(row[0]))
