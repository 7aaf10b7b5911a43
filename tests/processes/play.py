"""The localities, diagrams and scenarios of `processes/`, each read once for all tests."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from bihuan.domain.clock import BEIJING
from bihuan.engine import Definition
from bihuan.locality.folder import Locality
from bihuan.play.scenario import Scenario, read_scenario
from tests.people import files_of

PROCESSES = Path(__file__).parents[2] / "processes"


@cache
def locality(name: str) -> Locality:
    """A locality as its folder says."""
    return Locality.of(files_of(name))


@cache
def definition(name: str) -> Definition:
    """A locality's diagrams, parsed."""
    return Definition.parse(locality(name).diagrams, locality(name).limits)


@cache
def scenarios(name: str) -> Mapping[str, Scenario]:
    """A locality's scenarios by path."""
    files = sorted(files_of(name).items())
    return MappingProxyType({path: read_scenario(path, content) for path, content in files if "/scenarios/" in path})


def instant(text: str) -> datetime:
    """An instant as scenarios write it: Beijing time."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)
