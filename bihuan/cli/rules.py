"""`bihuan rules [DIR…]`: every rule of the documents, what carries it, which scenarios show it, or why none does."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bihuan.cli.parser import ChineseParser
from bihuan.cli.places import PROCESSES, locality_folder
from bihuan.cli.scenarios import play_all, wanted
from bihuan.cli.session import demonstration_settings
from bihuan.cli.terminal import as_json, say, table
from bihuan.domain.errors import BadInput
from bihuan.engine import Definition
from bihuan.locality.files import Files, read_folder
from bihuan.locality.folder import Locality
from bihuan.locality.standing import CONFIGURED, OPEN, SHOWN, STATUSES, WAIVED, Standing, standings

WORDS: Mapping[str, str] = {SHOWN: "已演示", CONFIGURED: "已公布", WAIVED: "不作要求", OPEN: "未落实"}
HOLDS, DIFFERS = "holds", "differs"
RESULTS: Mapping[str | None, str] = {HOLDS: "相符", DIFFERS: "不符", None: ""}
LONGEST = 3
"""Carriers and scenarios named in a line; of more, the number."""


@dataclass(frozen=True, slots=True)
class Told:
    """A rule's standing, and how its scenarios went when they were played just now."""

    locality: str
    standing: Standing
    result: str | None


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "rules",
        help="逐条列出文件的规则和落实情况",
        description="列出各辖区依据文件的每条规则：由流程中的哪些元素、报表或设置落实，由哪些情景演示；\n"
        "已公布的是文件写明的事实，不作要求的写明理由，未落实的说明缺什么。\n"
        "写 --run 时并演练引用它的情景，有不符时退出码为 1。\n\n"
        "Tell how each rule of the documents stands.",
    )
    command.add_argument("folders", metavar="目录", nargs="*", help="辖区或流程目录；不写则全部辖区")
    command.add_argument("--rule", metavar="条款", help="只看这一条，如 ZB-17；列出全部细节")
    command.add_argument(
        "--run", dest="play", action="store_true", help="并演练情景，写出结果（需要数据库，仅演示模式）"
    )
    command.add_argument("--json", action="store_true", help="只输出 JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the folders, tell their rules; play what cites them when asked to."""
    folders = [locality_folder(name) for name in arguments.folders] or [
        settings.parent for settings in sorted(PROCESSES.glob("*/locality.toml"))
    ]
    told = [one for folder in folders for one in _told(read_folder(folder), arguments.rule, arguments.play)]
    if not told:
        raise BadInput(" ".join(arguments.folders) or "processes", arguments.rule or "", "没有这样的规则", "核对编号")
    if arguments.json:
        say(as_json({"rules": [as_row(one) for one in told]}))
    elif arguments.rule:
        say("\n\n".join(_in_full(one) for one in told))
    else:
        say(table([("编号", "情况", "摘要", "由谁落实", "情景或理由"), *map(_line, told)]))
        say(_summary(told))
    return 1 if any(one.result == DIFFERS for one in told) else 0


def _told(files: Files, rule: str | None, play: bool) -> list[Told]:
    locality = Locality.of(files)
    definition = Definition.parse(locality.diagrams, locality.limits)
    found = [one for one in standings(locality, definition) if rule in (None, one.rule.id)]
    results = _results(files, found) if play else {}
    return [Told(locality.id, one, _result(one, results)) for one in found]


def _results(files: Files, found: Sequence[Standing]) -> Mapping[str, bool]:
    """Whether each scenario that cites one of these rules holds."""
    cited = {scenario.file for one in found for scenario in one.scenarios}
    scenarios = [scenario for scenario in wanted(files) if scenario.file in cited]
    if not scenarios:
        return {}
    outcomes = play_all(demonstration_settings("演练情景"), files, scenarios)
    return {outcome.scenario.file: outcome.ok for outcome in outcomes}


def _result(standing: Standing, results: Mapping[str, bool]) -> str | None:
    played = [results[scenario.file] for scenario in standing.scenarios if scenario.file in results]
    if not played:
        return None
    return HOLDS if all(played) else DIFFERS


def as_row(one: Told) -> Mapping[str, object]:
    """One rule for programs."""
    standing = one.standing
    return {
        "id": standing.rule.id,
        "status": standing.status,
        "elements": [carrier.id for carrier in standing.carriers],
        "scenarios": [f"{one.locality}/{scenario.id}" for scenario in standing.scenarios],
        "reason": standing.reason,
        "result": one.result,
        "locality": one.locality,
        "kind": standing.rule.kind,
        "gist": standing.rule.gist,
    }


def _line(one: Told) -> tuple[str, str, str, str, str]:
    standing = one.standing
    carriers = _few([carrier.name for carrier in standing.carriers])
    status = WORDS[standing.status] + (f"（{RESULTS[one.result]}）" if one.result else "")
    shown = _few([scenario.id for scenario in standing.scenarios]) if standing.status == SHOWN else standing.reason
    return standing.rule.id, status, standing.rule.gist, carriers, shown


def _few(names: Sequence[str]) -> str:
    several = list(dict.fromkeys(names))
    more = f"等{len(several)}处" if len(several) > LONGEST else ""
    return "、".join(several[:LONGEST]) + more


def _in_full(one: Told) -> str:
    standing, rule = one.standing, one.standing.rule
    lines = [
        f"{rule.id}（{rule.kind}）{rule.gist}",
        f"原文：{rule.quote}{f'（{rule.at}）' if rule.at else ''}",
        f"情况：{WORDS[standing.status]}{f'（{standing.reason}）' if standing.reason else ''}",
        *(f"落实：{carrier.name}（{carrier.id}）" for carrier in standing.carriers),
        *(f"情景：{scenario.title}（{scenario.file}）" for scenario in standing.scenarios),
    ]
    return "\n".join([*lines, f"结果：{RESULTS[one.result]}"] if one.result else lines)


def _summary(told: Sequence[Told]) -> str:
    count = {status: sum(one.standing.status == status for one in told) for status in STATUSES}
    return f"共 {len(told)} 条：" + "，".join(f"{WORDS[status]} {count[status]}" for status in STATUSES) + "。"
