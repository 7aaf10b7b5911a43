"""Messages between cases: to each that waits, once, in order, whoever came first, through faults and kills."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from bihuan import errands
from bihuan.bootstrap import App
from bihuan.commands.carry_message import look_for_message
from bihuan.commands.jobs import cancel_incident, retry_incident
from bihuan.domain.access import Machine
from bihuan.domain.clock import MovableClock
from bihuan.domain.errors import CaseFaulted
from bihuan.domain.ids import CaseId
from bihuan.queries.doctor import examine
from bihuan.queries.history import verify
from bihuan.store import tables
from bihuan.store.messages import CARRY, LOOK
from bihuan.store.statement import compiled
from tests.commands.fair import Fair, a_fair
from tests.conftest import somebody_waits

JOBS = compiled(sa.select(tables.job).where(tables.job.c.state == "waiting").order_by(tables.job.c.id))
OPEN_INCIDENTS = compiled(sa.select(tables.incident).where(tables.incident.c.state == "open"))


@pytest.fixture
def fair(app: App, clock: MovableClock) -> Fair:
    return a_fair(app, clock)


def waiting(fair: Fair, topic: str, case_id: CaseId | None = None) -> list[UUID]:
    with fair.app.read() as reader:
        rows = reader.all(JOBS)
    return [row["id"] for row in rows if row["topic"] == topic and case_id in (None, row["case_id"])]


def incident(fair: Fair) -> dict[str, object]:
    with fair.app.read() as reader:
        (row,) = reader.all(OPEN_INCIDENTS)
    return row


def heard(fair: Fair, case_id: CaseId) -> list[object]:
    """The numbers of the requests that a session has heard, in order."""
    return [detail["from"] for detail in fair.told(case_id, "message_delivered")]


def is_closed(fair: Fair, case_id: CaseId) -> bool:
    return bool(fair.told(case_id, "case_ended"))


def test_a_message_reaches_the_case_that_waits_and_is_answered(fair: Fair) -> None:
    session = fair.session("2026-11")
    fair.ring()
    request = fair.booked("2026-11")
    assert not is_closed(fair, request)

    fair.ring()

    assert fair.told(session, "message_delivered") == [
        {"from": fair.number(request), "message": "request/book/1", "name": "booked"}
    ]
    assert fair.told(session, "message_received")[0]["control"] == {"request": fair.number(request), "weight": None}
    assert is_closed(fair, request)
    assert not is_closed(fair, session)


def test_it_is_kept_for_a_case_that_begins_to_wait_later_in_the_order_thrown(fair: Fair) -> None:
    requests = [fair.booked("2026-11") for _ in range(3)]
    fair.ring()

    session = fair.session("2026-11")
    fair.ring()

    assert heard(fair, session) == [fair.number(request) for request in requests]
    assert all(is_closed(fair, request) for request in requests)


def test_every_case_that_waits_gets_it_and_no_other(fair: Fair) -> None:
    first, second, other = fair.session("2026-11"), fair.session("2026-11"), fair.session("2026-12")
    request = fair.booked("2026-11")

    fair.ring()

    assert heard(fair, first) == heard(fair, second) == [fair.number(request)]
    assert heard(fair, other) == []
    assert len(fair.told(request, "message_delivered")) == 1, "two answers; only the first is still waited for"


def test_nothing_is_carried_twice_however_often_its_jobs_run(fair: Fair) -> None:
    session = fair.session("2026-11")
    requests = [fair.booked("2026-11") for _ in range(2)]
    for _ in range(3):
        for job in [*waiting(fair, CARRY), *waiting(fair, LOOK)]:
            for _ in range(2):
                errands.run_job(fair.app, job)

    fair.ring()

    assert heard(fair, session) == [fair.number(request) for request in requests]


def test_a_wait_that_was_looked_for_while_a_message_was_on_its_way_is_woken_by_it(fair: Fair) -> None:
    session = fair.session("2026-11")
    (look,) = waiting(fair, LOOK)
    errands.run_job(fair.app, look)
    assert waiting(fair, LOOK) == []
    request = fair.booked("2026-11")
    (carry,) = waiting(fair, CARRY)

    errands.run_job(fair.app, carry)

    assert look in waiting(fair, LOOK)
    errands.run_job(fair.app, look)
    assert heard(fair, session) == [fair.number(request)]


def test_a_kill_in_the_middle_keeps_nothing_and_is_made_good(fair: Fair) -> None:
    session = fair.session("2026-11")
    request = fair.booked("2026-11")
    (look,) = waiting(fair, LOOK, session)

    def killed() -> None:
        with fair.app.begin(errands.CARRIER) as work:
            look_for_message(work, look)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()

    assert heard(fair, session) == []
    fair.ring()
    assert heard(fair, session) == [fair.number(request)]


def test_a_message_waits_for_the_look_that_reads_while_it_comes_and_wakes_it_again(
    fair: Fair, database: tuple[str, str]
) -> None:
    session = fair.session("2026-11")
    (look,) = waiting(fair, LOOK)
    request = fair.booked("2026-11")
    (carry,) = waiting(fair, CARRY)
    with psycopg.connect(database[1]) as slow, ThreadPoolExecutor(1) as other:
        slow.execute("update job set state = 'done' where id = %s", [look])  # it has looked, and is not committed
        carried = other.submit(errands.run_job, fair.app, carry)
        while not somebody_waits(database[1]):
            assert not carried.done()
        slow.commit()
        carried.result()

    fair.ring()

    assert heard(fair, session) == [fair.number(request)]


def test_a_case_that_cannot_take_it_has_an_incident_and_the_others_have_the_message(fair: Fair) -> None:
    broken = fair.session("2026-11")
    poisoned = fair.booked("2026-11", weight="heavy")
    fair.ring()
    assert incident(fair)["case_id"] == broken
    well = fair.session("2026-12")
    fine = fair.booked("2026-12")

    fair.ring()

    assert heard(fair, well) == [fair.number(fine)]
    assert heard(fair, broken) == []
    assert not is_closed(fair, poisoned)
    assert verify_all(fair)


def test_a_person_retries_or_gives_the_message_up_for_that_case(fair: Fair) -> None:
    broken = fair.session("2026-11")
    poisoned = fair.booked("2026-11", weight="heavy")
    fair.ring()
    administrator = fair.officer("platform", "administrator")

    with fair.app.begin(administrator) as work:
        retry_incident(work, incident(fair)["id"], "再试一次。")
    fair.ring()
    assert heard(fair, broken) == []
    with fair.app.begin(administrator) as work:
        cancel_incident(work, incident(fair)["id"], "该消息有误。")
    fine = fair.booked("2026-11")
    fair.ring()

    assert fair.told(broken, "message_passed_over")[0]["from"] == fair.number(poisoned)
    assert heard(fair, broken) == [fair.number(fine)]
    assert verify_all(fair)


def test_a_message_that_nobody_takes_is_a_remark_after_a_month(fair: Fair) -> None:
    request = fair.booked("2026-11")
    fair.ring()
    assert [one for one in remarks(fair) if one.kind == "messages"] == []

    fair.at("2026-10-31 16:00")

    (found,) = [one for one in remarks(fair) if one.kind == "messages"]
    assert (found.count, found.examples, found.wrong) == (1, (fair.number(request),), False)


def test_a_row_that_the_history_does_not_know_is_found(fair: Fair, database: tuple[str, str]) -> None:
    request = fair.booked("2026-11")
    with psycopg.connect(database[1], autocommit=True) as owner:
        owner.execute("update awaited set state = 'ended'")
        with fair.app.read() as reader:
            assert "messages by history differ" in verify(reader, request).faults[0]
        owner.execute("update awaited set state = 'open'")
        owner.execute("set session_replication_role = replica")
        owner.execute("update message set payload = '{}'")
    with fair.app.read() as reader:
        assert verify(reader, request).faults == ("messages thrown or delivered by history differ from the rows",)


def test_a_case_that_cannot_take_it_keeps_nothing_of_it(fair: Fair) -> None:
    session = fair.session("2026-11")
    fair.booked("2026-11", weight="heavy")
    (look,) = waiting(fair, LOOK, session)

    with pytest.raises(CaseFaulted), fair.app.begin(Machine("carrier"), job_id=look) as work:
        look_for_message(work, look)

    assert (incident(fair)["job_id"], incident(fair)["key"]) == (look, "session/booking/1")
    assert look not in waiting(fair, LOOK)


def remarks(fair: Fair) -> list[object]:
    with fair.app.read() as reader:
        return [one for one in examine(reader) if one.kind != "bell"]


def verify_all(fair: Fair) -> bool:
    with fair.app.read() as reader:
        ids = [row["id"] for row in reader.all(compiled(sa.select(tables.case_file.c.id)))]
        return all(verify(reader, case_id).ok for case_id in ids)
