"""SIGTERM to bell, worker and web: what is in hand is finished, and the process is gone within ten seconds."""

import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.cookiejar import CookieJar
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg
import pytest

from setup.ports import LOOPBACK, any_free_port
from tests.conftest import somebody_waits
from tests.faults.servers import Proxy, RedisServer, until
from tests.people import REQUEST, Town
from tests.workers.conftest import Processes, eventually
from tests.workers.test_bell import dispatched, pass_first_limit, urged

LONGEST = 10.0
AT_ONCE = 6.0


def stopped(process: "subprocess.Popen[bytes]") -> float:
    """Seconds from SIGTERM to a good end."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(LONGEST) == 0
    return time.monotonic() - began


@contextmanager
def held(processes: Processes, statement: str, *values: object) -> Iterator[None]:
    """A lock that somebody else holds for as long as the block lasts."""
    with psycopg.connect(processes.settings.owner_database_url or "") as other:
        other.execute(statement, values)
        yield
        other.rollback()


def test_bell_and_worker_stop_at_once_when_nothing_is_in_hand(live_town: Town, processes: Processes) -> None:
    bell, worker = processes.start("workers.bell"), processes.start("workers.worker", "short")
    case = dispatched(live_town)
    pass_first_limit(live_town, case)
    eventually(lambda: urged(live_town, case))
    assert stopped(bell) < AT_ONCE
    assert stopped(worker) < AT_ONCE


def test_a_worker_finishes_the_timer_in_hand(live_town: Town, processes: Processes) -> None:
    case = dispatched(live_town)
    pass_first_limit(live_town, case)
    worker = processes.start("workers.worker", "short")
    with held(processes, "select 1 from case_file where id = %s for update", case):
        processes.start("workers.bell")
        eventually(lambda: somebody_waits(processes.settings.owner_database_url or ""))
        worker.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(1)
    assert worker.wait(LONGEST) == 0
    assert urged(live_town, case)


def test_a_worker_breaks_off_what_does_not_end_and_another_does_it(live_town: Town, processes: Processes) -> None:
    case = dispatched(live_town)
    pass_first_limit(live_town, case)
    worker = processes.start("workers.worker", "short")
    with held(processes, "select 1 from case_file where id = %s for update", case):
        processes.start("workers.bell")
        eventually(lambda: somebody_waits(processes.settings.owner_database_url or ""))
        assert stopped(worker) < LONGEST
    with psycopg.connect(processes.settings.owner_database_url or "", autocommit=True) as owner:
        assert owner.execute("select count(*) from incident").fetchone() == (0,)
        # The lease of what was broken off ends: here at once, in life after two minutes.
        owner.execute("update deadline set taken_until = now() - interval '1 day' where taken_until is not null")
    processes.start("workers.worker", "short")
    eventually(lambda: urged(live_town, case))


def test_they_stop_when_redis_and_postgresql_are_away(live_town: Town, processes: Processes) -> None:
    redis = RedisServer()
    redis.start()
    target = urlsplit(processes.settings.database_url)
    proxy = Proxy(target.port or 5432)
    processes.settings = replace(
        processes.settings,
        redis_url=redis.url,
        database_url=processes.settings.database_url.replace(f":{target.port}/", f":{proxy.port}/"),
    )
    bell, worker = processes.start("workers.bell"), processes.start("workers.worker", "short")
    case = dispatched(live_town)
    pass_first_limit(live_town, case)
    eventually(lambda: urged(live_town, case))
    redis.kill()
    proxy.close()
    time.sleep(1)
    assert bell.poll() is None
    assert worker.poll() is None
    assert stopped(bell) < LONGEST
    assert stopped(worker) < LONGEST


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:  # type: ignore[override]
        return None


def test_the_web_answers_what_it_was_asked_before_it_stops(live_town: Town, processes: Processes) -> None:
    port, submission_id = any_free_port(), str(uuid4())
    serve = (
        "--worker-class=gthread",
        "--threads=4",
        "--graceful-timeout=8",
        "--no-control-socket",
        f"--bind={LOOPBACK}:{port}",
    )
    web = processes.start("gunicorn", *serve, "web:create_app()")
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _Stay())
    page = f"http://{LOOPBACK}:{port}/portal/zibo/request"

    def form() -> str:
        try:
            return str(opener.open(page, timeout=5).read().decode())
        except OSError:
            return ""

    until(lambda: bool(form()), "the web server")
    token = re.search(r'name="csrf_token" value="([^"]+)"', form())
    assert token is not None
    answers = {f"f-{key}": value for key, value in REQUEST.items()}
    contact = {"contact-name": "张晓明", "contact-phone": "13812345678", "contact-organisation": "淄川鲁味餐饮有限公司"}
    body = urllib.parse.urlencode(
        {"csrf_token": token[1], "submission_id": submission_id, **answers, **contact}
    ).encode()  # fmt: skip
    status: list[int] = []

    def hand_in() -> None:
        try:
            status.append(opener.open(urllib.request.Request(page, body), timeout=20).status)
        except urllib.error.HTTPError as answer:
            status.append(answer.code)

    visitor = threading.Thread(target=hand_in)
    kept_id = str(live_town.app.vault.kept_id(UUID(submission_id)))
    with held(processes, "select pg_advisory_xact_lock(hashtextextended(%s, 0))", kept_id):
        visitor.start()
        eventually(lambda: somebody_waits(processes.settings.owner_database_url or ""))
        web.send_signal(signal.SIGTERM)
        time.sleep(1)
        assert web.poll() is None
    assert web.wait(LONGEST) == 0
    visitor.join()
    assert status == [303]
