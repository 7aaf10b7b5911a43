"""What other programs find in the code: style, types, and that its layers import only downwards."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.sources import ROOT

CHECKERS = {
    "types": ["mypy"],
    "style": ["ruff", "check", "--quiet", "."],
    "layout": ["ruff", "format", "--check", "--quiet", "."],
    "layers": ["lint-imports", "--no-logo"],
}


@pytest.mark.parametrize("what", CHECKERS)
def test_no_checker_finds_anything(what: str) -> None:
    program, *arguments = CHECKERS[what]
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    ran = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr
