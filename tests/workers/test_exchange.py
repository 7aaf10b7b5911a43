"""Messages between cases and timed starts with real bells and workers: once each, through kills."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa

from bihuan.bootstrap import App
from bihuan.commands.move_clock import move_clock
from bihuan.domain.access import Machine
from bihuan.domain.ids import CaseId
from bihuan.settings import Settings
from bihuan.store import tables
from bihuan.store.statement import compiled
from tests.commands.fair import Fair, a_fair
from tests.commands.test_timed_starts import LAST_WORKDAY, Calendared, bulletin
from tests.workers.conftest import Processes, eventually

CLOSED = compiled(
    sa.select(tables.case_file.c.id).where(
        tables.case_file.c.id == sa.any_(sa.bindparam("case_ids", type_=tables.IDS)),
        tables.case_file.c.exit == "closed",
    )
)


@pytest.fixture
def live_fair(app: App, settings_of_processes: Settings) -> Iterator[Fair]:
    """The fair on the shared clock of a demonstration. `app` has emptied the database."""
    with App(settings_of_processes) as running:
        yield a_fair(running, app.clock)  # type: ignore[arg-type]


@pytest.fixture
def live_calendar(app: App, settings_of_processes: Settings) -> Iterator[Calendared]:
    """A locality with a monthly procedure, likewise."""
    with App(settings_of_processes) as running:
        found = Calendared(running, app.clock)  # type: ignore[arg-type]
        found.deploy(bulletin(LAST_WORKDAY))
        yield found


def heard(fair: Fair, session: CaseId) -> list[object]:
    return [detail["from"] for detail in fair.told(session, "message_delivered")]


def all_closed(fair: Fair, case_ids: list[CaseId]) -> bool:
    with fair.app.read() as reader:
        return len(reader.all(CLOSED, case_ids=case_ids)) == len(case_ids)


def end_leases(processes: Processes) -> None:
    """The leases of the dead end: here at once, in life after two minutes."""
    with psycopg.connect(processes.settings.owner_database_url or "", autocommit=True) as owner:
        for table in ("deadline", "notice", "job", "timed_start"):
            owner.execute(f"update {table} set taken_until = now() - interval '1 day' where taken_until is not null")


def test_two_workers_carry_each_message_once_and_the_answers_back(live_fair: Fair, processes: Processes) -> None:
    for _ in range(2):
        processes.start("workers.bell")
        processes.start("workers.worker", "short")
    early = [live_fair.booked("2026-11") for _ in range(2)]
    session = live_fair.session("2026-11")
    late = [live_fair.booked("2026-11") for _ in range(2)]

    eventually(lambda: bool(heard(live_fair, session)))  # the processes have begun
    eventually(lambda: all_closed(live_fair, [*early, *late]))

    numbers = [live_fair.number(request) for request in [*early, *late]]
    assert sorted(map(str, heard(live_fair, session))) == sorted(numbers)
    assert heard(live_fair, session)[:2] == numbers[:2], "in the order thrown, as far as they were thrown before"


def test_killing_everybody_between_throw_and_delivery_loses_nothing(live_fair: Fair, processes: Processes) -> None:
    session = live_fair.session("2026-11")
    bell = processes.start("workers.bell")
    requests = [live_fair.booked("2026-11") for _ in range(3)]
    eventually(lambda: processes.redis.llen("rq:queue:short") > 0)
    worker = processes.start("workers.worker", "short")
    eventually(lambda: bool(heard(live_fair, session)))
    worker.kill()
    bell.kill()
    processes.redis.flushdb()
    worker.wait()
    end_leases(processes)

    processes.start("workers.bell")
    processes.start("workers.worker", "short")

    eventually(lambda: all_closed(live_fair, requests))
    assert sorted(map(str, heard(live_fair, session))) == sorted(map(live_fair.number, requests))


def test_missed_periods_are_opened_once_each_by_any_number_of_workers(
    live_calendar: Calendared, processes: Processes
) -> None:
    (row,) = live_calendar.rows()
    with live_calendar.app.begin(Machine("test")) as work:
        move_clock(work, row["due_at"] + timedelta(hours=70 * 24), demonstration=True)
    for _ in range(2):
        processes.start("workers.bell")
        processes.start("workers.worker", "short")

    eventually(lambda: len(live_calendar.rows()) >= 2)  # the processes have begun
    eventually(lambda: len(live_calendar.rows()) >= 4)

    opened = live_calendar.opened()
    assert opened == sorted(set(opened), key=lambda one: one[1])
    assert len(opened) == len([row for row in live_calendar.rows() if row["state"] == "opened"]) >= 3
