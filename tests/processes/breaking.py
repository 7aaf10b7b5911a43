"""Ways to break a procedure, and whether a scenario notices; shared by the tests of all localities."""

from collections.abc import Mapping
from dataclasses import replace

from bihuan.engine import Definition
from bihuan.locality.fields import Field
from bihuan.locality.folder import Locality
from bihuan.play.checking import Difference
from bihuan.play.rehearsal import rehearse
from bihuan.play.scenario import Scenario

CELL = "\n          <text>"
"""What stands between a cell of a decision table and its entry."""


def group(task: str, before: str, after: str) -> tuple[str, str]:
    """A task (or the one with this form) handed to another group."""
    return f'"{task}" camunda:candidateGroups="{before}"', f'"{task}" camunda:candidateGroups="{after}"'


def leads(task: str, before: str, after: str) -> tuple[str, str]:
    """A flow that leads somewhere else."""
    return f'sourceRef="{task}" targetRef="{before}"', f'sourceRef="{task}" targetRef="{after}"'


def spoilt(place: Locality, file: str, sound: str, broken: str) -> Definition:
    """The locality's diagrams, one of them with something else written there.

    Inside attributes, quotation marks of expressions are single ones.
    """
    text = place.diagrams[file].decode().replace("&#34;", "'").replace("&#62;", ">").replace("&gt;", ">")
    assert sound in text
    return Definition.parse({**place.diagrams, file: text.replace(sound, broken).encode()}, place.limits)


def lenient(place: Locality, form: str, key: str) -> Locality:
    """The locality with a form that may be handed in without this field."""
    strict = place.form(form)
    parts = tuple(
        replace(part, required=False, shortest=0) if isinstance(part, Field) and part.key == key else part
        for part in strict.components
    )
    return replace(place, forms={**place.forms, form: replace(strict, components=parts)})


def citing(scenarios: Mapping[str, Scenario], rule: str) -> list[Scenario]:
    """The scenarios that show a rule."""
    return [scenario for scenario in scenarios.values() if rule in scenario.rules]


def noticed(scenarios: Mapping[str, Scenario], rule: str, place: Locality, drawn: Definition) -> bool:
    """Whether one of the scenarios that cite the rule goes otherwise than written, once it is broken."""
    short_first = sorted(citing(scenarios, rule), key=lambda scenario: len(scenario.steps))
    return any(not holds(scenario, place, drawn) for scenario in short_first)


def holds(scenario: Scenario, place: Locality, drawn: Definition) -> bool:
    """Whether everything goes as the scenario says."""
    try:
        rehearse(scenario, place, drawn)
    except Difference:
        return False
    return True
