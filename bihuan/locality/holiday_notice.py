"""A year's State Council notice (放假安排的通知) as a file: the days off, the weekends worked for them.

Imported when the `holidays` package does not know the year yet. Written by hand from the notice:

    year   = 2027
    source = "国务院办公厅关于2027年部分节假日安排的通知"
    [[holiday]]
    name = "元旦"
    from = 2027-01-01
    to   = 2027-01-03
    [[workday]]
    on   = 2027-01-10
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bihuan.domain.errors import BadInput
from bihuan.domain.workdays import FIRST_YEAR, LAST_YEAR, Calendar, days_of_year, days_through
from bihuan.domain.workdays.words import HALVES, HOLIDAYS
from bihuan.locality.deployments import ANNOUNCED, NATIONAL, calendar_of, national_calendar
from bihuan.locality.tables import not_toml
from bihuan.store.deployments import declared_days
from bihuan.store.unit_of_work import Reader, Row

KINDS: Mapping[str, str] = {
    "holiday": "休息", "workday": "上班", "morning": "上午上班", "afternoon": "下午上班", NATIONAL: "恢复按国务院通知",
}  # fmt: skip
"""What an administrator may declare a day to be."""
DECLARED_AS: Mapping[str, str] = {**KINDS, ANNOUNCED: "本年放假通知已录入"}
"""What any declaration made of its day."""
LONGEST_HOLIDAY = 15
WHOLE_YEAR = "照国务院办公厅的通知写全这一年的各个假期"
LARGEST_FILE = 64 * 1024
"""Bytes. A year's notice takes one or two thousand."""
_CURE_OF_SOURCE = "写通知的全称，2至200字，如“国务院办公厅关于2027年部分节假日安排的通知”"
_CURE = "照文件样例填写 year、source、[[holiday]]（name、from、to）和 [[workday]]（on）"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a day is from now on, and why: the reason is what receipts call the day."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """What a notice says of its year: the name of each day off, and the weekend days that are worked."""

    year: int
    source: str
    days_off: Mapping[date, str]
    worked: frozenset[date]

    @property
    def holidays(self) -> tuple[tuple[str, date, date], ...]:
        """Each holiday as the notice writes it: its name, its first and its last day."""
        found: list[tuple[str, date, date]] = []
        for day, name in sorted(self.days_off.items()):
            if found and found[-1][0] == name and found[-1][2].toordinal() + 1 == day.toordinal():
                found[-1] = (name, found[-1][1], day)
            else:
                found.append((name, day, day))
        return tuple(found)

    def works(self, day: date) -> bool:
        """Whether the notice has people work on this day of its year."""
        return day in self.worked or (day.weekday() < 5 and day not in self.days_off)

    def missing(self) -> list[str]:
        """The statutory holidays of the year on none of whose days the notice has people off.

        A notice is a whole year: what it does not name would become working days.
        """
        named = [(day, national_calendar().kind(day).name) for day in days_of_year(self.year)]
        found = {name: [day for day, said in named if name in said.split("、")] for name in HOLIDAYS.values()}
        return [name for name, days in found.items() if days and not any(day in self.days_off for day in days)]

    def differing(self, calendar: Calendar) -> dict[date, str]:
        """The days of the year that this calendar has otherwise, each with what it is called by the notice."""
        return {
            day: self.days_off.get(day, "调休上班" if day in self.worked else "工作日" if self.works(day) else "周末")
            for day in days_of_year(self.year)
            if calendar.is_workday(day) != self.works(day)
        }


def works_as(kind: str, day: date) -> bool:
    """Whether a day is worked once it is declared to be this (one of KINDS)."""
    return national_calendar().is_workday(day) if kind == NATIONAL else kind != "holiday"


def is_already(calendar: Calendar, day: date, kind: str) -> bool:
    """Whether the calendar has the day so as it is, so that declaring it would change nothing."""
    if kind == NATIONAL:
        return not calendar.is_declared(day)
    return calendar.is_workday(day) == works_as(kind, day) and calendar.half(day) == (kind if kind in HALVES else "")


def read_holiday_notice(file: str, content: bytes) -> HolidayNotice:
    """The notice in this file. Raises BadInput naming what is wrong and how to mend it."""
    if len(content) > LARGEST_FILE:
        raise BadInput(file, "", f"文件超过 {LARGEST_FILE // 1024} KB，不像放假通知", _CURE)
    try:
        found = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadInput(file, "", not_toml(error), _CURE) from error
    year, source = found.get("year"), found.get("source")
    if type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadInput(file, "year", f"年份 {_said(year)} 不能用", _CURE)
    if not isinstance(source, str) or not 2 <= len(source.strip()) <= 200 or not source.strip().isprintable():
        said = "没有写明通知的名称" if source in (None, "") else f"通知的名称 {_said(source)} 不能用"
        raise BadInput(file, "source", said, _CURE_OF_SOURCE)
    days_off = {day: name for name, days in _holidays(file, found) for day in days}
    worked = frozenset(_day(file, "workday", one, "on") for one in _tables(file, found, "workday"))
    for day in [*days_off, *worked]:
        if day.year != year:
            raise BadInput(file, str(day), f"不在{year}年", "跨年的假期，上一年的日子写在上一年的文件里")
    for day in worked:
        if day in days_off or day.weekday() < 5:
            raise BadInput(file, str(day), "不是假期之外的周末", "调休上班只写周末")
    if unknown := sorted(set(found) - {"year", "source", "holiday", "workday"}):
        raise BadInput(file, _said(unknown[0]), "不认识的项", _CURE)
    return HolidayNotice(year, source.strip(), days_off, worked)


def declarations(notice: HolidayNotice, calendar: Calendar, declared: list[Row]) -> Mapping[date, Declaration]:
    """What has to be declared so that the calendar follows the notice; nothing when it does already.

    `declared`: all the locality's declarations, the latest first. What it declared of a day by another source
    (台风停工) is its own and stays. Raises BadInput when the year before is not announced, or a holiday is missing.
    """
    if notice.year > calendar.last_announced_year + 1:
        raise BadInput(notice.source, str(notice.year), f"{notice.year - 1}年的通知还没有录入", "先导入上一年的通知")
    if missing := notice.missing():
        raise BadInput(notice.source, str(notice.year), f"通知缺少{'、'.join(missing)}，不能导入", WHOLE_YEAR)
    latest: dict[date, Row] = {}
    for row in declared:
        if row["kind"] != ANNOUNCED:
            latest.setdefault(row["day"], row)
    own = {day for day, row in latest.items() if row["kind"] != NATIONAL and row["source"] != notice.source}
    days = {
        day: _declaration(notice, day, name) for day, name in notice.differing(calendar).items() if day not in own
    }  # fmt: skip
    if notice.year > calendar.last_announced_year:
        free = next(day for day in days_of_year(notice.year) if day not in days)
        days[free] = Declaration(ANNOUNCED, "放假通知已录入")
    return days


def declared_by(
    reader: Reader, locality: str, version: int, notice: HolidayNotice
) -> tuple[Calendar, Mapping[date, Declaration]]:
    """A version of the locality's calendar, and what has to be declared so that it follows the notice.

    Raises BadInput as `declarations` does.
    """
    calendar = calendar_of(reader, locality, version)
    declared = [row for row in declared_days(reader, locality) if row["version"] <= version]
    return calendar, declarations(notice, calendar, declared)


def as_in_force(calendar: Calendar, year: int) -> HolidayNotice:
    """The year as this calendar has it, as if it were a notice: an example of how one is written."""
    days_off: dict[date, str] = {}
    worked, run = set(), list[date]()
    for day in [*days_of_year(year), date(year + 1, 1, 1)]:
        if day.year == year and not calendar.is_workday(day):
            run.append(day)
            continue
        days_off.update(_named(run, calendar))
        run = []
        if day.year == year and day.weekday() >= 5:
            worked.add(day)
    return HolidayNotice(year, f"{year}年放假安排（按现行日历生成）", days_off, frozenset(worked))


def written(notice: HolidayNotice) -> str:
    """The notice as its file."""
    lines = [f"year = {notice.year}", f"source = {_quoted(notice.source)}"]
    for name, first, last in notice.holidays:
        lines += ["", "[[holiday]]", f"name = {_quoted(name)}", f"from = {first}", f"to = {last}"]
    for day in sorted(notice.worked):
        lines += ["", "[[workday]]", f"on = {day}"]
    return "\n".join([*lines, ""])


def _named(run: list[date], calendar: Calendar) -> Iterator[tuple[date, str]]:
    """Days off in a row, each with its holiday's name; none when they are a plain weekend."""
    names = {day: calendar.kind(day).name for day in run if day.weekday() < 5 or calendar.kind(day).code != "weekend"}
    name = next(iter(names.values()), "")
    for day in run if names else ():
        name = names.get(day, name)
        yield day, (name if len(name) > 1 else f"{name}假期")[:20]


def _quoted(text: str) -> str:
    """As TOML writes a text."""
    return json.dumps("".join(one for one in text if one.isprintable()), ensure_ascii=False)


def _declaration(notice: HolidayNotice, day: date, name: str) -> Declaration:
    if notice.works(day) == national_calendar().is_workday(day):
        return Declaration(NATIONAL, name)
    return Declaration("workday" if notice.works(day) else "holiday", name)


def _holidays(file: str, found: dict[str, Any]) -> Iterator[tuple[str, list[date]]]:
    tables = _tables(file, found, "holiday")
    if not tables:
        raise BadInput(file, "holiday", "没有写任何假期", _CURE)
    for one in tables:
        name = one.get("name")
        if not isinstance(name, str) or not 1 < len(name.strip()) <= 20 or not name.isprintable():
            raise BadInput(file, "holiday", f"假期名称 {_said(name)} 不能用", _CURE)
        first, last = _day(file, name, one, "from"), _day(file, name, one, "to")
        if not 0 <= (last - first).days < LONGEST_HOLIDAY:
            raise BadInput(file, name, f"{first} 至 {last} 不像一个假期", "核对起止日期")
        yield name, days_through(first, last)


def _tables(file: str, found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    tables = found.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise BadInput(file, name, f"应写成若干 [[{name}]] 节", _CURE)
    return tables


def _day(file: str, place: str, table: dict[str, Any], name: str) -> date:
    day = table.get(name)
    if type(day) is not date:
        raise BadInput(file, place, f"{name} 应为日期，现为 {_said(day)}", "日期写作 2027-01-01，不加引号")
    return day


def _said(value: object) -> str:
    """A value as a fault shows it: never a whole file, nor what nests without end."""
    if isinstance(value, dict | list):
        return "一组值"
    return "空" if value is None else ascii(value)[:40] if not str(value).isprintable() else repr(value)[:40]
