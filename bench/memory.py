"""`memory`: what web, bell and worker keep resident after 2,000 and after 10,000 tasks.

The web is posted tasks by four clients; at the same time bell and worker fire as many time limits and send as many
notices.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import psycopg

from bench import harness
from bench.copies import copy, make_due
from bench.harness import Result
from bench.http import CLIENTS, SERVE, WEB_PORT, Client, answers, csrf
from bench.processes import own_redis, resident_megabytes, running, until
from bench.town import answers_to, town
from bihuan.domain.ids import CaseId
from bihuan.settings import Settings

FIRST, THEN = 2_000, 10_000
PATIENCE = 600
LOOKS = 20
QUICK_FIRST, QUICK_THEN = 20, 80
WAITING = "select count(*) from {} where state = 'waiting' or state = 'running' and due_at <= now()"
OPEN = """
    select task.id, form from task join case_file on case_file.id = case_id
    where case_no like '%%-web-%%' and task.state = 'open' order by task.id limit %s
"""


def measure(quick: bool) -> Result:
    """Work, weigh, work on, weigh again."""
    first, then = (QUICK_FIRST, QUICK_THEN) if quick else (FIRST, THEN)
    with (
        harness.scratch_settings() as settings,
        own_redis(settings),
        town(settings, cases=0) as where,
        psycopg.connect(settings.owner_database_url or "", autocommit=True) as owner,
        ThreadPoolExecutor(1) as beside,
    ):
        original = where.hand_in().case_id
        copy(owner, original, then // 4, batch="web")
        owner.execute("vacuum analyze")
        commands = [
            [*SERVE, f"--bind=127.0.0.1:{WEB_PORT}", "web:create_app()"],
            ["workers.bell"],
            ["workers.worker", "short"],
        ]
        weights: list[list[float]] = []
        with running(settings, *commands) as processes:
            until(partial(answers, WEB_PORT, "/healthz"), every=0.2)
            clients = [Client(WEB_PORT).log_in("platform_officer") for _ in range(1 if quick else CLIENTS)]
            before = 0
            for count in (first, then):
                fired = beside.submit(_fire, settings, original, count - before, batch=f"{count}")
                _post(owner, clients, count - before)
                fired.result()
                weights.append([resident_megabytes(process) for process in processes])
                before = count
    names = ("web", "bell", "worker")
    return {
        "memory_largest_mb": round(max(weights[-1]), 1),
        "memory_growth_mb": round(max(after - b for b, after in zip(*weights, strict=True)), 1),
        "figures": {
            "tasks": [first, then],
            **{f"{name}_mb": [round(each[place], 1) for each in weights] for place, name in enumerate(names)},
        },
    }


def _post(owner: "psycopg.Connection[tuple[object, ...]]", clients: list[Client], count: int) -> None:
    while count > 0:
        tasks = owner.execute(OPEN, [min(count, 1000)]).fetchall()
        shares = [tasks[place :: len(clients)] for place in range(len(clients))]
        threads = [
            threading.Thread(target=_share, args=(client, share)) for client, share in zip(clients, shares, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        count -= len(tasks)


def _share(client: Client, tasks: list[tuple[object, ...]]) -> None:
    token = csrf(client.rested().get("/inbox"))
    for number, (task_id, form) in enumerate(tasks, 1):
        values = {f"f-{name}": value for name, value in answers_to(str(form)).items()}
        client.post(f"/tasks/{task_id}", {"csrf_token": token, "submission_id": str(uuid4()), **values})
        if number % LOOKS == 0:
            client.get("/inbox")  # and what it was told of each is gone from its cookie


def _fire(settings: Settings, original: CaseId, count: int, *, batch: str) -> None:
    long_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    with psycopg.connect(settings.owner_database_url or "", autocommit=True) as owner:
        with owner.transaction():
            row = owner.execute("select next_due_at from case_file where id = %s", [original]).fetchone()
            assert row is not None
            make_due(owner, original, long_ago)
            copy(owner, original, count, batch=f"due-{batch}")
            make_due(owner, original, datetime.fromisoformat(str(row[0])))
        until(lambda: not any(_waiting(owner, table) for table in ("deadline", "notice")), every=1, patience=PATIENCE)


def _waiting(owner: "psycopg.Connection[tuple[object, ...]]", table: str) -> int:
    row = owner.execute(WAITING.format(table)).fetchone()
    return int(str(row[0])) if row else 0


if __name__ == "__main__":
    harness.main("memory", measure, __doc__)
