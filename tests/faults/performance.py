"""A script played twice: once in quiet, in this process alone; once by real processes while faults befall them."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import psycopg
import sqlalchemy as sa

from bihuan.bootstrap import App
from bihuan.commands.jobs import retry_incident
from bihuan.commands.move_clock import move_clock
from bihuan.domain.access import Machine
from bihuan.domain.clock import MovableClock
from bihuan.domain.errors import BadInput, BihuanError, StorageFull
from bihuan.store import tables
from bihuan.store.migrations import migrate
from bihuan.store.statement import compiled
from tests.faults import oracle
from tests.faults.browser import Browser, Unavailable
from tests.faults.fleet import Fleet, Servers
from tests.faults.lives import Deed, Lives, Script, insisted
from tests.faults.mischief import Mischief
from tests.people import settle_in

T = TypeVar("T")
OFFICERS = 3
"""How many act at once."""
BY_BROWSER = 6
"""One deed in so many goes through the web server."""
NUDGE = timedelta(seconds=40)
"""While work waits for a back-off or a lease, virtual time passes a little: at most until the day's midnight."""
LONGEST_WAIT = 60.0
MOST_UNEXPECTED = 5
LEFT = compiled(
    sa.text(
        "select (select count(*) from deadline where state = 'running' and due_at <= :now) as deadlines,"
        " (select count(*) from job where state = 'waiting') as jobs,"
        " (select count(*) from notice where state = 'waiting') as notices"
    )
)
COUNTS = compiled(
    sa.text(
        "select (select count(*) from history_event where kind = 'deadline_passed') as timers,"
        " (select count(*) from notice where state = 'sent') as notices"
    )
)
INCIDENTS = compiled(sa.select(tables.incident.c.id).where(tables.incident.c.state == sa.literal_column("'open'")))


@dataclass
class Outcome:
    """What a performance came to."""

    end: dict[int, dict[str, object]]
    answers: dict[str, str]
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    repeats: int = 0
    incidents: int = 0
    deeds: int = 0
    timers: int = 0
    notices: int = 0


def in_quiet(script: Script, servers: Servers, database: str) -> Outcome:
    """The script without processes and without faults: each step's work is done as soon as it is due."""
    servers.postgres.make(database)
    settings = servers.settings(database, direct=True)
    migrate(settings.owner_database_url or "")
    steps = list(script.steps())
    clock = MovableClock(steps[0][1] - timedelta(hours=1))
    with App(settings, clock=clock) as app:
        town = settle_in(app, clock)
        lives, answers = Lives(script, town), {}
        for day, instant in steps:
            clock.move_to(instant)
            town.ring()
            deeds = lives.hand_ins(day) or lives.deeds(day)
            while deeds:
                answers |= {deed.name: insisted(deed, app, lambda _: False) for deed in deeds}
                town.ring()
                deeds = lives.deeds(day)
        return _outcome(app, lives, answers, None)


class Troubled:
    """The script on real processes while faults befall them."""

    def __init__(
        self, script: Script, servers: Servers, database: str, *, pause: float, most: int | None = None
    ) -> None:
        self._script, self._servers, self._pause, self._most = script, servers, pause, most
        servers.postgres.make(database)
        self._settings = servers.settings(database)
        migrate(self._settings.owner_database_url or "")
        self._repeats = Counter[str]()
        self._local = threading.local()
        self._incidents = 0

    def play(self) -> Outcome:
        """Play it to its end; what must be true is looked up afterwards."""
        steps = list(self._script.steps())
        with App(self._settings, most_connections=OFFICERS + 1) as app, self._fleet() as fleet:
            self._app, self._fleet_now = app, fleet
            self._move(steps[0][1] - timedelta(hours=1))
            self._town = settle_in(app, app.clock)  # type: ignore[arg-type]
            lives = Lives(self._script, self._town)
            self._administrator = self._town.officer("platform", "administrator")
            fleet.wait_for_web()
            mischief = Mischief(self._script.seed, self._servers, fleet, pause=self._pause, most=self._most)
            mischief.begin()
            try:
                answers = self._all_days(lives, steps)
            finally:
                mischief.end()
            self._settle(steps[-1][1])
            found = _outcome(app, lives, answers, fleet.sent())
            found.faults, found.unexpected = mischief.done, list(fleet.unexpected)
            found.repeats, found.incidents = sum(self._repeats.values()), self._incidents
            return found

    @contextmanager
    def _fleet(self) -> Iterator[Fleet]:
        fleet = Fleet(self._settings)
        try:
            yield fleet
        except BaseException:
            print(fleet.log()[-8000:])
            raise
        finally:
            fleet.close()

    def _all_days(self, lives: Lives, steps: list[tuple[int, datetime]]) -> dict[str, str]:
        answers: dict[str, str] = {}
        with ThreadPoolExecutor(OFFICERS) as officers:
            for day, instant in steps:
                self._insist(lambda instant=instant: self._move(instant))  # type: ignore[misc]
                self._settle(instant)
                deeds = lives.hand_ins(day)
                # Numbers are given in the order of asking, so that both runs give the same ones.
                answers |= {deed.name: self._do(deed) for deed in deeds}
                while deeds := self._insist(lambda day=day: lives.deeds(day)):  # type: ignore[misc]
                    answers |= dict(zip((one.name for one in deeds), officers.map(self._do, deeds), strict=True))
                    self._settle(instant)
        return answers

    def _do(self, deed: Deed) -> str:
        if deed.task_id is not None and deed.submission_id.int % BY_BROWSER == 0:
            return self._by_browser(deed)
        return insisted(deed, self._app, self._again)

    def _by_browser(self, deed: Deed) -> str:
        assert deed.task_id is not None
        login = "_".join(next(iter(deed.actor.memberships)))  # type: ignore[union-attr]
        browsers: dict[str, Browser] = self._local.__dict__
        browser = browsers.setdefault(login, Browser(self._fleet_now.web_url, login))
        while True:
            try:
                status = browser.complete(deed.task_id, dict(deed.answers), deed.submission_id)
            except Unavailable as fault:
                self._again(fault)
            else:
                return "done" if status == 303 else f"HTTP {status}"

    def _again(self, fault: Exception) -> bool:
        self._repeats[type(fault).__name__] += 1
        time.sleep(0.1)
        return isinstance(fault, psycopg.OperationalError | Unavailable | StorageFull)

    def _insist(self, do: Callable[[], T]) -> T:
        while True:
            try:
                return do()
            except psycopg.OperationalError as fault:
                self._again(fault)

    def _move(self, to: datetime) -> None:
        """Let it be `to`. A repeat after a cut finds it so already."""
        with suppress(BadInput), self._app.begin(Machine("director")) as work:
            move_clock(work, to, demonstration=True)

    def _settle(self, instant: datetime) -> None:
        """Wait until nothing is left to do by now; people retry incidents, and time passes where work waits for it."""
        end, nudge_at, latest = time.monotonic() + LONGEST_WAIT, time.monotonic() + 1.0, instant + timedelta(hours=10)
        while any((left := self._insist(self._left)).values()):
            assert len(self._fleet_now.unexpected) < MOST_UNEXPECTED, self._fleet_now.log()[-6000:]
            assert time.monotonic() < end, f"still to do: {left}\n{self._fleet_now.log()[-6000:]}"
            if time.monotonic() > nudge_at:
                self._insist(self._retry_incidents)
                self._insist(lambda: self._move(min(self._app.clock.now() + NUDGE, latest)))
                nudge_at = time.monotonic() + 0.5
            time.sleep(0.05)

    def _left(self) -> dict[str, int]:
        with self._app.read() as reader:
            return reader.one(LEFT, now=reader.now) or {}

    def _retry_incidents(self) -> None:
        with self._app.read() as reader:
            found = reader.all(INCIDENTS)
        for row in found:
            with suppress(BihuanError), self._app.begin(self._administrator) as work:
                retry_incident(work, row["id"], "已排除故障。")
            self._incidents += 1


def _outcome(app: App, lives: Lives, answers: dict[str, str], sent: Counter[UUID] | None) -> Outcome:
    accepted = {lives.script.submission(*_named(name)) for name, answer in answers.items() if answer == "done"}
    with app.read() as reader:
        lost, doubled = oracle.lost_and_doubled(reader, accepted, sent)
        counts = reader.one(COUNTS) or {}
        return Outcome(
            oracle.end_state(reader, lives.places), answers, lost, doubled, oracle.broken(reader, app.files),
            deeds=len(accepted), timers=counts["timers"], notices=counts["notices"],
        )  # fmt: skip


def _named(name: str) -> tuple[int, str]:
    place, _, what = name.partition(" ")
    return int(place), what
