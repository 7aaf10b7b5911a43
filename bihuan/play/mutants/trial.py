"""Whether the scenarios miss what a mutant changed: each is played against those that come by the place, until one
does.

A mutant that `check` would not let into force is *refused*: no scenario need notice it. One that changes nothing
anybody could notice is *equivalent*, and the locality's mutants.toml says why. Of all others, those that no scenario
noticed have *survived*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bihuan.domain.errors import BihuanError
from bihuan.engine import Definition
from bihuan.engine.errors import DiagramFaults
from bihuan.locality.check import check
from bihuan.locality.faults import FolderFault
from bihuan.locality.files import Files
from bihuan.locality.folder import Locality
from bihuan.play.checking import Difference
from bihuan.play.mutants.mutant import Mutant
from bihuan.play.rehearsal import rehearse
from bihuan.play.scenario import Scenario

KILLED, REFUSED, EQUIVALENT, SURVIVED = "killed", "refused", "equivalent", "survived"
VERDICTS: Final = (KILLED, REFUSED, EQUIVALENT, SURVIVED)
LEAST: Final = 0.95
"""Of the mutants that could be noticed, so many must be."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant. `by`: the scenario that noticed it, the finding that refused it, or why it is equal."""

    mutant: Mutant
    outcome: str
    by: str = ""


class Trial:
    """A locality's scenarios, and which elements each comes by."""

    def __init__(self, files: Files, locality: Locality, definition: Definition, scenarios: Sequence[Scenario]) -> None:
        """Raises Difference when a scenario does not hold as the folder is."""
        self._files, self._locality, self._definition = files, locality, definition
        self._visited = {one.id: rehearse(one, locality, definition) for one in scenarios}
        self._scenarios = scenarios

    def judge(self, mutant: Mutant, equivalents: Mapping[str, str]) -> Verdict:
        """Play it. `equivalents`: the ids of mutants that change nothing, each with the reason."""
        if mutant.id in equivalents:
            return Verdict(mutant, EQUIVALENT, equivalents[mutant.id])
        try:
            content = mutant.content()
            place, drawn = self._changed(mutant.file, content)
        except (DiagramFaults, FolderFault) as fault:
            return Verdict(mutant, REFUSED, _first_line(fault))
        for scenario in self._witnesses(mutant):
            if not _holds(scenario, place, drawn):
                return Verdict(mutant, KILLED, scenario.id)
        findings = check({**self._files, mutant.file: content})
        return Verdict(mutant, REFUSED, findings[0].fault) if findings else Verdict(mutant, SURVIVED)

    def _witnesses(self, mutant: Mutant) -> list[Scenario]:
        """The scenarios that come by the place: first those that cite its rules, and the short ones."""
        found = [one for one in self._scenarios if mutant.visits & self._visited[one.id]]
        return sorted(found, key=lambda one: (not mutant.clauses & set(one.rules), len(one.steps), one.id))

    def _changed(self, file: str, content: bytes) -> tuple[Locality, Definition]:
        if file.endswith((".bpmn", ".dmn")):
            diagrams = {**self._locality.diagrams, file: content}
            return replace(self._locality, diagrams=diagrams), Definition.parse(diagrams, self._locality.limits)
        place = Locality.of({**self._files, file: content})
        same = place.limits == self._locality.limits
        return place, self._definition if same else Definition.parse(place.diagrams, place.limits)


def share(verdicts: Sequence[Verdict]) -> float:
    """How many of those that could be noticed were."""
    killed = sum(one.outcome == KILLED for one in verdicts)
    survived = sum(one.outcome == SURVIVED for one in verdicts)
    return killed / (killed + survived) if killed + survived else 1.0


def _holds(scenario: Scenario, place: Locality, drawn: Definition) -> bool:
    try:
        rehearse(scenario, place, drawn)
    except (Difference, BihuanError):
        return False
    return True


def _first_line(fault: Exception) -> str:
    return str(fault).splitlines()[0]
