"""`pages`: every page of the product with 100,000 cases in its tables, for the reader who uses it most; worst first.

The cases are copies (`spread.py`) of 淄博's and 云南's samples, which are really lived first: closed ones over two
years, open ones over weeks. Each page is asked for in process, whole: log-in, queries, veil, template. Of one that has
several faces (lists, views, periods) each is timed. What is no page (files to be saved, pictures, assets) is left out.
"""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask.testing import FlaskClient

from bench import harness
from bench.harness import Result, Seconds, timed
from bench.spread import Spread, bare, spread
from bihuan.bootstrap import App
from bihuan.commands.deploy import deploy
from bihuan.commands.take_due import take_due
from bihuan.domain.access import Machine, Officer
from bihuan.domain.folding import fold
from bihuan.domain.workdays.periods import Period
from bihuan.errands import count_report
from bihuan.locality.deployments import deployment_of
from bihuan.locality.files import read_folder
from bihuan.play.accounts import officers_of, open_accounts
from bihuan.play.life import Play
from bihuan.play.past import play_samples
from bihuan.play.samples import read_samples
from bihuan.play.stage import stage
from bihuan.queries.history import history
from bihuan.queries.people import account
from bihuan.settings import Settings
from bihuan.store.deployments import locality_row
from web import create_app
from web.limits import limiter

PROCESSES = Path(__file__).parents[1] / "processes"
CLOSED, OPEN, BOOKED = 80_000, 15_000, 5_000
QUICK = 20
"""A quick look has so many times fewer."""
DAYS, DAYS_OPEN = 730, 40
TIMES, QUICK_TIMES = 20, 5
BOUND_MS = 150
ASSETS = Path(os.environ["BIHUAN_ASSETS"]) if os.environ.get("BIHUAN_ASSETS") else None
FILES = (".svg", ".ics", ".docx", ".xlsx", ".pdf", ".toml")
NO_PAGES = {
    "assets.asset", "audit.drawing", "attachments.save", "attachments.look", "inbox.export", "portal.progress.save",
    "portal.progress.look", "portal.progress.document", "portal.progress.word", "portal.confirmation",
    "window.confirmation", "health.ready",
}  # fmt: skip
"""Files; what 淄博 makes out to no company; confirmations, which are there only after something was handed in; and what
asks after a bell.
"""
READERS = {
    "inbox": "officer", "tasks": "officer", "cases": "auditor", "audit": "auditor", "supervision": "supervisor",
    "orders": "supervisor", "evidence": "auditor", "leaders": "leader", "reports": "leader", "triage": "triage",
    "session_desk": "sessions", "portal": "company", "session": "company", "health": "company", "procedures": "triage",
    "window": "triage", "attachments": "triage", "calendar": "administrator", "recounts": "administrator",
    "people": "administrator", "units": "administrator", "notice_texts": "administrator",
    "administrative_log": "administrator", "incidents": "administrator", "deployments": "administrator",
    "documents": "triage",
}  # fmt: skip
"""Who uses a page most; whoever is not named here is an officer."""
READERS_OF = {"cases.striking": "triage", "procedures.write": "opener"}
BESIDES = {"cases.index": ("officer", "bystander"), "cases.show": ("officer", "triage"), "tasks.show": ("triage",)}
"""Who else looks at a page that costs differently for him."""
FACES: Mapping[str, tuple[str, ...]] = {
    "inbox.mine": ("?which=overdue", "?which=watched", "?which=mine"),
    "cases.index": (
        "?state=open", "?state=ended", "?no=0016", "?no=NOSUCH", "?unit=housing&day=2026-03-02", "?unit=city_leaders",
    ),
    "supervision.show": (
        "?which=soon", "?which=late_week", "?which=all", "?which=silent", "?which=handed_on", "?which=taken_over",
        "?which=with_office",
        "?which=extensions", "?which=all&unit=housing",
    ),
    "orders.index": ("?state=closed",),
    "leaders.show": ("?by=quarter",),
    "leaders.behind": ("?report=monthly&by=month&figure=收到", "?report=monthly&by=month&figure=满意"),
    "reports.behind": (
        "?figure=收到&page=3", "?figure=应办结", "?figure=办结&by=unit&value=housing",
        "?figure=应办结&period={last_month}",
    ),
}  # fmt: skip
"""Faces of a page beside its plain address; `{last_month}` stands for the month before."""
NEVER_PLAIN = {"leaders.behind"}
GROUPS = {
    "supervisor": "supervision_office", "leader": "city_leaders", "auditor": "audit_office:auditor",
    "triage": "platform", "administrator": "platform:administrator", "opener": "one_stop",
}  # fmt: skip
LIVES = """
    select id, case_no, exit is null as open, handling_unit from case_file
    where locality = %s and process = 'request' order by id
"""
OPEN_TASKS = "select id, group_key, form from task where case_id = %s and state = 'open'"


@dataclass(frozen=True, slots=True)
class Asking:
    """One face of a page, and who asks for it."""

    reader: str
    address: str
    name: str


class Country:
    """淄博 and 云南 with all their cases: who reads, and what the addresses are filled with."""

    def __init__(self, app: App, settings: Settings, owner: "psycopg.Connection[Any]") -> None:
        self.app, self._settings, self._owner = app, settings, owner
        self.people: dict[str, Officer] = {}
        self.values: dict[str, dict[str, str]] = {}

    def fill(self, share: int) -> None:
        """Live the samples, then copy them; `share`: only so small a part of all."""
        zibo, yunnan = self._live("zibo"), self._live("yunnan")
        self.people = {reader: zibo[group] for reader, group in GROUPS.items()} | {"sessions": yunnan["platform"]}
        self._choose(zibo)
        with bare(self._owner):
            for locality, counts in (("zibo", (CLOSED, OPEN)), ("yunnan", (0, BOOKED))):
                lives = self._owner.execute(LIVES, [locality]).fetchall()
                units = sorted({unit for *_, unit in lives if unit})
                for count, days, is_open in zip(counts, (DAYS, DAYS_OPEN), (False, True), strict=True):
                    originals = [case_id for case_id, _, one, _ in lives if one == is_open]
                    if count:
                        spread(self._owner, self.app.vault, Spread(originals, count // share, days, units))
        self._owner.execute("vacuum analyze")

    def _live(self, locality: str) -> Mapping[str, Officer]:
        """Deploy it, people it, and play its samples up to now."""
        now, folder = self.app.clock.now(), PROCESSES / locality
        with self.app.begin(Machine("bench")) as work:
            deployed = deploy(work, read_folder(folder), note="")
        with self.app.read() as reader:
            found = deployment_of(reader, deployed.hash).locality
        officers = officers_of(self.app, open_accounts(self.app, found, self._settings.files))
        with stage(self._settings, since=now) as here:
            play_samples(Play(here, locality, officers), read_samples(folder), now)
        self._owner.execute("update notice set state = 'sent', sent_at = written_at")
        return officers

    def _choose(self, officers: Mapping[str, Officer]) -> None:
        """What each reader's addresses are filled with: an ended case, or an open one at the own desk."""
        with self.app.read() as reader:
            content_hash = (locality_row(reader, "zibo") or {})["deployment"]
        common = {
            "locality": "zibo", "step": "what", "report_id": "monthly", "process": "request", "unit": "housing",
            "login": "chenjing", "notice": "receipt", "template": "转办单", "content_hash": content_hash,
        }  # fmt: skip
        lives = self._owner.execute(LIVES, ["zibo"]).fetchall()
        busy = {unit for *_, unit in lives}
        self.people["bystander"] = next(one for one in officers.values() if one.units and not one.units & busy)
        ended = next(case_no for _, case_no, is_open, _ in lives if not is_open)
        self.values = {reader: {**common, "case_no": ended} for reader in (*self.people, "company")}
        self.values["opener"]["process"] = "key_task"
        for case_id, case_no, is_open, unit in lives:
            for task_id, group, form in self._owner.execute(OPEN_TASKS, [case_id]).fetchall() if is_open else ():
                own = {**common, "case_no": case_no, "task_id": str(task_id)}
                if group == unit:
                    self.people["officer"] = officers[group]
                    with self.app.read() as reader:
                        armed = [key for key in fold(history(reader, case_id)).buttons if "extension" in key]
                    self.values["officer"] = {**own, "key": next(iter(armed), "")}
                elif group == "platform" and form == "dispatch":
                    self.values["triage"] = own
                    self.values["company"] = own | {"case_id": str(case_id)}


def measure(quick: bool) -> Result:
    """Fill the tables, then ask for every page in turn."""
    with harness.scratch_settings() as bare:
        settings = replace(bare, demonstration=True, assets=ASSETS)
        with (
            App(settings, most_connections=2) as app,
            psycopg.connect(settings.owner_database_url or "", autocommit=True) as owner,
        ):
            country = Country(app, settings, owner)
            begun = time.perf_counter()
            country.fill(QUICK if quick else 1)
            filled_in = time.perf_counter() - begun
            pages = create_app(app)
            limiter.enabled = False
            clients = {reader: _client(pages, country, reader) for reader in (*country.people, "company")}
            runs = {one.name: partial(_ask, clients[one.reader], one.address) for one in _askings(pages, country)}
            for run in runs.values():
                run()
            counts = _count_as_a_worker_does(app)
            times = harness.interleaved(runs, rounds=QUICK_TIMES if quick else TIMES)
    p95 = {name: harness.percentile(found, 0.95) for name, found in times.items()}
    worst_first = sorted(p95, key=lambda name: -p95[name])
    return {
        "pages": len(p95),
        "pages_p95_ms": p95[worst_first[0]],
        "pages_over_bound": sum(value > BOUND_MS for value in p95.values()),
        "figures": {
            "bound_ms": BOUND_MS,
            "filled_in_s": round(filled_in, 1),
            "counted_in_s": [round(one, 1) for one in counts],
            **{name: {"p50": harness.milliseconds(times[name]), "p95": p95[name]} for name in worst_first},
        },
    }


def _count_as_a_worker_does(app: App) -> list[Seconds]:
    """The reports that pages waited for when they were first asked for."""
    with app.begin(Machine("bench")) as work:
        waiting = take_due(work, reports=True).reports
    return [timed(partial(count_report, app, one)) for one in waiting]


def _client(pages: Flask, country: Country, reader: str) -> FlaskClient:
    """A browser without a window in which this reader is logged in; the company has given its number and code."""
    client, officer = pages.test_client(), country.people.get(reader)
    with country.app.read() as reading, client.session_transaction() as session:
        if officer is None:
            session["follows"] = country.values[reader]["case_id"]
            return client
        known = account(reading, officer.account_id)
        assert known is not None
        session["_user_id"] = f"{officer.account_id}.{known.session_version}"
        session["began"] = session["seen"] = int(datetime.now(UTC).timestamp())
    return client


def _askings(pages: Flask, country: Country) -> Iterator[Asking]:
    """Every page, with each of its faces, for each of its readers."""
    last_month = Period.at("month", country.app.clock.now()).previous
    for rule in sorted(pages.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        if "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGES or rule.rule.endswith(FILES):
            continue
        usual = READERS_OF.get(rule.endpoint) or READERS.get(rule.endpoint.partition(".")[0], "officer")
        for reader in (usual, *BESIDES.get(rule.endpoint, ())):
            built = rule.build({name: country.values[reader][name] for name in rule.arguments})
            assert built is not None, rule
            plain = () if rule.endpoint in NEVER_PLAIN else ("",)
            for face in (*plain, *FACES.get(rule.endpoint, ())) if reader == usual else plain:
                asked = built[1] + face.format(last_month=last_month)
                yield Asking(reader, asked, f"{rule.endpoint}{face} ({reader})")


def _ask(client: FlaskClient, address: str) -> Iterable[Seconds]:
    begun = time.perf_counter()
    answer = client.get(address)
    taken = time.perf_counter() - begun
    assert answer.status_code == HTTPStatus.OK, (address, answer.status_code, answer.headers.get("location"))
    return [taken]


if __name__ == "__main__":
    harness.main("pages", measure, __doc__)
