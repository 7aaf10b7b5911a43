"""Declare (登记) days that differ from the State Council's notices: a new version of a locality's calendar, kept.

Limits already running keep what they were counted by until they are counted again (`recount_case`); what the calendar
has still to open is planned anew at once.
"""

from collections.abc import Mapping
from datetime import date

from bihuan.commands.declaring import calendar_in_force, put_days_in_force
from bihuan.domain import access
from bihuan.domain.access import Machine
from bihuan.domain.errors import InvalidAnswers
from bihuan.domain.workdays import FIRST_YEAR, LAST_YEAR, Calendar
from bihuan.locality.deployments import ANNOUNCED, calendar_of
from bihuan.locality.holiday_notice import KINDS, Declaration, is_already
from bihuan.store.unit_of_work import UnitOfWork

LONGEST_REASON, LONGEST_SOURCE = 40, 200
MOST_NAMED = 5
SAME = "与现行日历相同，无须登记。"


def declare_days(work: UnitOfWork, locality: str, days: Mapping[date, Declaration], *, source: str) -> int:
    """Put these days in force for all that is counted from now on; the new version of the calendar.

    Raises NotAllowed for anyone but an administrator of the locality or the command line, InvalidAnswers without a
    reason, a source or a known kind, for days outside the calendar or that are so already. That a year is announced,
    the import of its notice says alone.
    """
    actor = work.actor
    access.require_administrator(actor, locality)
    _require_sense(days, source, {*KINDS, ANNOUNCED} if isinstance(actor, Machine) else {*KINDS})
    version = calendar_in_force(work, locality)["calendar_version"]
    _require_change(calendar_of(work, locality, version), days)
    return put_days_in_force(work, locality, days, source=source)


def _require_change(calendar: Calendar, days: Mapping[date, Declaration]) -> None:
    same = [day for day, one in days.items() if one.kind != ANNOUNCED and is_already(calendar, day, one.kind)]
    if same:
        raise InvalidAnswers({"kind": f"{'、'.join(map(str, same[:MOST_NAMED]))}{SAME}"})


def _require_sense(days: Mapping[date, Declaration], source: str, kinds: set[str]) -> None:
    errors = {}
    if not days or any(not FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
        errors["day"] = f"请填写{FIRST_YEAR}年至{LAST_YEAR}年之间的日期。"
    if any(one.kind not in kinds for one in days.values()):
        errors["kind"] = "请选择这一天怎样上班。"
    if any(not 1 < len(one.reason.strip()) <= LONGEST_REASON for one in days.values()):
        errors["reason"] = f"请写明原因，2至{LONGEST_REASON}字；时限的逐日依据上就这样写。"
    if not 1 < len(source.strip()) <= LONGEST_SOURCE:
        errors["source"] = f"请写明依据的文件或通知，不超过{LONGEST_SOURCE}字。"
    if errors:
        raise InvalidAnswers(errors)
