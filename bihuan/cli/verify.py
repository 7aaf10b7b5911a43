"""`bihuan verify [CASE]`: prove that nobody changed a case's history, and that it gives what is stored; without a
case, of all cases and of the administrative logs.
"""

import argparse
from dataclasses import replace

from bihuan.bootstrap import App
from bihuan.cli.parser import ChineseParser
from bihuan.cli.session import application
from bihuan.cli.terminal import Progress, as_json, say
from bihuan.queries.administrative_log import verify_logs
from bihuan.queries.file_proof import content_faults
from bihuan.queries.find_case import find_case
from bihuan.queries.history import Flaw, Verdict, case_ids, verify
from bihuan.store.unit_of_work import Reader


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "verify",
        help="核对流转记录和附件是否完整",
        description="逐件核对：流转记录的哈希链没有断，记录推出的状态与库中所存一致，附件与上传时一致。\n"
        "完整时退出码为 0，有问题时为 1。\n\n"
        "Prove the history of one case, or of all.",
    )
    command.add_argument("case", metavar="编号", nargs="?", help="工单编号；不写则核对全部")
    command.add_argument("--json", action="store_true", help="只输出 JSON")
    command.set_defaults(run=run)


def _with_files(app: App, reader: Reader, verdict: Verdict) -> Verdict:
    """The same, with what is wrong with the attachments themselves."""
    found = (
        Flaw(fault, f"附件内容核对未通过（{fault}）") for fault in content_faults(reader, app.files, verdict.case_id)
    )
    return replace(verdict, flaws=(*verdict.flaws, *found))


def run(arguments: argparse.Namespace) -> int:
    """Verify one case or all, with progress; tell those that do not hold."""
    with application() as app:
        with app.read() as reader:
            ids = [find_case(reader, arguments.case).id] if arguments.case else list(case_ids(reader))
        progress = Progress("核对流转记录", len(ids))
        verdicts: list[Verdict] = []
        for case_id in ids:
            with app.snapshot() as reader:
                verdicts.append(_with_files(app, reader, verify(reader, case_id)))
            progress.step()
        if not arguments.case:
            progress.end()
        with app.snapshot() as reader:
            logs = [] if arguments.case else verify_logs(reader)
    broken = [verdict for verdict in verdicts if not verdict.ok]
    cut = [log for log in logs if not log.ok]
    events = sum(verdict.events for verdict in verdicts)
    if arguments.json:
        faults = [{"case": str(verdict.case_id), "faults": list(verdict.faults)} for verdict in broken]
        faults += [{"log": log.locality, "faults": [log.fault]} for log in cut]
        say(as_json({"cases": len(verdicts), "events": events, "ok": not faults, "broken": faults}))
    else:
        for verdict in broken:
            say(f"{verdict.case_id} · {'；'.join(flaw.told for flaw in verdict.flaws)}")
        for log in cut:
            say(f"{log.locality} · 管理记录：{log.fault}")
        whole = "全部完整" if not broken else f"{len(broken)} 件有问题"
        say(f"工单 {len(verdicts)} 件，流转记录 {events} 条，{whole}。")
        if logs and not cut:
            say(f"管理记录 {sum(log.entries for log in logs)} 条，完整。")
    return 1 if broken or cut else 0
