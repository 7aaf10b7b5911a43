"""All mutants of a locality, in a fixed order, and a sample of them that is the same each time."""

import random
from collections.abc import Iterator, Sequence
from typing import Final

from bihuan.domain.access import PLATFORM
from bihuan.engine import Definition
from bihuan.locality.files import Files
from bihuan.locality.folder import Locality
from bihuan.play.mutants.diagrams import diagram_mutants
from bihuan.play.mutants.folder import form_mutants, limit_mutants, table_mutants
from bihuan.play.mutants.mutant import Mutant
from bihuan.play.mutants.sheet import Sheet

SEED: Final = 20261122
MOST: Final = 1000
"""As many of a locality as are played when nothing else is said; the sample is drawn by SEED."""


def catalogue(files: Files, locality: Locality, definition: Definition) -> list[Mutant]:
    """Every mutant there is, each under an id of its own."""
    found: dict[str, Mutant] = {}
    for mutant in _all(files, locality, definition):
        found.setdefault(mutant.id, mutant)
    return list(found.values())


def sample(mutants: Sequence[Mutant], *, seed: int = SEED, most: int = MOST) -> list[Mutant]:
    """At most so many of them, drawn by the seed, in their own order."""
    if len(mutants) <= most:
        return list(mutants)
    drawn = random.Random(seed).sample(range(len(mutants)), most)  # noqa: S311
    return [mutants[place] for place in sorted(drawn)]


def _all(files: Files, locality: Locality, definition: Definition) -> Iterator[Mutant]:
    groups = _two_groups(locality)
    for file, content in locality.diagrams.items():
        if file.endswith(".bpmn"):
            yield from diagram_mutants(Sheet(file, content), definition, groups)
        else:
            yield from table_mutants(file, content, definition)
    yield from limit_mutants(files, locality, definition)
    yield from form_mutants(files, locality, definition)


def _two_groups(locality: Locality) -> tuple[str, str]:
    """The platform and a supervision office, who take others' places."""
    others = [unit.id for unit in locality.organisation.units.values() if unit.kind == "supervision"]
    return PLATFORM, (others or [unit for unit in locality.organisation.units if unit != PLATFORM])[0]
