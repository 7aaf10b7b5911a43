"""The national calendar: the `holidays` package read once a year, as letters.

The package follows the State Council's yearly notices (放假安排的通知) from 2007. For a year not announced yet it still
answers, with statutory days and no make-up workdays: `last_announced_year` tells the two apart.
"""

from datetime import date, timedelta
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import NamedTuple

import holidays
from holidays import HolidayBase
from holidays.version import __version__

from bihuan.domain.workdays import words

FIRST_YEAR, LAST_YEAR = 2007, 2100
PACKAGE_VERSION = __version__

_SUBSTITUTED = "休息日（由 "


class NationalYear(NamedTuple):
    """One year, a letter a day from 1 January, and the names of the days whose letter does not say them."""

    letters: str
    notes: dict[date, str]


@cache
def national_year(year: int) -> NationalYear:
    """The letters of a year between FIRST_YEAR and LAST_YEAR. Costs about 10 ms the first time."""
    official = _official(year)
    letters, notes = [], {}
    day = date(year, 1, 1)
    while day.year == year:
        name = _holiday_name(official, day)
        if name is not None:
            letter = words.HOLIDAY_LETTERS.get(name, words.OTHER_HOLIDAY)
            if letter == words.OTHER_HOLIDAY:
                notes[day] = name
        elif day.weekday() < 5:
            letter = words.WORKDAY
        else:
            letter = words.MAKEUP if official.is_working_day(day) else words.WEEKEND
        letters.append(letter)
        day += timedelta(days=1)
    return NationalYear("".join(letters), notes)


@cache
def last_announced_year() -> int:
    """The last year whose notice the installed package knows: every notice so far names make-up workdays."""
    year = FIRST_YEAR
    while year < LAST_YEAR and _has_makeup_workdays(year + 1):
        year += 1
    return year


def _has_makeup_workdays(year: int) -> bool:
    return any(_SUBSTITUTED in name for name in _china()(years=year, language="zh_CN").values())


def _official(year: int) -> HolidayBase:
    # The neighbours too: 31 December 2007 was a day off for the New Year of 2008, exchanged for 29 December.
    return _china()(years=(year - 1, year, year + 1), language="zh_CN")


@cache
def _china() -> type[HolidayBase]:
    """The package's China, by its file: asked by name, the package loads 250 other countries first, 6 MB of them."""
    file = Path(holidays.__file__).with_name("countries") / "china.py"
    spec = spec_from_file_location("bihuan_holidays_of_china", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"Expected China's holidays at {file}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    china: type[HolidayBase] = module.China
    return china


def _holiday_name(official: HolidayBase, day: date) -> str | None:
    """What the day is off for, without 补假 and 推定; an exchanged day off takes the name of the holiday beside it."""
    names = official.get_list(day)
    if not names:
        return None
    if any(name.startswith(_SUBSTITUTED) for name in names):
        return _holiday_beside(official, day)
    return "、".join(name.partition("（")[0] for name in names)


def _holiday_beside(official: HolidayBase, day: date) -> str:
    for distance in range(1, 9):
        for near in (day - timedelta(days=distance), day + timedelta(days=distance)):
            named = [name for name in official.get_list(near) if not name.startswith(_SUBSTITUTED)]
            if named:
                return named[0].partition("（")[0]
    return "调休放假"
