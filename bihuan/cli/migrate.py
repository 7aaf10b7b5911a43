"""`bihuan migrate`: bring the database to the tables of this version."""

import argparse

from bihuan.cli.parser import ChineseParser
from bihuan.cli.terminal import say
from bihuan.settings import owner_database_url
from bihuan.store.migrations import migrate


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "migrate",
        help="建立或升级数据库",
        description="把数据库升级到本版本所需的表。重复执行不会改变什么。\n\n"
        "连接表的所有者：环境变量 BIHUAN_OWNER_DATABASE_URL。\n\nBring the database to this version's tables.",
    )
    command.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Migrate as the tables' owner."""
    migrate(owner_database_url())
    say("数据库已是最新。")
    return 0
