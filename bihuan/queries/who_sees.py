"""谁能看到我的信息: what a complainant is told of who sees what, as `access` and `veil` make it true."""

from dataclasses import dataclass

from bihuan.domain.access import PLATFORM
from bihuan.locality.deployments import Deployment
from bihuan.store.portal_drafts import KEPT_FOR


@dataclass(frozen=True, slots=True)
class WhoSees:
    """By name, who may see who complained besides the handling unit, and who reads the request as handed in."""

    platform: str
    answering: tuple[str, ...]
    """Other units that answer people (CS-15, XC-25, YN-32)."""
    called: str
    """What a request is called here (诉求、投诉)."""
    draft_hours: int
    """How long lies, sealed, what was filled in and not handed in."""


def who_sees(deployment: Deployment) -> WhoSees:
    """As this deployment's organisation says it."""
    organisation = deployment.locality.organisation
    others = organisation.answering - {PLATFORM}
    answering = tuple(unit.name for unit in organisation.units.values() if unit.id in others)
    called = deployment.locality.settings.called
    return WhoSees(organisation.unit_name(PLATFORM), answering, called, int(KEPT_FOR.total_seconds() // 3600))
