"""How a request becomes a case: a company hands it in (受理), or the province sends an order (承接转办).

The two deeds differ in who may, in the form, and in the origin that the diagram asks about; what follows is one.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from bihuan.commands.barring import COMPLAINED_OF
from bihuan.commands.begin_case import Beginning, Opened, Place, arrive, begin_case
from bihuan.domain import access
from bihuan.domain.access import Machine, Officer, Visitor
from bihuan.domain.errors import NotAllowed
from bihuan.domain.identity import Identity
from bihuan.locality.forms import Answers, Raw
from bihuan.locality.procedures import procedure_of
from bihuan.store import portal_drafts
from bihuan.store.unit_of_work import UnitOfWork

REQUEST, ORDER = "request", "province_order"
"""The forms that requests come in by."""
PORTAL, WINDOW = "portal", "window"


def submit_request(
    work: UnitOfWork, locality: str, answers: Raw, identity: Mapping[str, str], *, submission_id: UUID
) -> Opened:
    """Hand a request in at our own portal, or fill it in at a window for somebody (窗口代填), which is marked so.

    The same submission again answers the same number and code. Raises InvalidAnswers (422) with a sentence a field,
    NotAllowed (403) for anyone but a visitor of this locality or an officer of its windows, and for an officer of the
    very unit complained about, who would learn who complains.
    """
    actor, code = work.actor, work.vault.query_code(submission_id)
    place, before = arrive(work, locality, submission_id, code)
    if not access.may_fill_in(actor, place.deployment.locality.organisation.windows, locality=locality):
        raise NotAllowed(f"Expected a visitor of {locality} or an officer of its windows, but {actor.ref} is none")
    if before:
        return before
    given = place.validated(REQUEST, answers, at_portal=isinstance(actor, Visitor))
    access.require_other_window(actor, str(given.control.get(COMPLAINED_OF) or ""))
    portal_drafts.forget(work, submission_id)
    return _begin(
        work, place, REQUEST, given, Identity.of(identity, required=True), origin="portal",
        channel=WINDOW if isinstance(actor, Officer) else PORTAL, submission_id=submission_id, code=code,
    )  # fmt: skip


def receive_order(
    work: UnitOfWork, locality: str, answers: Raw, identity: Mapping[str, str], *, submission_id: UUID,
    external_no: str, received_at: datetime | None = None,
) -> Opened:  # fmt: skip
    """Receive an order that the province passed down (ZB-16). `received_at` is the sender's instant, if not now."""
    actor = work.actor
    if not isinstance(actor, Machine):
        access.require_platform(actor, locality=locality)
    code = work.vault.query_code(submission_id)
    place, before = arrive(work, locality, submission_id, code)
    if before:
        return before
    return _begin(
        work, place, ORDER, place.validated(ORDER, answers), Identity.of(identity, required=False),
        origin="province", channel="province", submission_id=submission_id, code=code, external_no=external_no,
        received_at=received_at,
    )  # fmt: skip


def _begin(
    work: UnitOfWork, place: Place, form: str, given: Answers, identity: Identity, *, origin: str, channel: str,
    submission_id: UUID, code: str, external_no: str | None = None, received_at: datetime | None = None,
) -> Opened:  # fmt: skip
    procedure = procedure_of(place.deployment, place.deployment.locality.settings.process)
    return begin_case(
        work,
        place,
        Beginning(
            procedure, form, given, origin, channel, "request_submitted", submission_id, identity, code, external_no,
            received_at,
        ),
    )  # fmt: skip
