"""`bihuan calendar`: show a locality's year, import a State Council notice, count running limits again."""

import argparse
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from bihuan.bootstrap import App
from bihuan.cli import parser as words
from bihuan.cli.parser import ChineseParser
from bihuan.cli.session import COMMAND_LINE, application
from bihuan.cli.terminal import Progress, beijing, note, say
from bihuan.commands.declare_days import declare_days
from bihuan.commands.recount_case import CALENDAR, recount_case
from bihuan.domain.errors import BihuanError
from bihuan.domain.workdays import Calendar, days_of_year
from bihuan.locality.deployments import calendar_from, current
from bihuan.locality.holiday_notice import HolidayNotice, declarations, read_holiday_notice
from bihuan.queries.recounting import Change, changes_by, running_cases
from bihuan.store.deployments import declared_days
from bihuan.store.unit_of_work import Reader, Row

_TOLD = {"moved": "移动", "confirmed": "暂定转确定", "left": "不动", "fault": "无法重算"}


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "calendar",
        help="日历：查看、导入放假通知、重算时限",
        description="辖区的工作日历。已起算的时限不会自己变动：导入通知，或在“日历”页上登记以后，用 recount 重算。\n\n"
        "A locality's working days, and what they mean for limits already running.",
    )
    deeds = command.add_subparsers(title="做什么", metavar="做什么", required=True)
    shown = deeds.add_parser("show", help="列出一年中与“周一至周五上班”不同的日子")
    shown.add_argument("locality", metavar="辖区")
    shown.add_argument("year", metavar="年份", type=words.count)
    shown.set_defaults(run=show)
    imported = deeds.add_parser("import", help="导入国务院放假通知（TOML 文件）")
    imported.add_argument("file", metavar="文件", type=words.file)
    imported.add_argument("locality", metavar="辖区")
    _mode(imported)
    imported.set_defaults(run=take_in)
    counted = deeds.add_parser("recount", help="按现在的日历重算正在计时的时限")
    counted.add_argument("locality", metavar="辖区")
    _mode(counted)
    counted.set_defaults(run=recount)


def _mode(command: ChineseParser) -> None:
    mode = command.add_mutually_exclusive_group(required=True)
    mode.add_argument("--dry-run", action="store_true", help="只列出会变动的时限，不作改动")
    mode.add_argument("--apply", action="store_true", help="逐件改动并记入流转记录；中断后重新运行即可")


def show(arguments: argparse.Namespace) -> int:
    """Every day of the year that is not what its weekday says."""
    with application() as app, app.read() as reader:
        calendar, rows = _calendar(reader, arguments.locality)
    for day in days_of_year(arguments.year):
        kind = calendar.kind(day)
        if kind.works != (day.weekday() < 5) or kind.code == "half_day":
            source = next((f"（{row['source']}）" for row in rows if row["day"] == day and row["source"]), "")
            say(f"{day} 周{'一二三四五六日'[day.weekday()]} {'上班' if kind.works else '休息'} {kind.name}{source}")
    announced = calendar.is_announced(date(arguments.year, 1, 1))
    worked = sum(calendar.is_workday(day) for day in days_of_year(arguments.year))
    say(f"{arguments.year}年工作日 {worked} 天" + ("。" if announced else "（暂定：放假通知未录入）。"))
    return 0


def take_in(arguments: argparse.Namespace) -> int:
    """Tell what the notice would move, or put it in force and move it."""
    file: Path = arguments.file
    notice = read_holiday_notice(str(file), file.read_bytes())
    with application() as app:
        if arguments.dry_run:
            with app.read() as reader:
                calendar = _with(reader, arguments.locality, notice)
            return _tell(app, arguments.locality, calendar)
        with app.read() as reader:
            calendar, rows = _calendar(reader, arguments.locality)
        days = declarations(notice, calendar, rows)
        if days:
            with app.begin(COMMAND_LINE) as work:
                version = declare_days(work, arguments.locality, days, source=notice.source)
            note(f"日历第 {version} 版已生效。")
        else:
            note("日历中已有这份通知，接着重算时限。")
        return _apply(app, arguments.locality)


def recount(arguments: argparse.Namespace) -> int:
    """Tell what the calendar in force would move, or move it."""
    with application() as app:
        if arguments.apply:
            return _apply(app, arguments.locality)
        with app.read() as reader:
            calendar, _ = _calendar(reader, arguments.locality)
        return _tell(app, arguments.locality, calendar)


def _calendar(reader: Reader, locality: str) -> tuple[Calendar, list[Row]]:
    return current(reader, locality).calendar, declared_days(reader, locality)


def _with(reader: Reader, locality: str, notice: HolidayNotice) -> Calendar:
    """The calendar as it would be with the notice."""
    calendar, rows = _calendar(reader, locality)
    days = declarations(notice, calendar, rows)
    new = [{"day": day, "kind": one.kind, "reason": one.reason} for day, one in days.items()]
    return calendar_from([*reversed(rows), *new], 1 + max((row["version"] for row in rows), default=0))


def _tell(app: App, locality: str, calendar: Calendar) -> int:
    """List every limit that would change."""
    with app.read() as reader:
        ids = running_cases(reader, locality)
    progress, found = Progress("试算时限", len(ids)), []
    for case_id in ids:
        with app.read() as reader:
            found += changes_by(reader, case_id, calendar)
        progress.step()
    progress.end()
    _say(found)
    say(f"计时中的工单 {len(ids)} 件，{_summary(found)}；未作任何改动。")
    return 0


def _apply(app: App, locality: str) -> int:
    """Count each case again, each in a transaction of its own; one that cannot is told, and the others go on."""
    with app.read() as reader:
        calendar, _ = _calendar(reader, locality)
        ids = running_cases(reader, locality)
    progress, done, faulted = Progress("重算时限", len(ids)), [], []
    for case_id in ids:
        with app.read() as reader:
            changes = changes_by(reader, case_id, calendar)
        progress.step()
        if not changes:
            continue
        try:
            with app.begin(CALENDAR) as work:
                recount_case(work, case_id)
            done += changes
        except BihuanError as fault:
            faulted.append(f"{changes[0].case_no} · 未能重算：{fault.chinese}")
    progress.end()
    _say(done)
    for line in faulted:
        say(line)
    say(f"计时中的工单 {len(ids)} 件，{_summary(done)}；变动前后已记入流转记录。")
    return 1 if faulted else 0


def _say(changes: Iterable[Change]) -> None:
    for one in changes:
        where = f"{beijing(one.old)} → {beijing(one.new)}" if one.old != one.new else beijing(one.old)
        say(f"{one.case_no} · {one.name} · {_TOLD[one.what]} · {where} · {one.why}")


def _summary(changes: list[Change]) -> str:
    return "，".join(f"{words} {sum(one.what == what for one in changes)} 项" for what, words in _TOLD.items())
