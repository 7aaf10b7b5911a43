"""`inbox`: an officer's pages with 100 k open tasks and 1 M closed cases in the same tables; and a supervisor's.

Two hundred desks share the open tasks, one of them ten times as busy as the others; an officer watches some cases. Each
page is read whole: rows, counts, lamps, and the veil over what a complainant wrote. A pulse is what an open page asks.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from typing import Any

import psycopg

from bench import harness
from bench.copies import copy, unreferenced
from bench.harness import Result, Seconds, timed
from bench.town import COMPANY, FIVE, LOCALITY, Town, town
from bihuan.commands.count_report import keep_load
from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine, Officer
from bihuan.domain.identity import Identity
from bihuan.locality.deployments import InForce, in_force_in
from bihuan.locality.files import read_folder
from bihuan.queries.inbox import inbox, pulse
from bihuan.queries.inbox_statements import VIEWS, View
from bihuan.queries.supervision import supervision
from bihuan.settings import Settings
from bihuan.store import tables

OPEN, CLOSED = 100_000, 1_000_000
QUICK_OPEN, QUICK_CLOSED = 5_000, 20_000
DESKS, BUSY = 200, 10
PAGES, QUICK_PAGES = 40, 4
DESK = f"'desk_' || greatest(mod(copied.n, {DESKS + BUSY - 1}) - {BUSY - 1}, 0)"
"""The first desk has the tasks of ten."""
DUE = "now() + (random() * 10 - 1) * interval '1 day'"
UNIT = '\n[[unit]]\nid = "desk_{n}"\nname = "第{n}号窗口"\nkind = "handling"\n'
PART = "case mod(copied.n, 10) when 0 then 'supporting' when 1 then 'rework' else 'lead' end"
WATCHED = 40
WATCH = "insert into watch select %s, case_id, now() from task where group_key = %s and state = 'open' limit %s"
IDENTITY_OF = "select case_id from task where group_key = any(%s) and state = 'open'"
SEALED = "copy identity (case_id, key_id, nonce, sealed) from stdin"


def measure(quick: bool) -> Result:
    """Fill the tables, then read every page in turn."""
    with harness.scratch_settings() as settings, town(settings, cases=0) as where:
        _fill(where, settings, QUICK_OPEN if quick else OPEN, QUICK_CLOSED if quick else CLOSED)
        runs, times_each = {}, partial(_times, pages=QUICK_PAGES if quick else PAGES)
        with where.app.read() as reader:
            in_force = in_force_in(reader, LOCALITY)
        for desk, name in ((1, "officer"), (0, "busy")):
            officer = where.officer_of(f"desk_{desk}")
            _watch_some(settings, officer, f"desk_{desk}")
            for view in VIEWS:
                runs[f"{name}_{view}"] = times_each(partial(_first, where, officer, view, in_force))
            runs[f"{name}_next"] = times_each(_next(where, officer, in_force))
            runs[f"{name}_pulse"] = times_each(partial(_beat, where, officer, in_force))
        supervisor = where.officer_of("supervision_office")
        runs["supervisor"] = times_each(partial(_supervise, where, supervisor, in_force))
        times = harness.interleaved(runs, rounds=3 if quick else 10)
    p95 = {name: harness.percentile(found, 0.95) for name, found in times.items()}
    return {
        "inbox_p95_ms": max(value for name, value in p95.items() if name.startswith("officer")),
        "inbox_busy_p95_ms": max(value for name, value in p95.items() if name.startswith("busy")),
        "supervisor_p95_ms": p95["supervisor"],
        "figures": {
            **{f"{name}_p95_ms": value for name, value in p95.items()},
            **{f"{name}_ms": harness.milliseconds(found) for name, found in times.items()},
        },
    }


def _fill(where: Town, settings: Settings, open_: int, closed: int) -> None:
    files = dict(read_folder(FIVE))
    organisation = f"{LOCALITY}/organisation.toml"
    files[organisation] += "".join(UNIT.format(n=number) for number in range(DESKS)).encode()
    with where.app.begin(Machine("bench")) as work:
        deploy(work, files, note="")
    case_id = where.hand_in().case_id
    with psycopg.connect(settings.owner_database_url or "", autocommit=True) as owner:
        ended = {"exit": "'closed'", "ended_at": "now()", "next_due_at": "null", "state": "original.state"}
        done = {"state": "'completed'", "ended_at": "now()", "group_key": DESK, "due_at": DUE}
        here, task = {"involved": f"array[{DESK}]"}, {"group_key": DESK, "due_at": DUE, "part": PART}
        with unreferenced(owner, [tables.case_file, tables.request, tables.task]):
            copy(owner, case_id, closed, batch="closed", whole=False, case=ended, task=done)
            copy(owner, case_id, open_, batch="open", whole=False, case=here, task=task)
        sealed = asdict(Identity.of(COMPANY, required=True))
        ids = [row[0] for row in owner.execute(IDENTITY_OF, [["desk_0", "desk_1"]]).fetchall()]
        with owner.cursor() as cursor, cursor.copy(SEALED) as writing:
            for one in ids:
                seal = where.app.vault.seal(one, sealed)
                writing.write_row((one, seal.key_id, seal.nonce, seal.sealed))
        owner.execute("vacuum analyze")


def _times(deed: Callable[[], object], *, pages: int) -> Callable[[], Iterable[Seconds]]:
    return lambda: [timed(deed) for _ in range(pages)]


def _watch_some(settings: Settings, officer: Officer, group: str) -> None:
    with psycopg.connect(settings.owner_database_url or "", autocommit=True) as owner:
        owner.execute(WATCH, [officer.account_id, group, WATCHED])
        owner.execute("vacuum analyze watch")


def _first(where: Town, officer: Officer, view: View, in_force: InForce) -> Any:
    with where.app.read() as reader:
        return inbox(reader, where.app.vault, officer, view, in_force=in_force)


def _next(where: Town, officer: Officer, in_force: InForce) -> Callable[[], object]:
    after = _first(where, officer, "all", in_force).following

    def read() -> None:
        with where.app.read() as reader:
            inbox(reader, where.app.vault, officer, "all", after, in_force=in_force)

    return read


def _beat(where: Town, officer: Officer, in_force: InForce) -> None:
    with where.app.read() as reader:
        pulse(reader, officer, "all", None, in_force=in_force)


def _supervise(where: Town, supervisor: Officer, in_force: InForce) -> None:
    """The first page, as often as not with the counts that were kept within a minute: whoever counts keeps them."""
    with where.app.read() as reader:
        found = supervision(reader, where.app.vault, supervisor, in_force=in_force)
    if keep := found.to_keep:
        with where.app.begin(supervisor) as work:
            keep_load(work, keep.key, as_of=keep.as_of, sums=keep.sums)


if __name__ == "__main__":
    harness.main("inbox", measure, __doc__)
