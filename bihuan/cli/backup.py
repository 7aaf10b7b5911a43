"""`bihuan backup FILE` and `bihuan restore FILE`: everything into one archive, and back into an empty installation."""

import argparse
from pathlib import Path

import psycopg

from bihuan.cli.parser import ChineseParser
from bihuan.cli.session import application
from bihuan.cli.terminal import Progress, as_json, note, say
from bihuan.domain.errors import BadInput
from bihuan.queries.history import case_ids, verify
from bihuan.settings import owner_database_url
from bihuan.store import backup

KEEP_KEYS = "密钥不在备份里：BIHUAN_DATA_KEY 和 BIHUAN_LOOKUP_KEY 请另行保管，没有它们身份信息无法恢复。"


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The two commands' arguments."""
    making = commands.add_parser(
        "backup",
        help="备份全部数据",
        description="把数据库（同一时刻）和文件目录写进一个文件，办理工作不必停。写完之前不会出现目标文件；\n"
        f"仅本账户可读。{KEEP_KEYS}\n\nWrite everything into one archive, as of one moment.",
    )
    making.add_argument("file", metavar="文件", type=Path, help="写到哪里，如 bihuan-20261122.zip")
    making.add_argument("--force", action="store_true", help="文件已存在时替换")
    making.add_argument("--json", action="store_true", help="只输出 JSON")
    making.set_defaults(run=_backup)
    bringing = commands.add_parser(
        "restore",
        help="从备份恢复到空的数据库",
        description="恢复到空的数据库和空的文件目录，逐部分核对校验值，再逐件核对流转记录。\n"
        "要么全部恢复，要么不作任何改动。恢复前停止 web、bell 和 worker；旧版本的备份自动升级。\n"
        "连接表的所有者：环境变量 BIHUAN_OWNER_DATABASE_URL。\n\nBring a backup back, and prove it.",
    )
    bringing.add_argument("file", metavar="文件", type=Path, help="bihuan backup 写出的文件")
    bringing.add_argument("--json", action="store_true", help="只输出 JSON")
    bringing.set_defaults(run=_restore)


def _backup(arguments: argparse.Namespace) -> int:
    target: Path = arguments.file
    if target.exists() and not arguments.force:
        raise BadInput(str(target), "", "文件已存在，未作任何改动", "换一个文件名，或加 --force 替换")
    with application() as app, psycopg.connect(app.settings.database_url, autocommit=True) as connection:
        files = app.settings.files
        progress = Progress("备份（字节）", backup.size(connection, files))
        cases = backup.write(connection, app.vault, files, target, now=app.clock.now(), tell=progress.step)
        progress.end()
    if arguments.json:
        say(as_json({"file": str(target), "cases": cases, "bytes": target.stat().st_size}))
    else:
        say(f"已备份 {cases} 件工单：{target}（{target.stat().st_size / 1e6:.1f} MB）。")
        note(KEEP_KEYS)
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    source: Path = arguments.file
    owner = owner_database_url()
    with application() as app:
        with psycopg.connect(owner, autocommit=True) as connection:
            progress = Progress("恢复（字节）", backup.content_size(source))
            cases = backup.restore(connection, owner, app.vault, app.settings.files, source, progress.step)
            progress.end()
        with app.read() as reader:
            ids = list(case_ids(reader))
        checking, broken = Progress("核对流转记录", len(ids)), 0
        for case_id in ids:
            with app.snapshot() as reader:
                broken += not verify(reader, case_id).ok
            checking.step()
        checking.end()
    if arguments.json:
        say(as_json({"cases": cases, "history_ok": not broken, "broken": broken}))
    else:
        say(f"已恢复 {cases} 件工单，流转记录{f'有 {broken} 件核对不上' if broken else '全部核对无误'}。")
    return 1 if broken else 0
