"""`bihuan demonstrate`: a locality to look at, with accounts and a few requests. Never in production."""

import argparse
from pathlib import Path

from bihuan.bootstrap import App
from bihuan.cli.deploy import described
from bihuan.cli.parser import ChineseParser
from bihuan.cli.places import PROCESSES
from bihuan.cli.session import COMMAND_LINE, demonstration_settings
from bihuan.cli.terminal import as_json, say, table
from bihuan.commands.deploy import deploy
from bihuan.locality.files import read_folder
from bihuan.locality.folder import Locality
from bihuan.play.accounts import DemonstrationAccount, officers_of, open_accounts
from bihuan.play.life import Play
from bihuan.play.samples import play_samples
from bihuan.play.stage import stage


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "demonstrate",
        help="载入演示数据（仅演示模式）",
        description="部署一个辖区，建立演示账号，办理几件演示诉求。重复执行不会重复载入；密码随机生成，存于数据目录。\n"
        "最后一行是 JSON：每种角色一个账号。\n\nLoad a locality, accounts and sample requests to look at.",
    )
    command.add_argument(
        "folder", metavar="目录", type=Path, nargs="?", default=PROCESSES / "zibo", help="默认 processes/zibo"
    )
    command.add_argument("--all", action="store_true", help="列出全部账号，而不是每种角色一个")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Deploy, open accounts, play the samples; each only where it is missing."""
    settings = demonstration_settings("载入演示数据")
    files = read_folder(arguments.folder)
    locality = Locality.of(files)
    with App(settings, most_connections=2) as app:
        with app.begin(COMMAND_LINE) as work:
            say(described(deploy(work, files, note="演示")))
        accounts = open_accounts(app, locality, settings.files)
        officers, now = officers_of(app, accounts), app.clock.now()
    with stage(settings, since=now) as where:
        played = play_samples(Play(where, locality.id, officers), now)
    say(f"演示诉求：新办理 {played} 件。" if played else "演示诉求：已有，不再载入。")
    shown = accounts if arguments.all else _one_a_role(accounts)
    say(table([("角色", "登录名", "密码", "姓名"), *((one.role, one.login, one.password, one.name) for one in shown)]))
    fields = ("role", "login", "password", "name")
    say(as_json({"accounts": [{field: getattr(one, field) for field in fields} for one in shown]}))
    return 0


def _one_a_role(accounts: list[DemonstrationAccount]) -> list[DemonstrationAccount]:
    """The first account of each kind of unit and role: who sees what, without the other units' doubles."""
    found: dict[tuple[str, str], DemonstrationAccount] = {}
    for one in accounts:
        found.setdefault((one.unit_kind, one.memberships[0][1]), one)
    return list(found.values())
