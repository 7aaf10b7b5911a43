"""`bihuan clock`: what time it is here; in a demonstration, let it be later."""

import argparse

from bihuan.cli.parser import ChineseParser, moment
from bihuan.cli.session import COMMAND_LINE, application
from bihuan.cli.terminal import beijing, say
from bihuan.commands.move_clock import move_clock


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "clock",
        help="查看时间；演示模式下把时钟拨到以后的时间",
        description="不写 --to 时显示系统现在的时间。演示模式下可以拨到以后的某个时刻，到期的事项随即发生；\n"
        "不能往回拨。\n\n"
        "Show the time; in a demonstration, move it forward.",
    )
    command.add_argument("--to", metavar="时间", type=moment, help="如 2026-10-09T12:00")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Move, then show."""
    with application() as app:
        if arguments.to is not None:
            with app.begin(COMMAND_LINE) as work:
                move_clock(work, arguments.to, demonstration=app.settings.demonstration)
        say(f"现在是北京时间 {beijing(app.clock.now(), seconds=True)}")
    return 0
