"""Plans timed starts: for each procedure that the calendar opens, the next period and its instant.

Called wherever these can change: when a folder is put in force, when a calendar changes, when a period was opened. A
period that was opened is never opened again; one that is due and not opened yet (after an outage) stays as it was
planned.
"""

from datetime import datetime

from bihuan.domain.workdays import Calendar
from bihuan.engine import Definition, Schedule
from bihuan.store.starts import DROP, TimedStart, plan_start, starts_of
from bihuan.store.unit_of_work import UnitOfWork

OPENED, WAITING = "opened", "waiting"


def plan_starts(work: UnitOfWork, locality: str, definition: Definition, calendar: Calendar) -> None:
    """Plan the next period of each procedure as the deployment and the calendar now say; drop what they do not say."""
    known = starts_of(work, locality)
    schedules = timed(definition)
    for process, schedule in schedules.items():
        rows = [row for row in known if row.process == process]
        if any(row.state == WAITING and row.due_at <= work.now for row in rows):
            continue  # it is being opened, and plans the next itself
        period, due_at = _planned(schedule, calendar, rows) or _next(schedule, calendar, work.now, rows)
        if any(_is(row, schedule, period, due_at) for row in rows):
            continue
        _drop(work, rows)
        plan_start(work, locality, process, period, schedule.text, due_at)
    _drop(work, [row for row in known if row.process not in schedules])


def plan_following(
    work: UnitOfWork, opened: TimedStart, definition: Definition, calendar: Calendar
) -> None:  # fmt: skip
    """Plan the period after one that is being opened, also when it is due already; nothing if no longer timed."""
    schedule = timed(definition).get(opened.process)
    if schedule is None:
        return
    if schedule.quarterly == ("Q" in opened.period):
        period = schedule.following(opened.period)
        due_at = schedule.due_at(period, calendar)
    else:  # months became quarters, or the other way round, while it was late
        rows = [row for row in starts_of(work, opened.locality) if row.process == opened.process]
        period, due_at = _next(schedule, calendar, opened.due_at, rows)
    plan_start(work, opened.locality, opened.process, period, schedule.text, due_at)


def timed(definition: Definition) -> dict[str, Schedule]:
    """The schedule of each procedure that the calendar opens, by its process."""
    starts = {
        process.id: definition.element(process.id, process.start)
        for process in definition.processes.values()
        if not process.called_by
    }
    return {process: Schedule.parse(start.timer) for process, start in starts.items() if start.timer}


def _planned(schedule: Schedule, calendar: Calendar, rows: list[TimedStart]) -> tuple[str, datetime] | None:
    """The period that waits by the same rule, and its instant by this calendar: perhaps past, but never lost."""
    for row in rows:
        if row.state == WAITING and row.rule == schedule.text:
            return row.period, schedule.due_at(row.period, calendar)
    return None


def _next(schedule: Schedule, calendar: Calendar, after: datetime, rows: list[TimedStart]) -> tuple[str, datetime]:
    """The first period after an instant that was not opened before."""
    opened = {row.period for row in rows if row.state == OPENED}
    period, due_at = schedule.first_after(after, calendar)
    while period in opened:
        period = schedule.following(period)
        due_at = schedule.due_at(period, calendar)
    return period, due_at


def _is(row: TimedStart, schedule: Schedule, period: str, due_at: datetime) -> bool:
    return row.state == WAITING and (row.period, row.rule, row.due_at) == (period, schedule.text, due_at)


def _drop(work: UnitOfWork, rows: list[TimedStart]) -> None:
    for row in rows:
        if row.state == WAITING:
            work.do(DROP, start_id=row.id, now=work.now)
