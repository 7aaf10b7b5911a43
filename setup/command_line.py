"""What a person may ask of `./manage`, and how set-up tells them that it could not."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from setup.faults import SetupFault, end_of
from setup.folders import Folders
from setup.locks import lock
from setup.passed_on import bihuan
from setup.production_secrets import draw
from setup.progress import Progress
from setup.suite import test
from setup.up import up

EXPLANATION = """\
  ./manage up                 install what is missing and run bihuan until Ctrl-C
  ./manage test               check the code and run every test
  ./manage test PATH -k NAME  run pytest alone, with these arguments
  ./manage bihuan --help      bihuan's own commands, against the services of `up`, or started for it
  ./manage lock               renew the lock files
  ./manage secrets            draw the secrets of a production, for docker-compose.yml

Everything is kept in .local/ in the checkout; --data puts the data elsewhere. PostgreSQL and Redis come along;
DATABASE_URL (a role that may create roles) and REDIS_URL name others. What is set as BIHUAN_… goes before what
./manage would set; `test` alone takes no notice of it.
"""


PASSED_ON = {"test": "check and test the code", "bihuan": "run a command of bihuan's own"}


class Told(BaseException):
    """A signal that ends us, raised where we are so that everything is put away on the road out."""


def run(arguments: Sequence[str]) -> int:
    """Do what was asked; the exit code. 1 with one clear line when set-up cannot go on, 2 for a wrong command line."""
    asked = _parse(arguments)
    os.umask(0o022)  # what is installed must be readable by PostgreSQL's account; secrets have modes of their own
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _tell)
    try:
        return _carry_out(asked)
    except Told as told:
        return 0 if asked.command == "up" else 128 + told.args[0]
    except SetupFault as fault:
        if fault.log:
            print(f"\n{end_of(fault.log)}\n", file=sys.stderr)
        print(f"manage: {fault}", file=sys.stderr)
        return 1


def _carry_out(asked: argparse.Namespace) -> int:
    """Call the one module that does it."""
    if asked.command == "secrets":
        draw(Progress(sys.stdout))
        return 0
    folders = Folders.choose(asked.data)
    if asked.command == "bihuan":
        return bihuan(folders, Progress(sys.stderr), asked.arguments)
    progress = Progress(sys.stdout)
    if asked.command == "test":
        return test(folders, progress, asked.arguments)
    if asked.command == "lock":
        lock(folders, progress)
    else:
        up(folders, progress, asked.port)
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; whatever follows `bihuan` or `test` is theirs, dashes and all."""
    parser = argparse.ArgumentParser(
        prog="./manage",
        description="Sets bihuan up on this machine and runs it.",
        epilog=EXPLANATION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", metavar="DIR", help="where the data is kept (default: .local/data)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    start = commands.add_parser("up", help="run bihuan", description="Install what is missing, and run bihuan.")
    start.add_argument("--port", type=int, metavar="N", help="the port (default: the first free from 8000)")
    start.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help="where the data is kept")
    for name in PASSED_ON:
        commands.add_parser(name, add_help=False, help=PASSED_ON[name]).add_argument(
            "arguments", nargs=argparse.REMAINDER
        )
    commands.add_parser("lock", help="renew the lock files")
    commands.add_parser("secrets", help="draw a production's secrets")
    known, theirs = parser.parse_known_args(arguments)
    if theirs:
        if known.command not in ("test", "bihuan"):
            parser.error(f"unknown: {' '.join(theirs)}")
        known.arguments = [*arguments[list(arguments).index(known.command) + 1 :]]
    return known


def _tell(number: int, _frame: object) -> NoReturn:
    raise Told(number)
