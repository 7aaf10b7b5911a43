"""`./manage lock`: write the lock files anew, with the newest versions that pyproject.toml and package.json allow.

The lock files name versions and hashes and no host, so that they say what is installed and never from where.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from pathlib import Path

from setup import assets, environment
from setup.commands import run_into_log
from setup.faults import SetupFault
from setup.folders import CHECKOUT, Folders
from setup.progress import Progress

EXTRAS = {"test": ["local", "test"], "local": ["local"], "production": []}
"""What each lock file holds beyond what bihuan runs on; the largest first."""

SILENT = ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links"]
HEADER = "# Made by ./manage lock from pyproject.toml.\n"


def lock(folders: Folders, progress: Progress) -> None:
    """Write requirements/*.txt and package-lock.json."""
    log = folders.data / "logs/lock.log"
    compiler = folders.installed / "compiler"
    with progress.step("installing pip-tools", log):
        run_into_log([sys.executable, "-m", "venv", "--without-pip", compiler], log, "making an environment")
        pip = environment.find_pip(folders, log)
        run_into_log([compiler / "bin/python", pip, "install", "-q", "pip", "pip-tools"], log, "installing pip-tools")
    resolved = {}
    for name in EXTRAS:
        with progress.step(f"resolving requirements/{name}.txt", log):
            resolved[name] = _resolve(compiler / "bin/python", compiler, name, log)
    for name, text in resolved.items():
        (environment.LOCKS / f"{name}.txt").write_text(HEADER + _with_markers(text))
    environment.ensure(folders, "local", progress)
    with progress.step("resolving package-lock.json", log):
        _lock_assets(folders, log)
    shutil.rmtree(compiler)


def _resolve(python: Path, folder: Path, name: str, log: Path) -> str:
    """The text of one lock file. The smaller ones hold to the largest one's versions and take its hashes over.

    The hashes are of every platform's wheels; to fetch them takes a minute, so they are fetched once.
    """
    target, largest = folder / f"{name}.txt", folder / "test.txt"
    options = [*SILENT, "--quiet", "--strip-extras", "--allow-unsafe", *(f"--extra={extra}" for extra in EXTRAS[name])]
    options += ["--generate-hashes"] if target == largest else [f"--constraint={largest}"]
    command: list[str | Path] = [python, "-m", "piptools", "compile", *options, f"--output-file={target}"]
    run_into_log([*command, "pyproject.toml"], log, f"resolving {target.name}", cwd=CHECKOUT)
    if target == largest:
        return target.read_text()
    blocks = {block.split(" ")[0]: block for block in re.split(r"\n(?=\S)", largest.read_text())}
    pinned = [line.split(" ")[0] for line in target.read_text().splitlines()]
    return "\n".join(blocks[each].rstrip("\n") for each in pinned) + "\n"


def _with_markers(locked: str) -> str:
    """Put back the conditions (`; platform_machine == …`) of our own dependencies, which pip-tools leaves out."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    for requirement in [*project["dependencies"], *(each for extra in extras for each in extra)]:
        name, _, marker = requirement.partition(";")
        if marker:
            pinned = rf"^({re.escape(name.strip())}==[^ ;]+) "
            locked = re.sub(pinned, rf"\1 ; {marker.strip()} ", locked, flags=re.MULTILINE)
    return locked


def _lock_assets(folders: Folders, log: Path) -> None:
    """npm's lock file, without the addresses of funding pages, which it would copy from every package."""
    folder = folders.installed / "node-lock"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "package.json").write_bytes(assets.MANIFEST.read_bytes())
    assets.run_npm(folders, ["install", "--package-lock-only"], folder, log)
    locked = json.loads((folder / "package-lock.json").read_text())
    for package in locked["packages"].values():
        package.pop("funding", None)
        if "resolved" in package:
            raise SetupFault("npm wrote where a package came from: set omit-lockfile-registry-resolved")
    shutil.rmtree(folder)
    assets.LOCK.write_text(json.dumps(locked, indent=2, ensure_ascii=False) + "\n")
