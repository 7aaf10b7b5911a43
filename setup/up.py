"""`./manage up`: everything that bihuan needs, until Ctrl-C."""

from __future__ import annotations

import sys
import time
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence

from setup import assets, environment, services, turn
from setup.child import Child, Program
from setup.faults import SetupFault, end_of
from setup.folders import Folders
from setup.ports import LOOPBACK, free_port
from setup.progress import Progress

USUAL_PORT = 8000
READY_SECONDS = 60
LOOK_SECONDS = 0.2
RESTARTS = 3
CALM_SECONDS = 300


def up(folders: Folders, progress: Progress, port: int | None) -> None:
    """Install, start, make ready, print address and accounts, and watch until a signal ends us."""
    environment.ensure(folders, "local", progress)
    assets.ensure(folders, progress, for_tests=False)
    with turn.taken(folders.data) as ours:
        if not ours:
            running = turn.running(folders.data) or {}
            raise SetupFault(f"bihuan runs already: {running.get('BIHUAN_BASE_URL', 'another ./manage is at it')}")
        port = _choose_port(port)
        address = f"http://{LOOPBACK}:{port}"
        with services.running(folders, progress, base_url=address) as running_services:
            accounts = services.prepare(folders, running_services, progress)
            with progress.step("starting web, bell and workers"):
                # What makes pages is loaded first, while the servers start; the worker, whom nobody waits for, last.
                *first, worker = _programs(folders, running_services.environment, port)
                running_services.processes.extend(Child(program) for program in first)
                running_services.wait()
                turn.announce(folders.data, running_services.environment)
                _wait_until_ready(f"{address}/readyz", running_services.processes)
                running_services.processes.append(Child(worker))
            _print_welcome(address, accounts, progress)
            try:
                _watch(running_services, progress)
            finally:
                progress.say("stopping …")
                turn.forget(folders.data)
                running_services.stop()
                progress.say(f"stopped; the data stays in {folders.data}")


def _programs(folders: Folders, variables: dict[str, str], port: int) -> Iterable[Program]:
    """The application's processes, in the order in which they start."""
    serve = ["-m", "gunicorn", "--worker-class=gthread", "--threads=8", "--graceful-timeout=8", "--no-control-socket"]
    commands: dict[str, Sequence[str]] = {
        "web": [*serve, f"--bind={LOOPBACK}:{port}", "--access-logfile=-", "web:create_app()"],
        "bell": ["-m", "workers.bell"],
        "worker": ["-m", "workers.worker", "short"],
    }
    for name, arguments in commands.items():
        yield Program(name, [folders.python, *arguments], variables, folders.logs / f"{name}.log")


def _choose_port(wanted: int | None) -> int:
    """The wanted port, which must be free; without a wish the usual one or the next that is."""
    if wanted is not None:
        if free_port(wanted) is None:
            raise SetupFault(f"port {wanted} is taken: choose another one with --port")
        return wanted
    for port in range(USUAL_PORT, USUAL_PORT + 100):
        if free_port(port):
            return port
    raise SetupFault(f"no port from {USUAL_PORT} on is free: choose one with --port")


def _wait_until_ready(url: str, children: list[Child]) -> None:
    """Ask until the answer is 200; a child that ends meanwhile is the reason why it never will be."""
    deadline = time.monotonic() + READY_SECONDS
    while not _answers(url):
        for child in children:
            if child.exit_code is not None:
                raise SetupFault(f"{child.program.name} ended (exit code {child.exit_code})", child.program.log)
        if time.monotonic() > deadline:
            raise SetupFault(f"{url} did not say that all is ready within {READY_SECONDS} s", children[0].program.log)
        time.sleep(0.05)


def _answers(url: str) -> bool:
    """Whether a page answers 200. Straight to this machine, whatever proxy the environment names."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _watch(running: services.Services, progress: Progress) -> None:
    """Look after the children for ever: one that dies is started again, a few times."""
    deaths: dict[str, list[float]] = {}
    while True:
        time.sleep(LOOK_SECONDS)
        for children in (running.servers, running.processes):
            for position, child in enumerate(children):
                if child.exit_code is not None:
                    _bear(child, deaths.setdefault(child.program.name, []), progress)
                    children[position] = Child(child.program)


def _bear(child: Child, deaths: list[float], progress: Progress) -> None:
    """Say that a child died, and wait a little longer each time; too many deaths in a row are not borne."""
    now = time.monotonic()
    deaths[:] = [*(at for at in deaths if now - at < CALM_SECONDS), now]
    what = f"{child.program.name} ended (exit code {child.exit_code})"
    if len(deaths) > RESTARTS:
        raise SetupFault(f"{what} for the {len(deaths)}th time", child.program.log)
    progress.say(f"{what} and is started again; its log ends:")
    print(end_of(child.program.log, 5), file=sys.stderr)
    child.end()
    time.sleep(len(deaths) - 1)


def _print_welcome(address: str, accounts: list[dict[str, str]], progress: Progress) -> None:
    """The address, and the accounts to try it with."""
    progress.say(f"ready: {address}/")
    print("", *welcome(accounts), "", "Ctrl-C stops it.", sep="\n", flush=True)


def welcome(accounts: Sequence[dict[str, str]]) -> list[str]:
    """The lines that say whom one may log in as: the first locality's accounts, and of each other one the first.

    With some fifty accounts in all the whole table would push the address off the screen.
    """
    localities: dict[str, list[dict[str, str]]] = {}
    for account in accounts:
        localities.setdefault(account["locality"], []).append(account)
    first, *others = localities.values() or [[]]
    lines = _table([*first, *(there[0] for there in others)])
    left_out = sum(len(there) - 1 for there in others)
    return [*lines, f"   and {left_out} more: ./manage bihuan demonstrate"] if left_out else lines


def _table(accounts: Sequence[dict[str, str]]) -> list[str]:
    """A line for each account below one of headings, in columns."""
    columns = ("locality", "role", "name", "login", "password")
    rows = [columns, *(tuple(account[column] for column in columns) for account in accounts)]
    widths = [max(_width(row[index]) for row in rows) for index in range(len(columns))]
    lines = []
    for row in rows:
        cells = (text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
        lines.append("   " + "  ".join(cells).rstrip())
    return lines


def _width(text: str) -> int:
    """How many columns of a terminal a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
