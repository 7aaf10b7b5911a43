"""Bell and worker as real processes: what is due happens, through kills and an emptied Redis."""

import signal
from datetime import timedelta

import orjson
import psycopg
import pytest

from bihuan.commands.ask_recount import recount_limits
from bihuan.commands.count_report import want_report
from bihuan.commands.move_clock import move_clock
from bihuan.commands.take_due import take_due
from bihuan.domain.access import Machine
from bihuan.domain.ids import CaseId
from bihuan.queries.due import last_seen
from bihuan.queries.history import verify
from bihuan.queries.recount_page import last_recount
from bihuan.queries.report_counts import count
from bihuan.queries.reports import choose, months_of
from bihuan.store.counted import READ
from tests.people import Town
from tests.workers.conftest import Processes, eventually
from workers import jobs


def dispatched(town: Town) -> CaseId:
    case = town.order().case_id
    town.do(case, "dispatch", handling_unit="commerce")
    return case


def pass_first_limit(town: Town, case: CaseId) -> None:
    due_at = town.open_tasks(case)["first_reply"]["due_at"]
    with town.app.begin(Machine("test")) as work:
        move_clock(work, due_at, demonstration=True)


def urged(town: Town, case: CaseId) -> bool:
    return ("urge_first_reply", "commerce") in town.notices(case)


def test_a_limit_that_passes_is_urged_within_moments(live_town: Town, processes: Processes) -> None:
    processes.start("workers.bell")
    processes.start("workers.worker", "short")
    case = dispatched(live_town)
    pass_first_limit(live_town, case)
    eventually(lambda: urged(live_town, case))
    with live_town.app.read() as reader:
        assert verify(reader, case).ok
        seen = last_seen(reader, "bell")
    assert seen is not None
    assert seen < timedelta(seconds=30)
    counted_beside_all_else(live_town)
    counted_again(live_town)


def counted_beside_all_else(town: Town) -> None:
    """A report is asked for; bell and worker count it, and it is kept as it is counted here."""
    officer = town.officer("supervision_office")
    with town.app.read() as reader:
        chosen = choose(reader, officer, "monthly", "")
        sums = count(reader, chosen, months_of(chosen)).to_keep()
    with town.app.begin(officer) as work:
        want_report(work, chosen.key, readers=chosen.report.readers)

    def kept() -> object:
        with town.app.read() as reader:
            row = reader.one(READ, **chosen.key)
        return row and row["sums"]

    eventually(lambda: kept() is not None)
    assert kept() == orjson.loads(orjson.dumps(sums))


def counted_again(town: Town) -> None:
    """Limits are asked to be counted again by another calendar; bell and worker do it."""
    with town.app.begin(town.officer("platform", "administrator")) as work:
        recount_limits(work, "zibo", reason="日历调整")

    def done() -> bool:
        with town.app.read() as reader:
            row = last_recount(reader, "zibo")
        return row is not None and row["state"] == "done" and row["cases_done"] == 1

    eventually(done)


def test_a_worker_that_ends_leaves_its_counts_to_others(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A count holds up no other job; one that has not begun is not begun any more."""
    monkeypatch.setattr(jobs, "process", lambda: (town.app, ()))
    officer = town.officer("supervision_office")
    with town.app.read() as reader:
        chosen = choose(reader, officer, "monthly", "")
    with town.app.begin(officer) as work:
        want_report(work, chosen.key, readers=chosen.report.readers)
    with town.app.begin(Machine("bell")) as work:
        leased = take_due(work, reports=True).reports
    with jobs._counting:  # another count is under way in this worker
        jobs.count_reports([str(one) for one in leased])
        jobs.stopping.set()
        jobs.leave_counts()
    try:
        with town.app.begin(Machine("bell")) as work:
            assert take_due(work, reports=True).reports == leased
        eventually(lambda: not jobs._to_count)
        with town.app.read() as reader:
            row = reader.one(READ, **chosen.key)
        assert row is not None
        assert (row["state"], row["sums"]) == ("waiting", None)
    finally:
        jobs.stopping.clear()


def test_emptying_redis_and_killing_everybody_loses_nothing(live_town: Town, processes: Processes) -> None:
    bell = processes.start("workers.bell")
    cases = [dispatched(live_town) for _ in range(3)]
    pass_first_limit(live_town, cases[-1])
    eventually(lambda: processes.redis.llen("rq:queue:short") > 0)
    bell.kill()
    processes.redis.flushdb()
    # The leases of the dead bell end: here at once, in life after two minutes.
    with psycopg.connect(processes.settings.owner_database_url or "", autocommit=True) as owner:
        for table in ("deadline", "notice", "job"):
            owner.execute(f"update {table} set taken_until = now() - interval '1 day' where taken_until is not null")
    processes.start("workers.bell")
    worker = processes.start("workers.worker", "short")
    eventually(lambda: all(urged(live_town, case) for case in cases))
    for case in cases:
        assert live_town.notices(case).count(("urge_first_reply", "commerce")) == 1
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


def test_two_bells_ring_once(live_town: Town, processes: Processes) -> None:
    for _ in range(2):
        processes.start("workers.bell")
    processes.start("workers.worker", "short")
    cases = [dispatched(live_town) for _ in range(5)]
    pass_first_limit(live_town, cases[-1])
    eventually(lambda: all(urged(live_town, case) for case in cases))
    for case in cases:
        assert live_town.notices(case).count(("urge_first_reply", "commerce")) == 1
        with live_town.app.read() as reader:
            assert verify(reader, case).ok
