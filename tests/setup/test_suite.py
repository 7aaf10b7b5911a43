"""What `./manage test` lets the tests see of the shell it was called from."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from setup import suite
from setup.folders import Folders
from setup.progress import Progress


class Enough(Exception):
    """Raised once what the test looks at is done."""


def test_settings_of_an_installation_do_not_reach_the_tests(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(os, "environ", {**os.environ, "BIHUAN_DATABASE_URL": "postgresql://production/bihuan"})
    seen: list[str] = []

    def look(*_: object) -> None:
        seen.extend(name for name in os.environ if name.startswith("BIHUAN_"))
        raise Enough

    monkeypatch.setattr(suite.environment, "ensure", look)
    with pytest.raises(Enough):
        suite.test(Folders.choose(str(tmp_path)), Progress(io.StringIO()), [])
    assert seen == []
