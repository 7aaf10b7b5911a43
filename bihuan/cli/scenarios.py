"""`bihuan scenarios [DIR]`: play every scenario of a locality against the real thing and tell the first difference."""

import argparse
from collections.abc import Iterator, Mapping

from bihuan.cli.mutants import run_mutants
from bihuan.cli.parser import ChineseParser, count
from bihuan.cli.places import PROCESSES, locality_folder
from bihuan.cli.session import demonstration_settings
from bihuan.cli.terminal import Progress, as_json, beijing, say
from bihuan.domain.errors import BadInput
from bihuan.locality.files import Files, read_folder
from bihuan.locality.folder import Locality
from bihuan.play.life import Play
from bihuan.play.mutants.catalogue import MOST, SEED
from bihuan.play.performance import Outcome, perform
from bihuan.play.scenario import Scenario, read_scenario
from bihuan.play.scratch import scratch_database
from bihuan.play.stage import stage
from bihuan.play.telling import told_scenario, vocabulary_of
from bihuan.settings import Settings

EVERY = ""
"""No scenario's id: all of them."""


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "scenarios",
        help="演练情景，核对每条规则",
        description="把 scenarios/*.toml 中的每个情景在临时数据库里按虚拟时间走一遍，\n"
        "与应有的待办、通知、记录逐步核对，说出第一处不同。\n"
        "全部相符时退出码为 0，有不同时为 1。写法见 docs/scenarios.md。\n\n"
        "Play a locality's executable examples and compare, step by step.",
    )
    command.add_argument("folder", metavar="目录", nargs="?", help="辖区或流程目录；不写则演练全部辖区")
    command.add_argument("--rule", metavar="条款", help="只演练引用此条款的情景，如 ZB-22")
    command.add_argument("--json", action="store_true", help="只输出 JSON")
    command.add_argument(
        "--words", metavar="情景", nargs="?", const=EVERY, help="不演练，用中文写出情景；写明情景的 id 则只写这一个"
    )
    command.add_argument("--mutants", action="store_true", help="逐处改动流程，看情景是否发现；列出每个未被发现的改动")
    command.add_argument(
        "--seed", metavar="N", type=count, default=SEED, help="与 --mutants 合用：随机种子，同一种子抽取同样的改动"
    )
    command.add_argument(
        "--most", metavar="N", type=count, default=MOST, help=f"与 --mutants 合用：每个辖区最多改动几处，默认 {MOST}"
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the scenarios, play them or tell them."""
    folders = _folders(arguments.folder)
    named = arguments.words or EVERY
    localities = [(files, found) for files in folders if (found := wanted(files, arguments.rule, named))]
    if not localities:
        place = arguments.rule or named
        raise BadInput(arguments.folder or "processes", place, "没有这样的情景", "核对目录、条款编号和情景的 id")
    if arguments.words is not None:
        for files, scenarios in localities:
            words = vocabulary_of(Locality.of(files))
            say("\n\n".join(told_scenario(scenario, words) for scenario in scenarios))
        return 0
    if arguments.mutants:
        return run_mutants(arguments, localities)
    settings = demonstration_settings("演练情景")
    outcomes = [outcome for files, scenarios in localities for outcome in play_all(settings, files, scenarios)]
    differing = [outcome for outcome in outcomes if not outcome.ok]
    if arguments.json:
        results = [as_result(outcome) for outcome in outcomes]
        say(as_json({"scenarios": len(outcomes), "differing": len(differing), "results": results}))
    else:
        for outcome in outcomes:
            say(told_outcome(outcome))
        say(f"共 {len(outcomes)} 个情景，{len(outcomes) - len(differing)} 个相符，{len(differing)} 个不符。")
    return 1 if differing else 0


def _folders(given: str | None) -> Iterator[Files]:
    if given is not None:
        yield read_folder(locality_folder(given))
        return
    for settings in sorted(PROCESSES.glob("*/locality.toml")):
        yield read_folder(settings.parent)


def wanted(files: Files, rule: str | None = None, named: str = EVERY) -> list[Scenario]:
    """The scenarios of a folder: those that cite a rule, or are named so, if that is said."""
    found = [read_scenario(path, content) for path, content in sorted(files.items()) if "/scenarios/" in path]
    return [one for one in found if (rule is None or rule in one.rules) and named in (EVERY, one.id)]


def play_all(settings: Settings, files: Files, scenarios: list[Scenario]) -> list[Outcome]:
    """What came of each, played one after the other in a database of their own."""
    progress = Progress("演练情景", len(scenarios))
    outcomes = []
    with scratch_database(settings) as scratch, stage(scratch, since=scenarios[0].now) as where:
        play = Play(where, where.deploy(files).locality)
        for scenario in scenarios:
            outcomes.append(perform(play, scenario))
            progress.step()
    progress.end()
    return outcomes


def told_outcome(outcome: Outcome) -> str:
    """One line when it holds; else the step, what should be and what is."""
    scenario = outcome.scenario
    if outcome.difference is None:
        return f"相符  {scenario.id}  {scenario.title}"
    place = f"第 {outcome.step} 步" if outcome.step else "开头（given）"
    lines = [
        f"不符  {scenario.id}  {scenario.title}",
        f"      {scenario.file} · {place} · {beijing(outcome.at, seconds=True)} · {outcome.difference.what}",
        f"      应为：{outcome.difference.expected}",
        f"      实为：{outcome.difference.got}",
    ]
    if outcome.note:
        lines.insert(2, f"      说明：{outcome.note}")
    return "\n".join(lines)


def as_result(outcome: Outcome) -> Mapping[str, object]:
    """The same for programs."""
    scenario, difference = outcome.scenario, outcome.difference
    found: dict[str, object] = {
        "id": scenario.id, "title": scenario.title, "rules": list(scenario.rules), "file": scenario.file,
        "ok": outcome.ok,
    }  # fmt: skip
    if difference is not None:
        found |= {
            "step": outcome.step, "at": beijing(outcome.at, seconds=True), "what": difference.what,
            "expected": difference.expected, "got": difference.got,
        }  # fmt: skip
    return found
