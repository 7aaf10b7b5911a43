"""What the portal (企业端) shows before there is a case: the localities, the form to hand in, whom to call."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from bihuan.domain.errors import InvalidAnswers, NotFound
from bihuan.locality.deployments import Deployment, deployment_of
from bihuan.locality.folder import Contact, PlainStep
from bihuan.locality.forms import Form, Options, Raw
from bihuan.locality.options import options_of, validated
from bihuan.store import tables
from bihuan.store.deployments import locality_row
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

REQUEST_FORM = "request"
_locality = tables.locality
LOCALITIES = compiled(sa.select(_locality.c.id, _locality.c.name, _locality.c.deployment).order_by(_locality.c.name))


@dataclass(frozen=True, slots=True)
class Door:
    """A locality (辖区) to enter by, and what its procedure is called."""

    id: str
    name: str
    process_name: str


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What a visitor finds first."""

    id: str
    name: str
    process_name: str
    contact: Contact | None
    steps: tuple[PlainStep, ...]
    """How a request goes on, as its complainant will follow it."""
    limits: tuple[tuple[str, str], ...]
    """What is promised: (step, limit) of each limit that the document sets."""


@dataclass(frozen=True, slots=True)
class RequestPage:
    """The form by which a request is handed in."""

    id: str
    name: str
    form: Form
    options: Options


def doors(reader: Reader) -> list[Door]:
    """Every locality that is deployed."""
    found = [(row["id"], deployment_of(reader, row["deployment"])) for row in reader.all(LOCALITIES)]
    return [Door(locality, deployment.locality.name, deployment.main_name) for locality, deployment in found]


def front_page(reader: Reader, locality: str) -> FrontPage:
    """Raises NotFound when there is no such locality."""
    deployment = deployment_in_force(reader, locality)
    return FrontPage(
        locality,
        deployment.locality.name,
        deployment.main_name,
        deployment.locality.settings.contact,
        tuple(deployment.plain_steps().values()),
        _limits(deployment),
    )


def request_page(reader: Reader, locality: str) -> RequestPage:
    """The form with its choices as they are now. Raises NotFound."""
    deployment = deployment_in_force(reader, locality)
    return RequestPage(
        locality,
        deployment.locality.name,
        deployment.locality.form(REQUEST_FORM),
        options_of(reader, deployment),
    )


def request_errors(reader: Reader, locality: str, raw: Raw) -> Mapping[str, str]:
    """What is wrong with the answers, so that a person reads everything at once."""
    try:
        validated(reader, deployment_in_force(reader, locality), REQUEST_FORM, raw)
    except InvalidAnswers as fault:
        return fault.errors
    return {}


def deployment_in_force(reader: Reader, locality: str) -> Deployment:
    """What new requests of this locality run by. Raises NotFound."""
    row = locality_row(reader, locality)
    if row is None:
        raise NotFound(f"Expected a locality {locality}, but none is deployed")
    return deployment_of(reader, row["deployment"])


def _limits(deployment: Deployment) -> tuple[tuple[str, str], ...]:
    definition, main = deployment.definition, deployment.locality.settings.process
    timers = [one for one in definition.elements(main) if one.timer and one.on and one.clause and not one.internal]
    return tuple((definition.element(main, one.on or "").name, one.name) for one in timers)
