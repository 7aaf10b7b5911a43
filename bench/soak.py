"""Soak: whole lives on real processes while faults befall them: `python -m bench.soak --minutes 10`.

Each round plays one seed twice, in quiet and through faults (killed workers, bells, web servers, Redis and PostgreSQL,
an emptied Redis, lines cut around COMMIT, a full disk for attachments, handlers and senders that misbehave), and
compares. It starts servers of its own. What a round did is said when it ends; the last line is one JSON object. Exit
code 1 when anything was lost, doubled, broken or different. A seed that failed is played again with `--seed`.
"""

import argparse
import json
import logging
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.faults.fleet import Servers
from tests.faults.lives import Script
from tests.faults.oracle import differences
from tests.faults.performance import Outcome, Troubled, in_quiet

CASES, DAYS, PAUSE = 200, 10, 1.5
BAD = ("lost", "doubled", "broken", "different", "ended_by_themselves")


@dataclass
class Total:
    """The sum of all rounds."""

    rounds: int = 0
    cases: int = 0
    deeds: int = 0
    repeats: int = 0
    timers: int = 0
    notices: int = 0
    incidents: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    bad: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in BAD})

    def add(self, script: Script, quiet: Outcome, troubled: Outcome) -> None:
        """One more round."""
        self.rounds += 1
        self.cases += script.cases
        for name in ("deeds", "repeats", "timers", "notices", "incidents"):
            setattr(self, name, getattr(self, name) + getattr(troubled, name))
        self.faults += troubled.faults
        different = differences(quiet.end, troubled.end)
        different += [
            f"{name}: {quiet.answers.get(name)} in quiet, {answer} through faults"
            for name, answer in troubled.answers.items()
            if quiet.answers.get(name) != answer
        ]
        found = (troubled.lost, troubled.doubled, troubled.broken, different, troubled.unexpected)
        for kind, lines in zip(BAD, found, strict=True):
            self.bad[kind] += [f"seed {script.seed}: {line}" for line in lines]

    @property
    def ok(self) -> bool:
        """Nothing lost, doubled, broken or different, and no process ended by itself."""
        return not any(self.bad.values())


def main() -> int:
    """Play rounds until the time is over; a round that was begun is played to its end."""
    arguments = _arguments()
    for name in ("psycopg", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    total, seed = Total(), arguments.seed
    end = time.monotonic() + arguments.minutes * 60
    with Servers() as servers:
        while not total.rounds or time.monotonic() < end:
            began, script = time.monotonic(), Script(seed, arguments.cases, arguments.days)
            quiet = in_quiet(script, servers, f"quiet_{seed}")
            troubled = Troubled(script, servers, f"troubled_{seed}", pause=arguments.pause).play()
            total.add(script, quiet, troubled)
            _tell(script, troubled, time.monotonic() - began)
            seed += 1
    for kind, lines in total.bad.items():
        for line in lines[:20]:
            print(f"{kind}: {line}")
    print(json.dumps(_summary(total)))
    return 0 if total.ok else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, help="how long (default: 10); at least one round")
    parser.add_argument("--seed", type=int, default=1, help="of the first round (default: 1)")
    parser.add_argument("--cases", type=int, default=CASES, help=f"live cases in a round (default: {CASES})")
    parser.add_argument("--days", type=int, default=DAYS, help=f"days a round lasts, and a week more (default: {DAYS})")
    parser.add_argument("--pause", type=float, default=PAUSE, help=f"mean seconds between faults (default: {PAUSE})")
    return parser.parse_args()


def _tell(script: Script, troubled: Outcome, seconds: float) -> None:
    befell = ", ".join(f"{kind} × {times}" for kind, times in sorted(troubled.faults.items()))
    print(
        f"seed {script.seed}: {script.cases} cases, {troubled.deeds} deeds, {troubled.timers} timers,"
        f" {troubled.notices} notices, {seconds:.0f} s; {sum(troubled.faults.values())} faults ({befell}):"
        f" {len(troubled.lost)} lost, {len(troubled.doubled)} doubled",
        flush=True,
    )


def _summary(total: Total) -> dict[str, object]:
    return {
        "rounds": total.rounds, "cases": total.cases, "deeds": total.deeds, "repeats": total.repeats,
        "timers": total.timers, "notices": total.notices, "incidents": total.incidents,
        "faults_survived": sum(total.faults.values()), "faults": dict(total.faults),
        **{kind: len(lines) for kind, lines in total.bad.items()}, "ok": total.ok,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
