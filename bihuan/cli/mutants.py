"""`bihuan scenarios --mutants`: change a procedure in one place after another, and see whether the scenarios notice."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bihuan.cli.terminal import Progress, as_json, note, say
from bihuan.engine import Definition
from bihuan.locality.files import Files
from bihuan.locality.folder import Locality
from bihuan.play.mutants.catalogue import catalogue, sample
from bihuan.play.mutants.equivalents import FILE, equivalents, unknown
from bihuan.play.mutants.trial import EQUIVALENT, KILLED, LEAST, REFUSED, SURVIVED, VERDICTS, Trial, Verdict, share
from bihuan.play.scenario import Scenario

WORDS: Mapping[str, str] = {KILLED: "被发现", REFUSED: "检查即不通过", EQUIVALENT: "等同", SURVIVED: "未被发现"}


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a locality's mutants. `stale`: entries of mutants.toml that name none."""

    locality: str
    name: str
    mutants: int
    verdicts: Sequence[Verdict]
    stale: Sequence[str]

    def of(self, outcome: str) -> list[Verdict]:
        """The verdicts of one outcome."""
        return [one for one in self.verdicts if one.outcome == outcome]

    @property
    def ok(self) -> bool:
        """Whether enough were noticed, and every exception is still one."""
        return share(self.verdicts) >= LEAST and not self.stale


def run_mutants(arguments: argparse.Namespace, localities: Iterable[tuple[Files, Sequence[Scenario]]]) -> int:
    """Try every locality's mutants, tell what survived; 1 when too many did."""
    tried = [try_mutants(files, scenarios, arguments.seed, arguments.most) for files, scenarios in localities]
    if arguments.json:
        say(as_json({"seed": arguments.seed, "localities": [as_row(one) for one in tried]}))
    else:
        for one in tried:
            say(told(one))
    return 0 if all(one.ok for one in tried) else 1


def try_mutants(files: Files, scenarios: Sequence[Scenario], seed: int, most: int) -> Tried:
    """A locality's mutants, or as many of them as are asked for, each played until a scenario notices."""
    locality = Locality.of(files)
    definition = Definition.parse(locality.diagrams, locality.limits)
    mutants, known = catalogue(files, locality, definition), equivalents(files, locality.id)
    trial = Trial(files, locality, definition, scenarios)
    drawn = sample(mutants, seed=seed, most=most)
    progress = Progress(f"{locality.name} 变异", len(drawn))
    verdicts = []
    for mutant in drawn:
        verdicts.append(trial.judge(mutant, known))
        progress.step()
    progress.end()
    stale = unknown(known, mutants)
    for one in stale:
        note(f"{locality.id}/{FILE}：没有这样的变异：{one}")
    return Tried(locality.id, locality.name, len(mutants), verdicts, stale)


def as_row(tried: Tried) -> Mapping[str, object]:
    """The same for programs."""
    return {
        "locality": tried.locality,
        "mutants": tried.mutants,
        "played": len(tried.verdicts),
        **{outcome: len(tried.of(outcome)) for outcome in VERDICTS},
        "share": round(100 * share(tried.verdicts), 1),
        "ok": tried.ok,
        "survivors": [
            {"id": one.mutant.id, "element": one.mutant.place, "name": one.mutant.name, "operator": one.mutant.operator}
            for one in tried.of(SURVIVED)
        ],
        "equivalents": [{"id": one.mutant.id, "reason": one.by} for one in tried.of(EQUIVALENT)],
        "stale": list(tried.stale),
    }


def told(tried: Tried) -> str:
    """Every survivor by name, then the counts."""
    lines = [f"未被发现：{one.mutant.id}（{one.mutant.name}，{one.mutant.file}）" for one in tried.of(SURVIVED)]
    counts = "，".join(f"{WORDS[outcome]} {len(tried.of(outcome))}" for outcome in VERDICTS)
    some = f"（共 {tried.mutants} 个，抽取 {len(tried.verdicts)} 个）" if len(tried.verdicts) < tried.mutants else ""
    share_of = f"{100 * share(tried.verdicts):.1f}%"
    return "\n".join([*lines, f"{tried.name}：变异 {len(tried.verdicts)} 个{some}：{counts}；发现率 {share_of}。"])
