"""`bihuan deploy DIR`: put a locality's folder in force for new cases."""

import argparse
from pathlib import Path

from bihuan.cli.parser import ChineseParser
from bihuan.cli.session import COMMAND_LINE, application
from bihuan.cli.terminal import say
from bihuan.commands.deploy import Deployed, deploy
from bihuan.locality.files import read_folder


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "deploy",
        help="部署一个辖区的流程目录",
        description="先检查，有一处不合格就不部署，并列出全部问题；部署后新工单按新流程办理，在办工单仍按原流程办完。\n"
        "内容未变的，再次部署不改变什么。\n\nCheck a locality's folder, then put it in force for new cases.",
    )
    command.add_argument("folder", metavar="目录", type=Path, help="如 processes/zibo")
    command.add_argument("--note", default="", metavar="说明", help="为什么修改，记入部署记录")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read, check, deploy."""
    files = read_folder(arguments.folder)
    with application() as app, app.begin(COMMAND_LINE) as work:
        deployed = deploy(work, files, note=arguments.note)
    say(described(deployed))
    return 0


def described(deployed: Deployed) -> str:
    """What came of a deployment, in one line."""
    kept = "".join(f"；{path} 沿用管理员在页面上修改后的内容" for path in deployed.kept_texts)
    kept += "".join(f"；{path} 以目录为准，管理员在页面上的修改不再有效" for path in deployed.overruled)
    if not deployed.changed:
        return f"{deployed.locality}：内容未变，仍为版本 {deployed.hash[:12]}{kept}。"
    units = f"；新增单位 {len(deployed.new_units)} 个" if deployed.new_units else ""
    units += f"；不再设置的单位：{'、'.join(deployed.closed_units)}" if deployed.closed_units else ""
    return f"{deployed.locality}：已部署版本 {deployed.hash[:12]}，新工单即按此办理{units}{kept}。"
