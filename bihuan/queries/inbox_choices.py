"""What 我的待办 can be narrowed down to: the steps that may come to the officer's desks, channels, and matters."""

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.domain.access import Officer
from bihuan.engine import ElementInfo
from bihuan.locality.deployments import Deployment, InForce, current
from bihuan.locality.procedures import procedures_of
from bihuan.queries.words import CHANNELS
from bihuan.store.unit_of_work import Reader


@dataclass(frozen=True, slots=True)
class Choices:
    """By what the address says, in words."""

    steps: tuple[str, ...]
    channels: Mapping[str, str]
    matters: Mapping[str, str]
    """Categories of requests, and the procedures beside the main one."""


def choices(reader: Reader, actor: Officer, in_force: InForce | None = None) -> Choices:
    """As the deployment in force draws them."""
    deployment = current(reader, actor.locality, in_force).deployment
    others = {one.id: one.name for one in procedures_of(deployment) if not one.main}
    return Choices(_steps(deployment, actor), CHANNELS, {**deployment.locality.categories, **others})


def _steps(deployment: Deployment, actor: Officer) -> tuple[str, ...]:
    drawn = (one for one in deployment.definition.elements() if one.kind == "userTask" and _may_come(one, actor))
    return tuple(dict.fromkeys(one.name for one in drawn))


def _may_come(element: ElementInfo, actor: Officer) -> bool:
    """Whose desk a task comes to is often told by the case alone: `${handling_unit}` may be anybody."""
    groups = element.groups or ""
    return "${" in groups or not actor.groups.isdisjoint(group.strip() for group in groups.split(","))
