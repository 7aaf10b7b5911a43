"""Where a play takes place: an application whose clock stands until it is moved, and a bell that rings as it moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from bihuan import errands
from bihuan.bootstrap import App
from bihuan.commands.deploy import Deployed, deploy
from bihuan.commands.fire_timer import fire_timer
from bihuan.commands.open_procedure import CALENDAR
from bihuan.commands.take_due import take_due
from bihuan.domain.access import Machine
from bihuan.domain.clock import MovableClock
from bihuan.locality.files import Files
from bihuan.play import view
from bihuan.settings import Settings
from bihuan.store import tables
from bihuan.store.messages import awaited, delivery, message
from bihuan.store.statement import compiled

DIRECTOR, BELL = Machine("player"), Machine("bell")
FORGET = (
    *(compiled(sa.delete(table)) for table in (delivery, awaited, message)),
    # A period that the calendar began in an earlier play begins anew in this one.
    compiled(
        sa.update(tables.request)
        .where(tables.request.c.case_id == tables.case_file.c.id, tables.case_file.c.channel == CALENDAR)
        .values(submission_id=tables.request.c.case_id)
    ),
)


class Stage:
    """An application in virtual time. Everything that is due before an instant happens at its own instant, in order."""

    def __init__(self, app: App, clock: MovableClock) -> None:
        self.app, self._clock = app, clock
        self._looks = 0

    def begin_at(self, instant: datetime) -> None:
        """Another play begins here: its clock stands at `instant`, whatever was played before.

        No message of an earlier play comes to a case of this one, and no period has begun. Only on a stage in a scratch
        database.
        """
        self.go_to(instant)
        with self.app.begin(DIRECTOR) as work:
            for statement in FORGET:
                work.do(statement)

    def go_to(self, instant: datetime) -> None:
        """Let it be `instant`, earlier or later, and nothing else change."""
        self._clock = self.app.clock = MovableClock(instant)

    def stand_at(self, instant: datetime) -> None:
        """Let it be `instant`, and nothing happen on the way."""
        self._clock.move_to(instant)

    @property
    def now(self) -> datetime:
        """What time it is here."""
        return self._clock.now()

    def deploy(self, files: Files) -> Deployed:
        """Put a locality's folder in force."""
        with self.app.begin(DIRECTOR) as work:
            return deploy(work, files, note="")

    def move_to(self, instant: datetime) -> None:
        """Let time pass up to `instant`, and everything happen that is due by then, also at that very instant.

        Deadlines and jobs act at their own instants; notices reach the in-app inbox with the next of them.
        """
        while (due_at := self._next_due_at()) is not None and due_at <= instant:
            self._clock.move_to(max(due_at, self.now))
            self._look()
        self._clock.move_to(max(instant, self.now))

    def ring(self) -> bool:
        """Let everything happen that is due now: deadlines, jobs and what they lead to; whether there was anything."""
        before = self._looks
        self.move_to(self.now)
        return self._looks > before

    def _next_due_at(self) -> datetime | None:
        # Notices alone are no reason to look: nothing follows from them, and the next look takes them along.
        with self.app.read() as reader:
            return view.next_due_at(reader)

    def _look(self) -> None:
        """One look of the bell, done at once instead of queued: the workers' own errands."""
        self._looks += 1
        with self.app.begin(BELL) as work:
            due = take_due(work)
        for case_id in due.cases:
            # A case that cannot go on ends the play: the workers would log it and come back to it for ever.
            with self.app.begin(errands.CLOCK) as work:
                fire_timer(work, case_id)
        for job_id in due.jobs:
            errands.run_job(self.app, job_id)
        if due.notices:
            # No channel leads out of a play: a notice has arrived once it lies in the in-app inbox.
            errands.leave_in_inbox(self.app, due.notices)


@contextmanager
def stage(settings: Settings, *, since: datetime) -> Iterator[Stage]:
    """A stage on the database of these settings, its clock standing at `since`."""
    clock = MovableClock(since)
    with App(settings, clock=clock, most_connections=1) as app:
        yield Stage(app, clock)
