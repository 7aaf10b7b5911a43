"""Working days (工作日), deadlines counted in them, and how near a deadline is.

The only place in the product that adds days. Pure: no clock, no database; a `Calendar` is handed in, `now` too.
The rules of counting: the day of the event does not count (Civil Code art. 201), make-up workdays (调休上班) do, a
limit without a cut-off ends with its day, "before 12:00" is strictly before, and what touches a year whose State
Council notice is not known is provisional (暂定).
"""

from bihuan.domain.workdays.calendar import MOST_DAYS, Calendar, Due
from bihuan.domain.workdays.lamps import Lamp, LampThresholds, OfficeHours, WorkingTime, lamp, remaining
from bihuan.domain.workdays.moments import day_ends_at, days_of_year, days_through, due_day_and_time, due_words, weekday
from bihuan.domain.workdays.months import day_of_month, month, quarter, workday_of_month
from bihuan.domain.workdays.national import FIRST_YEAR, LAST_YEAR, last_announced_year
from bihuan.domain.workdays.receipt import Receipt, ReceiptLine
from bihuan.domain.workdays.recipes import recount
from bihuan.domain.workdays.words import CannotCount, DayKind, Override

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "MOST_DAYS",
    "Calendar",
    "CannotCount",
    "DayKind",
    "Due",
    "Lamp",
    "LampThresholds",
    "OfficeHours",
    "Override",
    "Receipt",
    "ReceiptLine",
    "WorkingTime",
    "day_ends_at",
    "day_of_month",
    "days_of_year",
    "days_through",
    "due_day_and_time",
    "due_words",
    "lamp",
    "last_announced_year",
    "month",
    "quarter",
    "recount",
    "remaining",
    "weekday",
    "workday_of_month",
]
