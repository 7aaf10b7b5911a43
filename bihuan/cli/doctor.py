"""`bihuan doctor`: find what stands still, what nobody does and what nobody settled, and say what to do about each."""

import argparse
import dataclasses
from collections.abc import Iterator

from bihuan.bootstrap import App
from bihuan.cli.parser import ChineseParser
from bihuan.cli.session import application
from bihuan.cli.terminal import Progress, as_json, say
from bihuan.queries.doctor import Finding, as_of, broken_chains, case_numbers, examine
from bihuan.queries.file_findings import examine_files
from bihuan.queries.history import verify


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "doctor",
        help="体检：查找停滞的工单和无人处理的事项",
        description="查找停滞的工单、逾期未触发的时限、无人办的服务任务和通知、未处理的异常、停摆的定时进程，\n"
        "并逐项说明如何处理。正常时退出码为 0，有问题时为 1；提示类事项不算问题。\n\n"
        "Find stuck cases, late timers, work without a worker, open incidents; say what to do about each.",
    )
    command.add_argument("--chains", action="store_true", help="并逐件核对流转记录的哈希链（较慢）")
    command.add_argument("--json", action="store_true", help="只输出 JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Examine, tell, and say by the exit code whether anything is wrong."""
    with application() as app:
        with app.snapshot() as reader:
            moment, findings = as_of(reader), examine(reader)
        with app.read() as reader:
            findings = [*findings, *examine_files(reader, app.files)]
        if arguments.chains:
            findings = [*_chains(app), *findings]
    wrong = [finding for finding in findings if finding.wrong]
    if arguments.json:
        say(as_json({"ok": not wrong, "findings": [dataclasses.asdict(finding) for finding in findings]}))
    else:
        for finding in findings:
            _tell(finding)
        say(f"{moment} 体检完成：{f'{len(wrong)} 项需要处理' if wrong else '一切正常'}。")
    return 1 if wrong else 0


def _tell(finding: Finding) -> None:
    examples = "、".join(finding.examples)
    more = " 等" if finding.count > len(finding.examples) else ""
    where = f"（{examples}{more}）" if examples and finding.wrong else ""
    say(f"{'问题' if finding.wrong else '提示'}：{finding.what}{where}。")
    say(f"      处理：{finding.cure}。")


def _chains(app: App) -> Iterator[Finding]:
    with app.read() as reader:
        numbers = case_numbers(reader)
    progress = Progress("核对流转记录", len(numbers))
    verdicts = []
    for case_id in numbers:
        with app.snapshot() as reader:
            verdicts.append(verify(reader, case_id))
        progress.step()
    progress.end()
    yield from broken_chains(verdicts, numbers)
