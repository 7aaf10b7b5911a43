"""`bihuan check DIR`: everything that is wrong with a locality's folder, in its process owner's language."""

import argparse
import dataclasses
from pathlib import Path

from bihuan.cli.parser import BAD_INPUT, ChineseParser
from bihuan.cli.terminal import as_json, say
from bihuan.engine import Finding
from bihuan.locality.check import check
from bihuan.locality.faults import FolderFault, line
from bihuan.locality.files import read_folder


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "check",
        help="检查一个辖区的流程目录",
        description="列出流程图、决策表、表单、通知、机构设置中的全部问题：文件 · 位置 · 故障 · 改法 [规则]。\n"
        "没有问题时退出码为 0，有问题时为 2。不需要数据库。\n\nFind everything that is wrong with a locality's folder.",
    )
    command.add_argument("folder", metavar="目录", type=Path, help="如 processes/zibo")
    command.add_argument("--json", action="store_true", help="只输出 JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read and check; no database."""
    findings = _findings(arguments.folder)
    root = str(arguments.folder.parent)
    if arguments.json:
        say(as_json({"findings": [dataclasses.asdict(finding) for finding in findings]}))
    elif findings:
        say("\n".join(line(finding, root) for finding in findings))
        say(f"共 {len(findings)} 处问题。")
    else:
        say(f"{arguments.folder}：没有问题，可以部署。")
    return BAD_INPUT if findings else 0


def _findings(folder: Path) -> list[Finding]:
    try:
        return check(read_folder(folder))
    except FolderFault as fault:
        return list(fault.findings)
