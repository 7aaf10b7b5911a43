"""`bihuan drive LOCALITY FILE`: real messages played through the procedure in virtual time, and what came of them."""

import argparse
import dataclasses
from pathlib import Path

from bihuan.cli.parser import ChineseParser, count, file
from bihuan.cli.places import locality_folder
from bihuan.cli.session import demonstration_settings
from bihuan.cli.terminal import Progress, as_json, note, say, table
from bihuan.domain.errors import BadInput
from bihuan.locality.files import read_folder
from bihuan.play.drive import drive
from bihuan.play.life import Play
from bihuan.play.messages import Message, RowFault, read_messages
from bihuan.play.scratch import scratch_database
from bihuan.play.stage import stage
from bihuan.play.tally import Tally, tally

SHOWN = 20
"""Row faults listed in full; of more, the number."""


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "drive",
        help="用真实留言演练整个流程（仅演示模式）",
        description="把表格中的每条留言当作省转办工单，按真实的发送、答复时间在临时数据库中走完全程：\n"
        "sent_at 接收并分办，replied_at 由承办单位办结，其余各方随即办理；期间到期的由流程自行处置。\n"
        "最后一行是 JSON：按期首次回复、按期办结、督促、转督查室、销号各多少，流转记录是否完整。\n\n"
        "Play real messages through the procedure in virtual time, in a scratch database.",
    )
    command.add_argument("locality", metavar="辖区", help="如 zibo，或流程目录")
    command.add_argument("file", metavar="文件", type=file, help="CSV 或 XLSX；列 id subject body sent_at replied_at")
    command.add_argument("--limit", metavar="N", type=count, help="只演练前 N 条")
    command.add_argument("--json", action="store_true", help="只输出 JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the file, play it, count, print."""
    settings = demonstration_settings("演练")
    files = read_folder(locality_folder(arguments.locality))
    messages, faults = _answered(arguments.file, arguments.limit)
    with scratch_database(settings) as scratch, stage(scratch, since=min(m.sent_at for m in messages)) as where:
        play = Play(where, where.deploy(files).locality)
        progress = Progress("演练", len(messages))
        refused = drive(play, messages, done=progress.step)
        progress.end()
        checking = Progress("核对流转记录", len(messages))
        found = tally(where.app, done=checking.step)
        checking.end()
    _report([*faults, *refused])
    if not arguments.json:
        say(_described(found))
    say(as_json(dataclasses.asdict(found)))
    return 0 if found.history_ok else 1


def _answered(path: Path, limit: int | None) -> tuple[list[Message], list[RowFault]]:
    """The messages to play: those that were answered."""
    messages, faults = read_messages(path)
    faults += [RowFault(message.row, "replied_at 为空") for message in messages if message.replied_at is None]
    answered = [message for message in messages if message.replied_at is not None][:limit]
    if not answered:
        _report(faults)
        raise BadInput(path.name, "", "没有可以演练的行", "核对 sent_at、replied_at 两列")
    return answered, faults


def _report(faults: list[RowFault]) -> None:
    """The rows that were left out, on standard error."""
    for fault in sorted(faults, key=lambda fault: fault.row)[:SHOWN]:
        note(str(fault))
    if faults:
        note(f"共 {len(faults)} 行未演练。")


def _described(found: Tally) -> str:
    share = f"{100 * found.resolved_on_time / found.cases:.1f}%" if found.cases else "—"
    return table(
        [
            ("工单", f"{found.cases} 件", f"其中销号 {found.closed} 件"),
            ("第3个工作日12:00前首次回复", f"{found.first_reply_on_time} 件", "ZB-17"),
            ("第15个工作日12:00前办结", f"{found.resolved_on_time} 件（{share}）", "ZB-18"),
            ("督促承办单位", f"{found.reminders} 次", "ZB-22"),
            ("转督查室", f"{found.escalated} 件", "ZB-25"),
            ("流转记录", "完整" if found.history_ok else "有问题，用 bihuan verify 查看", ""),
        ]
    )
