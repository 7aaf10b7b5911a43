"""`bihuan due LOCALITY --from … --workdays N`: when a limit ends, and why, day by day."""

import argparse
import dataclasses

from bihuan.bootstrap import App
from bihuan.cli.parser import ChineseParser, moment, time_of_day
from bihuan.cli.places import locality_folder
from bihuan.cli.terminal import as_json, beijing, note, say
from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays import Calendar, Due
from bihuan.locality.deployments import calendar_of, national_calendar
from bihuan.settings import Settings, SettingsFault
from bihuan.store.deployments import locality_row


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "due",
        help="计算时限，逐日列明依据",
        description="当日不计入；调休上班计入；“12:00 前”到 12:00 整即逾期；\n"
        "不写 --at 的，到当日结束（次日零点整即逾期）。\n"
        "已部署的辖区用它自己调整过的日历；写目录或没有数据库时，只用全国放假安排。\n\n"
        "Count a limit, with the reason for every day.",
    )
    command.add_argument("locality", metavar="辖区", help="如 zibo，或流程目录")
    command.add_argument("--from", dest="since", metavar="时间", type=moment, required=True, help="如 2026-09-29T16:00")
    many = command.add_mutually_exclusive_group(required=True)
    many.add_argument("--workdays", metavar="N", type=int, help="工作日数；负数倒推")
    many.add_argument("--days", metavar="N", type=int, help="自然日数，末日遇休假顺延；负数倒推")
    command.add_argument("--at", metavar="时刻", type=time_of_day, default="24:00", help="截止时刻，如 12:00")
    command.add_argument("--json", action="store_true", help="只输出 JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Count with the locality's calendar and print the receipt."""
    calendar = _calendar(arguments.locality)
    count = calendar.days if arguments.workdays is None else calendar.workdays
    number = arguments.days if arguments.workdays is None else arguments.workdays
    due = count(number, since=arguments.since, at=arguments.at)
    if not arguments.json:
        for line in due.receipt.lines():
            say(str(line))
        doubt = "（暂定：放假通知尚未公布）" if due.provisional else ""
        say(f"{beijing(due.due_at)} 起逾期{doubt}")
    say(as_json(as_result(due)))
    return 0


def as_result(due: Due) -> dict[str, object]:
    """A deadline for programs, in Beijing time."""
    return {
        "due_at": due.due_at.astimezone(BEIJING).isoformat(),
        "due_on": due.due_on.isoformat(),
        "provisional": due.provisional,
        "receipt": [{**dataclasses.asdict(line), "on": line.on.isoformat()} for line in due.receipt.lines()],
    }


def _calendar(name: str) -> Calendar:
    """The deployed locality's calendar; the nation's for a folder, or where there is no database to ask."""
    try:
        settings = Settings.from_environment()
    except SettingsFault:
        return _national(name, "没有连接数据库")
    with App(settings, most_connections=1) as app, app.read() as reader:
        row = locality_row(reader, name)
        if row is not None:
            return calendar_of(reader, name, row["calendar_version"])
    return _national(name, "该辖区尚未部署")


def _national(name: str, why: str) -> Calendar:
    locality_folder(name)
    note(f"{why}，只用全国放假安排，不含本辖区调整的日子。")
    return national_calendar()
