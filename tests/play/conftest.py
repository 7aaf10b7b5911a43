"""One scratch database for all scenarios of a test process; each life is a case of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.play.life import Play
from bihuan.play.scratch import scratch_database
from bihuan.play.stage import Stage, stage
from bihuan.settings import Settings
from tests.conftest import START
from tests.people import files_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def where(settings: Settings) -> Iterator[Stage]:
    """A stage in a scratch database."""
    with scratch_database(settings) as scratch, stage(scratch, since=START) as found:
        yield found


@pytest.fixture(scope="session")
def zibo(where: Stage) -> Play:
    """淄博 on that stage."""
    return Play(where, where.deploy(files_of("zibo")).locality)
