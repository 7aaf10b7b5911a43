"""What goes wrong for one goes wrong for it alone, is counted, and ends as an incident: no loop, nothing unseen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
import sqlalchemy as sa
from redis import Redis
from rq import Queue

from bihuan import errands
from bihuan.bootstrap import App
from bihuan.commands import jobs, notices
from bihuan.commands.fire_timer import fire_timer
from bihuan.commands.leases import LEASE
from bihuan.commands.take_due import DueWork, take_due
from bihuan.domain.access import Machine
from bihuan.domain.errors import CaseFaulted
from bihuan.domain.ids import CaseId
from bihuan.domain.letters import Letter
from bihuan.handlers import Errand
from bihuan.queries.due import next_due_at
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row, UnitOfWork
from tests.commands.test_life import dispatched, first_reply, found, resolve
from tests.conftest import OF_PROCESSES, own_redis_url
from tests.people import Town
from workers import jobs as worker_jobs
from workers.queues import ring

INCIDENTS = compiled(sa.select(tables.incident.c.case_id, tables.incident.c.reason).order_by("id"))
JOBS = compiled(sa.select(tables.job))
NOTICES = compiled(sa.select(tables.notice))


def rows(town: Town, statement: object) -> list[Row]:
    with town.app.read() as reader:
        return reader.all(statement)  # type: ignore[arg-type]


def urged(town: Town, case: CaseId) -> bool:
    return ("urge_first_reply", "commerce") in town.notices(case)


@pytest.fixture
def uploading(town: Town) -> CaseId:
    """A case that waits for its upload to the province."""
    case = dispatched(town)
    first_reply(town, case)
    resolve(town, case)
    found(town, case, sound=True)
    return case


@pytest.fixture
def late(town: Town) -> list[CaseId]:
    """Three cases whose first limit has passed, and nobody has noticed yet."""
    cases = [dispatched(town) for _ in range(3)]
    town.ring()
    town.clock.move_to(town.open_tasks(cases[0])["first_reply"]["due_at"])
    return cases


def test_a_bug_in_one_case_stops_no_other_and_somebody_is_told(
    town: Town, late: list[CaseId], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fire(work: UnitOfWork, case_id: CaseId) -> None:
        if case_id == late[0]:
            raise KeyError("a bug")
        fire_timer(work, case_id)

    monkeypatch.setattr("bihuan.errands.fire_timer", fire)
    for case_id in late * 2:
        errands.let_time_act(town.app, case_id)
    assert [urged(town, case) for case in late] == [False, True, True]
    (incident,) = rows(town, INCIDENTS)  # told once, however often the bell rings
    assert incident["case_id"] == late[0]
    assert "KeyError" in incident["reason"]


def test_what_somebody_holds_does_not_stop_the_others_of_its_batch(
    town: Town, late: list[CaseId], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bihuan.bootstrap._LINE", {"options": "-c lock_timeout=200ms"})
    with App(town.app.settings, clock=town.clock) as app:
        monkeypatch.setattr(worker_jobs, "process", lambda: (app, ()))
        with psycopg.connect(town.app.settings.owner_database_url or "") as somebody:
            somebody.execute("select 1 from case_file where id = %s for update", [late[0]])
            worker_jobs.fire_timers([str(case) for case in late])
    assert [urged(town, case) for case in late] == [False, True, True]
    assert rows(town, INCIDENTS) == []


def test_a_worker_that_is_to_stop_gives_back_what_it_has_not_begun(
    town: Town, late: list[CaseId], monkeypatch: pytest.MonkeyPatch
) -> None:
    with town.app.begin(Machine("bell")) as work:
        due = take_due(work)
    assert set(due.cases) == set(late)
    monkeypatch.setattr(worker_jobs, "process", lambda: (town.app, ()))
    worker_jobs.stopping.set()
    try:
        worker_jobs.fire_timers([str(case) for case in due.cases])
    finally:
        worker_jobs.stopping.clear()
    assert not any(urged(town, case) for case in late)
    with town.app.begin(Machine("bell")) as work:
        assert set(take_due(work).cases) == set(late)


def test_a_handler_that_takes_its_worker_down_each_time_ends_as_an_incident(
    town: Town, uploading: CaseId, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = []

    def killed(errand: Errand) -> dict[str, str | int | bool | None]:
        called.append(errand)
        raise SystemExit  # nothing of ours runs after this, as after kill -9

    monkeypatch.setattr("bihuan.errands.handle", killed)
    (job,) = rows(town, JOBS)
    for _ in range(jobs.MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            errands.run_job(town.app, job["id"])
    errands.run_job(town.app, job["id"])
    errands.run_job(town.app, job["id"])
    assert len(called) == jobs.MOST_ATTEMPTS
    (incident,) = rows(town, INCIDENTS)
    assert incident["reason"] == "each attempt ended without an answer"


def test_a_case_that_cannot_take_the_answer_is_not_asked_for_ever(
    town: Town, uploading: CaseId, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulted(work: UnitOfWork, job_id: UUID, result: object) -> None:
        raise CaseFaulted(uploading, "the diagram has no way on")

    monkeypatch.setattr("bihuan.commands.jobs.complete_job", faulted)
    (job,) = rows(town, JOBS)
    for _ in range(jobs.MOST_ATTEMPTS + 2):
        errands.run_job(town.app, job["id"])
    (job,) = rows(town, JOBS)
    assert (job["state"], job["attempts"]) == ("failed", jobs.MOST_ATTEMPTS)
    assert len(rows(town, INCIDENTS)) == 2  # the fault, told once, and the job that was given up


class Killing:
    """A channel whose letters take the worker down."""

    def send(self, letter: Letter) -> None:
        raise SystemExit


class Buggy:
    """A channel with a bug."""

    def send(self, letter: Letter) -> None:
        raise ValueError(letter.subject)


def test_a_letter_that_takes_its_worker_down_each_time_is_given_up(town: Town, uploading: CaseId) -> None:
    notice = rows(town, NOTICES)[0]
    for _ in range(notices.MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            errands.send_notice(town.app, (Killing(),), notice["id"])
    errands.send_notice(town.app, (Killing(),), notice["id"])
    assert {row["id"]: row["state"] for row in rows(town, NOTICES)}[notice["id"]] == "failed"


def test_a_channel_with_a_bug_is_an_attempt_that_failed_and_says_nothing_of_the_letter(
    town: Town, uploading: CaseId
) -> None:
    notice = rows(town, NOTICES)[0]
    errands.send_notice(town.app, (Buggy(),), notice["id"])
    row = next(row for row in rows(town, NOTICES) if row["id"] == notice["id"])
    assert (row["state"], row["attempts"], row["last_error"], row["taken_until"]) == ("waiting", 1, "ValueError", None)


def test_work_that_is_leased_and_never_done_hides_nothing_that_falls_due_after_it(
    town: Town, late: list[CaseId]
) -> None:
    with town.app.begin(Machine("bell")) as work:
        lease = take_due(work).until
    first = town.clock.now()
    with town.app.read() as reader:
        assert next_due_at(reader) == lease
    soon = dispatched(town)  # its own limit comes days later
    town.ring()  # its notices go out; what is leased stays leased
    with town.app.begin(Machine("test")) as work:
        work.do(
            compiled(
                sa.update(tables.deadline)
                .where(tables.deadline.c.case_id == sa.bindparam("of", type_=tables.ID))
                .values(due_at=sa.bindparam("at", type_=tables.INSTANT))
            ),
            of=soon, at=first + timedelta(seconds=1),
        )  # fmt: skip
    with town.app.read() as reader:
        assert next_due_at(reader) == first + timedelta(seconds=1)


def test_a_lease_ends_at_its_very_end(town: Town, late: list[CaseId]) -> None:
    with town.app.begin(Machine("bell")) as work:
        due = take_due(work)
    town.clock.move_to(due.until)
    with town.app.begin(Machine("bell")) as work:
        assert set(take_due(work).cases) == set(late)


@pytest.fixture
def redis(town: Town, worker_id: str) -> Iterator[Redis]:
    found = Redis.from_url(own_redis_url(worker_id, OF_PROCESSES))
    found.flushdb()
    yield found
    found.flushdb()


def test_a_job_whose_worker_was_killed_does_not_stand_in_the_way_of_the_next_lease(town: Town, redis: Redis) -> None:
    queue, now, case = Queue("short", connection=redis), town.clock.now(), CaseId(uuid4())
    lease = DueWork(now + LEASE, (case,), (), ())
    ring(redis, lease)
    ring(redis, lease)
    assert queue.count == 1
    (name,) = queue.job_ids
    redis.lpop(queue.key)
    redis.persist(f"rq:job:{name}")  # what RQ does when a job begins; its worker is killed now
    ring(redis, replace(lease, until=now + 2 * LEASE))
    assert queue.count == 1


def test_each_handler_has_a_job_of_its_own_and_timers_come_in_batches(town: Town, redis: Redis) -> None:
    some: Callable[[int], tuple[UUID, ...]] = lambda count: tuple(uuid4() for _ in range(count))  # noqa: E731
    ring(redis, DueWork(town.clock.now(), tuple(map(CaseId, some(60))), some(3), some(60)))
    functions = [name.partition("-")[0] for name in Queue("short", connection=redis).job_ids]
    assert [functions.count(name) for name in ("fire_timers", "run_jobs", "send_notices")] == [2, 3, 2]
