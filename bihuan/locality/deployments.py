"""A deployment as the commands use it: its locality's settings and its parsed diagrams, kept by content hash.

What a hash names never changes, so what was parsed once in a process is right for ever. Besides only the names of units
are kept, by locality: a case goes to a unit that joined after its version, and a report counts one that was closed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from bihuan.domain.errors import NotFound
from bihuan.domain.ids import Key
from bihuan.domain.workdays import Calendar, Override
from bihuan.engine import Definition
from bihuan.locality.folder import Locality
from bihuan.locality.kept import Kept
from bihuan.locality.plain_steps import PlainStep
from bihuan.store.deployments import files_of, locality_row, overrides_of, units_of
from bihuan.store.unit_of_work import Reader

ANNOUNCED, NATIONAL = "announced", "national"
"""What a declaration may be besides a kind of day: the year's notice is loaded; the day is as the notices say again."""

_KEPT = 64


@dataclass(frozen=True, slots=True)
class Deployment:
    """A frozen version of a locality's folder, ready to run."""

    hash: str
    locality: Locality
    definition: Definition

    @staticmethod
    def of(content_hash: str, locality: Locality) -> "Deployment":
        """The locality with its diagrams parsed. Raises DiagramFaults."""
        return Deployment(content_hash, locality, Definition.parse(locality.diagrams, locality.limits))

    def milestone_name(self, milestone: str, process: str = "") -> str:
        """What a milestone is called in cases of a process: as the locality says, else by the element that reaches it.

        Of several elements that reach it the first lends its name: `check` asks for a word where these differ (C28).
        """
        if said := self.locality.settings.milestones.get(milestone):
            return said
        for followed in self.followed(process or self.locality.settings.process):
            for element in self.definition.elements(followed):
                if milestone in element.milestones and element.name:
                    return element.name
        return milestone

    def followed(self, process: str) -> tuple[str, ...]:
        """The processes that a case of this one may go through: itself, and what it calls, the nearest first."""
        found = [process]
        for one in found:
            for element in self.definition.elements(one):
                if element.called and element.called not in found:
                    found.append(element.called)
        return tuple(found)

    @property
    def main_name(self) -> str:
        """What the main procedure is called, which complainants' requests start."""
        return self.definition.processes[self.locality.settings.process].name

    def plain_steps(self) -> Mapping[str, PlainStep]:
        """What a complainant follows: of the locality's plain steps those whose milestone the diagrams reach."""
        followed = self.followed(self.locality.settings.process)
        drawn = {name for process in followed for one in self.definition.elements(process) for name in one.milestones}
        return {name: step for name, step in self.locality.settings.steps.items() if name in drawn}

    def procedure_name(self, process: str) -> str:
        """What a case of this process is of (事项流程); empty for the main procedure, which needs no telling."""
        if process == self.locality.settings.process:
            return ""
        found = self.definition.processes.get(process)
        return found.name if found else process

    def matter(self, process: str, category: str) -> str:
        """What a case is about, in a list: its procedure when that is not the main one, else its category."""
        return self.procedure_name(process) or self.locality.settings.categories.get(category, "")

    def step_under(self, key: Key | None) -> str:
        """The name of the step that a deadline stands on; empty for a wait of its own."""
        on = self.definition.element(key.process, key.element).on if key else None
        return self.definition.element(key.process, on).name if key and on else ""


@dataclass(frozen=True, slots=True)
class InForce:
    """What is in force in a locality, by name: a deployment by its hash, and a version of the calendar."""

    deployment: str
    calendar_version: int


@dataclass(frozen=True, slots=True)
class Current:
    """What a locality's new cases go by: the deployment in force, and the working days as last declared."""

    deployment: Deployment
    calendar: Calendar
    calendar_version: int


_deployments: Kept[str, Deployment] = Kept(_KEPT)
_calendars: Kept[tuple[str, int], Calendar] = Kept(_KEPT)
_names: dict[str, dict[str, str]] = {}
"""By locality: what each unit is called by the version that this process met last."""


def deployment_of(reader: Reader, content_hash: str) -> Deployment:
    """The deployment with this hash; parsed once a process. Raises NotFound."""
    found = _deployments.get(content_hash)
    if found is None:
        files = files_of(reader, content_hash)
        if not files:
            raise NotFound(f"Expected a deployment {content_hash}, but there is none")
        found = ready(Deployment.of(content_hash, Locality.of(files)))
        names = _names[found.locality.id]
        names.update({unit: name for unit, name in units_of(reader, found.locality.id).items() if unit not in names})
    return found


def in_force_in(reader: Reader, locality: str) -> InForce:
    """As it is now. Raises NotFound when nothing was ever deployed there."""
    row = locality_row(reader, locality)
    if row is None:
        raise NotFound(f"Expected a locality {locality}, but none is deployed", f"没有部署辖区 {locality}。")
    return InForce(row["deployment"], row["calendar_version"])


def current(reader: Reader, locality: str, in_force: InForce | None = None) -> Current:
    """What is in force in a locality now. Raises NotFound when nothing was ever deployed there.

    `in_force`: when the caller has read it already.
    """
    now = in_force or in_force_in(reader, locality)
    version = now.calendar_version
    return Current(deployment_of(reader, now.deployment), calendar_of(reader, locality, version), version)


def ready(deployment: Deployment) -> Deployment:
    """Keep a deployment that was parsed, or to be checked was, so that its cases need not have it parsed again."""
    locality = deployment.locality
    names = _names.setdefault(locality.id, {})
    names.update({unit.id: unit.name for unit in locality.organisation.units.values()})
    named = replace(locality, organisation=replace(locality.organisation, elsewhere=names))
    return _deployments.keep(deployment.hash, replace(deployment, locality=named))


def calendar_of(reader: Reader, locality: str, version: int) -> Calendar:
    """The locality's working days at this version of its overrides; kept, since a version never changes."""
    found = _calendars.get((locality, version))
    if found is None:
        rows = overrides_of(reader, locality, version) if version else []
        found = _calendars.keep((locality, version), calendar_from(rows, version))
    return found


def calendar_from(rows: Iterable[Mapping[str, Any]], version: int) -> Calendar:
    """The calendar that these declarations make, the oldest first: of a day the last holds, `national` undoes it."""
    days: dict[date, Override] = {}
    announced = set()
    for row in rows:
        if row["kind"] == ANNOUNCED:
            announced.add(row["day"].year)
        elif row["kind"] == NATIONAL:
            days.pop(row["day"], None)
        else:
            days[row["day"]] = Override(row["kind"], row["reason"])
    return Calendar(days, version=version, announced_years=frozenset(announced))


@lru_cache(maxsize=1)
def national_calendar() -> Calendar:
    """The State Council's notices alone."""
    return Calendar()
