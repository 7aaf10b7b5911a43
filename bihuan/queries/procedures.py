"""开办事项: the procedures that an officer's desks may open, and the form each is opened with."""

from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.domain.access import Officer, may_open
from bihuan.domain.errors import NotAllowed
from bihuan.locality.deployments import Deployment, current, deployment_of
from bihuan.locality.forms import Form, Options
from bihuan.locality.options import options_of
from bihuan.locality.procedures import Procedure, procedure_of, procedures_of
from bihuan.store.unit_of_work import Reader


@dataclass(frozen=True, slots=True)
class OpeningPage:
    """A procedure with the form that opens a case of it."""

    procedure: Procedure
    form: Form
    options: Options


def openable(reader: Reader, actor: Officer) -> tuple[Procedure, ...]:
    """The procedures of the officer's locality that this officer may open; most officers have none."""
    return tuple(_openable(current(reader, actor.locality).deployment, actor))


def opens_any(reader: Reader, actor: Officer, deployment: str | None) -> bool:
    """Whether there is any, in the deployment that is in force in the officer's locality."""
    return deployment is not None and any(_openable(deployment_of(reader, deployment), actor))


def _openable(deployment: Deployment, actor: Officer) -> Iterator[Procedure]:
    for one in procedures_of(deployment):
        if not one.main and may_open(actor, one.audience, locality=actor.locality):
            yield one


def opening_page(reader: Reader, actor: Officer, process: str) -> OpeningPage:
    """The form of one of them. Raises NotFound, and NotAllowed when other desks open it."""
    deployment = current(reader, actor.locality).deployment
    procedure = procedure_of(deployment, process)
    if procedure.main or not may_open(actor, procedure.audience, locality=actor.locality):
        raise NotAllowed(f"Expected {actor.ref} to be of {procedure.audience}, which open {process}, but it is not")
    form = deployment.locality.form(procedure.form)
    return OpeningPage(procedure, form, options_of(reader, deployment))
