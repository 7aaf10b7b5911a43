"""One scratch database for all scenarios of a test process; each life is a case of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.locality.files import read_folder
from bihuan.play.life import Play
from bihuan.play.scenario import Scenario, read_scenario
from bihuan.play.scratch import scratch_database
from bihuan.play.stage import Stage, stage
from bihuan.settings import Settings
from tests.conftest import START

ROOT = Path(__file__).resolve().parents[2]
ZIBO = ROOT / "processes" / "zibo"


def scenarios_of(folder: Path) -> list[Scenario]:
    """All scenarios of a locality."""
    files = read_folder(folder)
    return [read_scenario(path, content) for path, content in sorted(files.items()) if "/scenarios/" in path]


@pytest.fixture(scope="session")
def where(settings: Settings) -> Iterator[Stage]:
    """A stage in a scratch database."""
    with scratch_database(settings) as scratch, stage(scratch, since=START) as found:
        yield found


@pytest.fixture(scope="session")
def zibo(where: Stage) -> Play:
    """淄博 on that stage."""
    return Play(where, where.deploy(read_folder(ZIBO)).locality)
