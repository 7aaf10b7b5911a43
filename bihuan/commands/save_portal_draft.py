"""Keep what was filled in on one step of handing a request in (分步填写), or throw it away. No deed of any case."""

from uuid import UUID

from bihuan.domain import access
from bihuan.domain.errors import InvalidAnswers, NotAllowed
from bihuan.locality.deployments import current
from bihuan.store import portal_drafts
from bihuan.store.portal_drafts import PortalDraft
from bihuan.store.unit_of_work import UnitOfWork

LARGEST = 64 * 1024
"""Bytes that may be typed into one request."""


def save_portal_draft(work: UnitOfWork, locality: str, draft: PortalDraft, *, submission_id: UUID) -> None:
    """Keep what was typed under this id, in place of what was kept before.

    Raises NotFound (404) when there is no such locality, NotAllowed (403) for everybody but a visitor of it or an
    officer of its windows, InvalidAnswers (422) when it is too long to be kept.
    """
    windows = current(work, locality).deployment.locality.organisation.windows
    if not access.may_fill_in(work.actor, windows, locality=locality):
        raise NotAllowed(f"Expected somebody who may hand a request in at {locality}, but {work.actor.ref} may not")
    if sum(len(str(value).encode()) for value in (*draft.raw.values(), *draft.contact.values())) > LARGEST:
        raise InvalidAnswers({"draft": "填写内容过长，请精简后再继续。"})
    portal_drafts.save(work, locality, submission_id, draft)


def discard_portal_draft(work: UnitOfWork, *, submission_id: UUID) -> None:
    """Throw it away: whoever knows its id may."""
    portal_drafts.forget(work, submission_id)
