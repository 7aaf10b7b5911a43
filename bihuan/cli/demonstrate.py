"""`bihuan demonstrate`: localities to look at, each with accounts and a few requests. Never in production."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from bihuan.bootstrap import App
from bihuan.cli.deploy import described
from bihuan.cli.parser import ChineseParser
from bihuan.cli.places import PROCESSES
from bihuan.cli.session import COMMAND_LINE, demonstration_settings
from bihuan.cli.terminal import as_json, say, table
from bihuan.commands.deploy import deploy
from bihuan.locality.deployments import deployment_of
from bihuan.locality.files import read_folder
from bihuan.play.accounts import DemonstrationAccount, officers_of, one_a_role, open_accounts, show_all_to_an_auditor
from bihuan.play.life import Play
from bihuan.play.past import play_samples
from bihuan.play.samples import read_samples
from bihuan.play.stage import Stage, stage
from bihuan.settings import Settings

FIRST = "zibo"
"""The locality whose accounts are shown first."""


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "demonstrate",
        help="载入演示数据（仅演示模式）",
        description="部署各辖区，建立演示账号，办理几件演示诉求（各辖区目录的 samples.toml）。\n"
        "重复执行不会重复载入；密码随机生成，存于数据目录。最后一行是 JSON：每种角色一个账号。\n\n"
        "Load localities, accounts and sample requests to look at.",
    )
    command.add_argument("folders", metavar="目录", type=Path, nargs="*", help="辖区目录；不写则全部辖区")
    command.add_argument("--all", action="store_true", help="列出全部账号，而不是每种角色一个")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Deploy, open accounts, play the samples; each only where it is missing."""
    settings = demonstration_settings("载入演示数据")
    accounts: list[DemonstrationAccount] = []
    with App(settings, most_connections=2) as app, stage(settings, since=app.clock.now()) as where:
        loaded: dict[str, list[DemonstrationAccount]] = {}
        for folder in arguments.folders or _all_folders():
            locality, opened = _demonstrate(app, settings, where, folder)
            loaded[locality] = opened
            accounts += opened if arguments.all else one_a_role(opened)
        if auditor := show_all_to_an_auditor(app, loaded):
            say(f"{auditor.locality}审计人员{auditor.name}（{auditor.login}）可对比各辖区数据：运行总览—辖区对比。")
    fields = ("locality", "role", "login", "password", "name")
    rows = [tuple(getattr(one, field) for field in fields) for one in accounts]
    say(table([("辖区", "角色", "登录名", "密码", "姓名"), *rows]))
    say(as_json({"accounts": [dict(zip(fields, row, strict=True)) for row in rows]}))
    return 0


def _all_folders() -> Iterable[Path]:
    folders = (settings.parent for settings in PROCESSES.glob("*/locality.toml"))
    return sorted(folders, key=lambda folder: (folder.name != FIRST, folder.name))


def _demonstrate(
    app: App, settings: Settings, where: Stage, folder: Path
) -> tuple[str, list[DemonstrationAccount]]:  # fmt: skip
    """One locality: in force, peopled, and with its samples played up to now. Gives back its id and accounts."""
    files, samples = read_folder(folder), read_samples(folder)
    with app.begin(COMMAND_LINE) as work:
        deployed = deploy(work, files, note="演示")
    say(described(deployed))
    with app.read() as reader:
        locality = deployment_of(reader, deployed.hash).locality
    accounts = open_accounts(app, locality, settings.files)
    played = play_samples(Play(where, locality.id, officers_of(app, accounts)), samples, app.clock.now())
    for why in played.stuck:
        say(f"演示诉求停在半途：{locality.id} · {why}")
    if samples:
        say(f"{locality.name}演示诉求：" + (f"新办理 {played.new} 件。" if played.new else "已有，不再载入。"))
    return locality.id, accounts
