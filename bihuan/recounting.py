"""Counting running limits again (重算), or trying it (试算), by slices: as RQ workers do it, and the command line.

Each case is a transaction of its own; one that cannot be counted again is told, leaves an incident, and the others go
on. Beside `errands`, which does what falls due in single cases.
"""

import logging
from dataclasses import asdict
from uuid import UUID

import psycopg

from bihuan.bootstrap import App
from bihuan.commands import recount_slice as slices
from bihuan.commands.recount_case import CALENDAR, recount_case
from bihuan.domain.errors import BihuanError
from bihuan.domain.ids import CaseId
from bihuan.domain.workdays import Calendar
from bihuan.locality.deployments import calendar_from, calendar_of, current
from bihuan.locality.holiday_notice import HolidayNotice, declared_by, read_holiday_notice
from bihuan.queries.recounting import Change, cases_following, changes_by, how_many_cases
from bihuan.store.deployments import overrides_of
from bihuan.store.unit_of_work import Reader, Row

log = logging.getLogger(__name__)

SLICE = 100
"""Cases: a second or two of a worker."""
BROKEN = "系统异常，已登记，待管理员处理"
BUSY = "工单正在被办理，未能重算，请再次重算"


def recount_next(app: App, recount_id: UUID, *, hold: bool = False) -> bool:
    """Count the next cases; whether there are more. What it raises is an attempt that failed: tried again a few times.

    `hold`: the caller goes on with it, so no worker is rung for.

    Raises psycopg.OperationalError when the database is away, and TimeoutError when the worker is broken off: the lease
    ends.
    """
    with app.begin(CALENDAR) as work:
        run = slices.start_slice(work, recount_id)
    if run is None:
        return False
    try:
        return _slice(app, run, hold)
    except (psycopg.OperationalError, TimeoutError):
        raise
    except Exception:
        log.exception("recount %s", recount_id)
        with app.begin(CALENDAR) as work:
            slices.put_slice_off(work, recount_id)
        return False


def calendar_with(reader: Reader, locality: str, version: int, notice: HolidayNotice) -> Calendar:
    """A version of the calendar as it would be with a notice."""
    _, days = declared_by(reader, locality, version, notice)
    new = [{"day": day, "kind": one.kind, "reason": one.reason} for day, one in days.items()]
    return calendar_from([*overrides_of(reader, locality, version), *new], version + 1)


def _slice(app: App, run: Row, hold: bool) -> bool:
    with app.read() as reader:
        cases = cases_following(reader, run["locality"], run["last_case_no"], SLICE)
        calendar = _calendar(reader, run)
        number = run["cases"] or how_many_cases(reader, run["locality"])
    if not cases:
        with app.begin(CALENDAR) as work:
            return slices.end_recount(work, run)
    tried = [change for case_id, case_no in cases for change in _counted(app, run, case_id, case_no, calendar)]
    with app.begin(CALENDAR) as work:
        slices.keep_changes(work, run["id"], map(asdict, tried))
        slices.end_slice(work, run, to=cases[-1][1], done=len(cases), cases=number, hold=hold)
    return True


def _calendar(reader: Reader, run: Row) -> Calendar:
    """By which calendar it is counted: a trial's as it was when that was asked for, with its notice."""
    if not run["trial"]:
        return current(reader, run["locality"]).calendar
    if run["notice"] is None:
        return calendar_of(reader, run["locality"], run["calendar_version"])
    notice = read_holiday_notice("", run["notice"].encode())
    return calendar_with(reader, run["locality"], run["calendar_version"], notice)


def _counted(app: App, run: Row, case_id: CaseId, case_no: str, calendar: Calendar) -> list[Change]:
    """What is to be kept of a case: all that would be moved by a trial; of a count what could not be, since what is
    moved is kept with it.
    """
    fault = ""
    try:
        with app.read() as reader:
            changes = changes_by(reader, case_id, calendar)
        if run["trial"] or not changes:
            return changes
        _move(app, run, case_id, changes)
    except BihuanError as told:  # its incident is open already
        fault = told.chinese
    except psycopg.errors.LockNotAvailable:
        fault = BUSY
    except (psycopg.OperationalError, TimeoutError):
        raise  # the database is away, or the worker's time is over: nothing is wrong with the case
    except Exception as exc:
        # A bug of ours must not stop the cases behind it, nor leave this one standing with nobody told.
        log.exception("recount of case %s", case_id)
        fault = BROKEN
        if not run["trial"]:
            app.report(case_id, f"its limits could not be counted again: {type(exc).__name__}")
    return [Change(case_no, "fault", "", run["due_at"], run["due_at"], fault)] if fault else []


def _move(app: App, run: Row, case_id: CaseId, changes: list[Change]) -> None:
    with app.begin(CALENDAR) as work:
        if recount_case(work, case_id):
            slices.keep_changes(work, run["id"], map(asdict, changes))
