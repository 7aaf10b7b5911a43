"""What the public page 机制说明 shows: the facts that a locality's document states, as its folder gives them."""

from dataclasses import dataclass

from bihuan.locality.deployments import current
from bihuan.locality.folder import Contact, PublishedFact
from bihuan.locality.rulebook import Basis, OwnRule, Rule
from bihuan.store.unit_of_work import Reader


@dataclass(frozen=True, slots=True)
class AboutPage:
    """A procedure as its document describes it."""

    id: str
    name: str
    process_name: str
    basis: Basis | None
    contact: Contact | None
    facts: tuple[PublishedFact, ...]
    """In the order of their rules."""
    rules: tuple[Rule, ...]
    """All that the document asks, in its words; our pages cite them by their numbers."""
    own_rules: tuple[OwnRule, ...]
    """What the document does not say, and the locality has set itself."""


def about_page(reader: Reader, locality: str) -> AboutPage:
    """Raises NotFound when there is no such locality."""
    deployment = current(reader, locality).deployment
    settings = deployment.locality.settings
    return AboutPage(
        locality,
        settings.name,
        deployment.main_name,
        deployment.locality.rulebook.basis,
        settings.contact,
        tuple(sorted(settings.facts, key=lambda fact: fact.rule)),
        tuple(deployment.locality.rulebook.rules.values()),
        tuple(deployment.locality.rulebook.own.values()),
    )
