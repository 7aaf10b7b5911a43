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
from bihuan.commands.ask_recount import recount_limits
from bihuan.commands.declare_days import declare_days
from bihuan.domain.workdays import Calendar, days_of_year, weekday
from bihuan.locality.deployments import current
from bihuan.locality.holiday_notice import declared_by, read_holiday_notice
from bihuan.queries.recount_page import changes_of, last_recount
from bihuan.queries.recounting import Change, changes_by, how_many_cases, running_cases
from bihuan.recounting import calendar_with, recount_next
from bihuan.store.deployments import declared_days

_TOLD = {"moved": "移动", "confirmed": "暂定转确定", "left": "不动", "fault": "无法重算"}


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "calendar",
        help="日历：查看、导入放假通知、重算时限",
        description="辖区的工作日历。已起算的时限不会自己变动：导入通知或登记以后，用 recount 重算；“日历”页也可。\n\n"
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
        calendar, rows = current(reader, arguments.locality).calendar, declared_days(reader, arguments.locality)
    for day in days_of_year(arguments.year):
        kind = calendar.kind(day)
        if kind.works != (day.weekday() < 5) or kind.code == "half_day":
            source = next((f"（{row['source']}）" for row in rows if row["day"] == day and row["source"]), "")
            say(f"{day} {weekday(day)} {'上班' if kind.works else '休息'} {kind.name}{source}")
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
                version = current(reader, arguments.locality).calendar_version
                calendar = calendar_with(reader, arguments.locality, version, notice)
            return _tell(app, arguments.locality, calendar)
        with app.read() as reader:
            version = current(reader, arguments.locality).calendar_version
            _, days = declared_by(reader, arguments.locality, version, notice)
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
            calendar = current(reader, arguments.locality).calendar
        return _tell(app, arguments.locality, calendar)


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
    """Count again here, as a worker does; one case that cannot is told, and the others go on."""
    with app.begin(COMMAND_LINE) as work:
        recount_limits(work, locality, reason="系统维护时重算", hold=True)
    with app.read() as reader:
        run = last_recount(reader, locality)
        progress = Progress("重算时限", how_many_cases(reader, locality))
    assert run is not None
    while recount_next(app, run["id"], hold=True):
        with app.read() as reader:
            now = last_recount(reader, locality) or run
        progress.step(max(now["cases_done"] - run["cases_done"], 0))
        run = now
    progress.end()
    return _told(app, locality)


def _told(app: App, locality: str) -> int:
    """What has come of it."""
    with app.read() as reader:
        run = last_recount(reader, locality)
        assert run is not None
        changes = changes_of(reader, run["id"])
    _say(one for one in changes if one.what != "fault")
    for one in changes:
        if one.what == "fault":
            say(f"{one.case_no} · 未能重算：{one.why}")
    if run["state"] != "done":
        say(f"计时中的工单已重算 {run['cases_done']} 件，没有完成：重新运行即可继续。")
        return 1
    say(f"计时中的工单 {run['cases_done']} 件，{_summary(changes)}；变动前后已记入流转记录。")
    return 1 if any(one.what == "fault" for one in changes) else 0


def _say(changes: Iterable[Change]) -> None:
    for one in changes:
        where = f"{beijing(one.old)} → {beijing(one.new)}" if one.old != one.new else beijing(one.old)
        say(f"{one.case_no} · {one.name} · {_TOLD[one.what]} · {where} · {one.why}")


def _summary(changes: list[Change]) -> str:
    return "，".join(f"{words} {sum(one.what == what for one in changes)} 项" for what, words in _TOLD.items())
