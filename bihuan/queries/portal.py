"""What the portal (企业端) shows before there is a case: the localities, the form to hand in, whom to call.

The form is filled in by steps (分步填写): what happened, what else is asked about it, whom to answer, a last look.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Actor, Officer
from bihuan.domain.errors import InvalidAnswers, NotAllowed
from bihuan.locality.deployments import Current, Deployment, current, deployment_of
from bihuan.locality.fields import Field, StaticText
from bihuan.locality.folder import Contact
from bihuan.locality.forms import Form, Options, Raw
from bihuan.locality.options import options_of
from bihuan.locality.plain_steps import PlainStep
from bihuan.queries.announcements import ComingIn, coming_in
from bihuan.queries.who_sees import WhoSees, who_sees
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

REQUEST_FORM = "request"
WHAT: Final = "what"
ABOUT: Final = "about"
CONTACT: Final = "contact"
CHECK: Final = "check"
"""The steps by which it is filled in."""
NUMBER: Final = re.compile(r"\d+", re.ASCII)
_LAST_OF_WHAT, _COMPLAINED_OF = "body", "complained_of_unit"
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
    called: str
    """What a request is called here (诉求、投诉)."""
    contact: Contact | None
    steps: tuple[PlainStep, ...]
    """How a request goes on, as its complainant will follow it."""
    limits: tuple[tuple[str, str], ...]
    """What is promised: (step, limit) of each limit that the document sets."""


@dataclass(frozen=True, slots=True)
class FormPart:
    """What of a form one step asks. Whether a field is hidden is still decided over the whole."""

    whole: Form
    components: tuple[Field | StaticText, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(one for one in self.components if isinstance(one, Field))

    def hidden(self, raw: Raw) -> frozenset[Field | StaticText]:
        """What is not asked, given all answers so far."""
        return self.whole.hidden(raw)


@dataclass(frozen=True, slots=True)
class RequestPage:
    """The form by which a request is handed in, whole and by steps."""

    id: str
    name: str
    called: str
    form: Form
    options: Options
    parts: Mapping[str, FormPart]
    """By step, for those that ask some of the form."""
    coming_in: ComingIn | None
    who_sees: WhoSees
    contact: Contact | None

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps in their order."""
        return (*self.parts, CONTACT, CHECK)

    def step_of(self, key: str) -> str:
        """The step that asks this field."""
        return next((step for step, part in self.parts.items() if key in {one.key for one in part.fields}), CONTACT)


def doors(reader: Reader) -> list[Door]:
    """Every locality that is deployed."""
    found = [(row["id"], deployment_of(reader, row["deployment"])) for row in reader.all(LOCALITIES)]
    return [Door(locality, deployment.locality.name, deployment.main_name) for locality, deployment in found]


def front_page(reader: Reader, locality: str) -> FrontPage:
    """Raises NotFound when there is no such locality."""
    deployment = current(reader, locality).deployment
    return FrontPage(
        locality,
        deployment.locality.name,
        deployment.main_name,
        deployment.locality.settings.called,
        deployment.locality.settings.contact,
        tuple(deployment.plain_steps().values()),
        _limits(deployment),
    )


def request_page(reader: Reader, locality: str) -> RequestPage:
    """The form with its choices as they are now. Raises NotFound."""
    here = current(reader, locality)
    return _request_page(reader, here, here.deployment.locality.form(REQUEST_FORM).at_portal())


def window_page(reader: Reader, actor: Officer) -> RequestPage:
    """The same for an officer who fills it in for somebody (窗口代填). Raises NotAllowed for those of no window."""
    here = current(reader, actor.locality)
    windows = here.deployment.locality.organisation.windows
    if not access.may_fill_in(actor, windows, locality=actor.locality):
        raise NotAllowed(f"Expected {actor.ref} to be of one of the windows {sorted(windows)}, but it is not")
    return _request_page(reader, here, here.deployment.locality.form(REQUEST_FORM))


def _request_page(reader: Reader, here: Current, form: Form) -> RequestPage:
    deployment = here.deployment
    return RequestPage(
        deployment.locality.id, deployment.locality.name, deployment.locality.settings.called, form,
        options_of(reader, deployment), parts_of(form),
        coming_in(deployment, here.calendar, reader.now), who_sees(deployment), deployment.locality.settings.contact,
    )  # fmt: skip


def fills_in(reader: Reader, actor: Officer, deployment: str | None) -> bool:
    """Whether this officer is of a window, by the deployment in force in the officer's locality."""
    if deployment is None:
        return False
    windows = deployment_of(reader, deployment).locality.organisation.windows
    return access.may_fill_in(actor, windows, locality=actor.locality)


def parts_of(form: Form) -> Mapping[str, FormPart]:
    """The form by steps: up to its body, then the rest. One that asks some things only after others stays whole."""
    place = next((number for number, one in enumerate(form.components, 1) if _ends_what(one)), len(form.components))
    if any(one.hide for one in form.components):
        place = len(form.components)
    parts = {WHAT: FormPart(form, form.components[:place]), ABOUT: FormPart(form, form.components[place:])}
    return {step: part for step, part in parts.items() if part.components}


def _ends_what(component: Field | StaticText) -> bool:
    return isinstance(component, Field) and component.key == _LAST_OF_WHAT


def request_errors(page: RequestPage, raw: Raw, actor: Actor) -> Mapping[str, str]:
    """What is wrong with the answers, so that a person reads everything at once; handing in judges them again."""
    errors = {}
    try:
        page.form.validate(raw, page.options)
    except InvalidAnswers as fault:
        errors = fault.errors
    try:
        access.require_other_window(actor, str(raw.get(_COMPLAINED_OF, "")))
    except NotAllowed as refusal:
        errors = {**errors, _COMPLAINED_OF: refusal.chinese}
    return errors


def _limits(deployment: Deployment) -> tuple[tuple[str, str], ...]:
    """Steps with the limits that the document sets them, the shortest first, as they come."""
    definition, main = deployment.definition, deployment.locality.settings.process
    timers = [one for one in definition.elements(main) if one.timer and one.on and one.clause and not one.internal]
    named = [(definition.element(main, one.on or "").name, one.name) for one in timers]
    return tuple(sorted(named, key=lambda limit: int((NUMBER.findall(limit[1]) or ["999"])[0])))
