"""How a request becomes a case: a company hands it in (受理), or the province sends an order (承接转办).

The two deeds differ in who may, in the form, and in the origin that the diagram asks about; what follows is one.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from bihuan.commands.begin_case import Beginning, Opened, begin_case, place_of, repeated
from bihuan.domain.access import PLATFORM, Actor, Machine, Officer, Visitor
from bihuan.domain.errors import NotAllowed
from bihuan.domain.identity import Identity
from bihuan.locality.forms import Raw
from bihuan.locality.options import validated
from bihuan.locality.procedures import procedure_of
from bihuan.store.unit_of_work import UnitOfWork

REQUEST, ORDER = "request", "province_order"
"""The forms that requests come in by."""


def submit_request(
    work: UnitOfWork, locality: str, answers: Raw, identity: Mapping[str, str], *, submission_id: UUID,
    channel: str = "portal",
) -> Opened:  # fmt: skip
    """Hand a request in at our own portal. The same submission again answers the same number and code.

    Raises InvalidAnswers (422) with a sentence a field, NotAllowed (403) for anyone but a visitor of this locality or
    its platform.
    """
    actor = work.actor
    if not (isinstance(actor, Visitor) and actor.locality == locality) and not _is_of_platform(actor, locality):
        raise NotAllowed(f"Expected a visitor of {locality}, but {actor.ref} is none")
    return _open(
        work, locality, REQUEST, answers, Identity.of(identity, required=True), origin="portal", channel=channel,
        submission_id=submission_id, external_no=None, received_at=None,
    )  # fmt: skip


def receive_order(
    work: UnitOfWork, locality: str, answers: Raw, identity: Mapping[str, str], *, submission_id: UUID,
    external_no: str, received_at: datetime | None = None,
) -> Opened:  # fmt: skip
    """Receive an order that the province passed down (ZB-16). `received_at` is the sender's instant, if not now."""
    actor = work.actor
    if not isinstance(actor, Machine) and not _is_of_platform(actor, locality):
        raise NotAllowed(f"Expected the platform to receive an order, but {actor.ref} is not of it")
    return _open(
        work, locality, ORDER, answers, Identity.of(identity, required=False), origin="province",
        channel="province", submission_id=submission_id, external_no=external_no, received_at=received_at,
    )  # fmt: skip


def _is_of_platform(actor: Actor, locality: str) -> bool:
    return isinstance(actor, Officer) and actor.locality == locality and PLATFORM in actor.units


def _open(
    work: UnitOfWork, locality: str, form: str, answers: Raw, identity: Identity, *, origin: str, channel: str,
    submission_id: UUID, external_no: str | None, received_at: datetime | None,
) -> Opened:  # fmt: skip
    code = work.vault.query_code(submission_id)
    if before := repeated(work, submission_id, code):
        return before
    place = place_of(work, locality)
    return begin_case(
        work,
        place,
        Beginning(
            procedure_of(place.deployment, place.deployment.locality.settings.process), form,
            validated(work, place.deployment, form, answers), origin, channel, "request_submitted", submission_id,
            identity, code, external_no, received_at,
        ),
    )  # fmt: skip
