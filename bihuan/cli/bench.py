"""`bihuan bench`: what the product costs, measured beside its floor on databases of its own (bench/README.md)."""

import argparse
import runpy
import sys
from pathlib import Path

from bihuan.cli.parser import ChineseParser

CHECKOUT = Path(__file__).resolve().parents[2]


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "bench",
        help="测量性能（在临时数据库中）",
        description="在同一台 PostgreSQL、Redis 的临时数据库中逐项测量，各与其下限同场比较；最后一行是 JSON。\n\n"
        "Measure what the product costs, each figure beside its floor.",
    )
    command.add_argument("names", nargs="*", metavar="项目", help="如 step http bell；不写则全部")
    command.add_argument("--quick", action="store_true", help="少测几次、数据量小，先看个大概")
    command.add_argument("--json", action="store_true", help="只输出最后一行 JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the benches, which are not part of the product and lie beside it."""
    options = [option for option in ("quick", "json") if getattr(arguments, option)]
    sys.argv = ["bihuan bench", *arguments.names, *(f"--{option}" for option in options)]
    sys.path.insert(0, str(CHECKOUT))
    runpy.run_module("bench", run_name="__main__")
    return 0
