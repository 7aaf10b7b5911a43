"""All benches, one after the other: `python -m bench [--quick] [--json] [NAME …]`.

Each prints its line as it is done; the last line is one JSON object with every ratio and count of all of them. With
`--json` that is the only one. `bihuan bench` is the same.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from types import MappingProxyType

from bench import age, bell, drive, floor, harness, http, inbox, memory, pages, replay, start, step, timers
from bench.harness import Result

BENCHES: MappingProxyType[str, Callable[[bool], Result]] = MappingProxyType(
    {
        "floor": floor.measure,
        "step": step.measure,
        "http": http.measure,
        "start": start.measure,
        "age": age.measure,
        "bell": bell.measure,
        "timers": timers.measure,
        "inbox": inbox.measure,
        "pages": pages.measure,
        "replay": replay.measure,
        "memory": memory.measure,
        "drive": drive.measure,
    }
)
"""`rows` and the empty route are measured inside those that are compared with them."""
ONLY_NAMED = {"pages"}
"""It fills a country for minutes: run when it is asked for."""


def main() -> None:
    """Run those asked for, or all but those that are to be named."""
    parser = argparse.ArgumentParser(prog="bihuan bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *BENCHES], help=", ".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, smaller tables: a first look")
    parser.add_argument("--json", action="store_true", help="the last line alone")
    asked = parser.parse_args()
    everything: Result = {}
    figures: Result = {}
    for name in asked.names or [one for one in BENCHES if one not in ONLY_NAMED]:
        begun = time.monotonic()
        found = BENCHES[name](asked.quick)
        if asked.json:
            print(f"{name}: {time.monotonic() - begun:.0f} s {json.dumps(found)}", file=sys.stderr, flush=True)
        else:
            harness.report(name, found)
        figures[name] = found.pop("figures", {})
        everything |= found
    print(
        json.dumps({**everything, "quick": asked.quick, "figures": figures, "machine": harness.machine()}), flush=True
    )


if __name__ == "__main__":
    main()
