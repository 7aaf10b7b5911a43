"""What the portal (企业端) shows before there is a case: the localities, the form to hand in, whom to call."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from bihuan.domain.errors import InvalidAnswers, NotFound
from bihuan.locality.deployments import Deployment, deployment_of
from bihuan.locality.folder import Contact
from bihuan.locality.forms import Form, Options, Raw
from bihuan.locality.options import options_of, validated
from bihuan.store import tables
from bihuan.store.deployments import locality_row
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

REQUEST_FORM = "request"
_locality = tables.locality
LOCALITIES = compiled(sa.select(_locality.c.id, _locality.c.name).order_by(_locality.c.name))


@dataclass(frozen=True, slots=True)
class LocalityName:
    """A locality (辖区) that runs procedures."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What a visitor finds first."""

    id: str
    name: str
    process_name: str
    contact: Contact | None
    limits: tuple[tuple[str, str], ...]
    """What is promised: (step, limit) of each limit that the document sets."""


@dataclass(frozen=True, slots=True)
class RequestPage:
    """The form by which a request is handed in."""

    id: str
    name: str
    process_name: str
    form: Form
    options: Options


def localities(reader: Reader) -> list[LocalityName]:
    """Every locality that is deployed."""
    return reader.all_as(LocalityName, LOCALITIES)


def front_page(reader: Reader, locality: str) -> FrontPage:
    """Raises NotFound when there is no such locality."""
    deployment = deployment_in_force(reader, locality)
    return FrontPage(
        locality,
        deployment.locality.name,
        _process_name(deployment),
        deployment.locality.settings.contact,
        _limits(deployment),
    )


def request_page(reader: Reader, locality: str) -> RequestPage:
    """The form with its choices as they are now. Raises NotFound."""
    deployment = deployment_in_force(reader, locality)
    return RequestPage(
        locality,
        deployment.locality.name,
        _process_name(deployment),
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


def _process_name(deployment: Deployment) -> str:
    return deployment.definition.processes[deployment.locality.settings.process].name


def _limits(deployment: Deployment) -> tuple[tuple[str, str], ...]:
    definition, main = deployment.definition, deployment.locality.settings.process
    timers = [one for one in definition.elements(main) if one.timer and one.on and one.clause and not one.internal]
    return tuple((definition.element(main, one.on or "").name, one.name) for one in timers)
