"""What a visitor has filled in on the way to handing a request in, sealed, under the id it will be handed in by.

Only whoever brings the id from which that one is made reads it again: it lies in the visitor's own browser. The draft
goes with the handing in, and is gone a day after nobody came back to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA, insert

from bihuan.store import columns
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, UnitOfWork
from bihuan.store.vault import Sealed, Vault

Typed = dict[str, str | list[str]]
KEPT_FOR = timedelta(hours=24)

portal_draft = sa.Table(
    "portal_draft",
    columns.metadata,
    sa.Column("submission_id", columns.ID, primary_key=True, comment="by which it will be handed in"),
    columns.text("locality"),
    columns.text("key_id", "which data key"),
    sa.Column("nonce", BYTEA, nullable=False),
    sa.Column("sealed", BYTEA, nullable=False, comment="what was filled in; bound to the submission id"),
    columns.instant("saved_at", null=False),
    comment="A request being filled in at the portal or a window, until it is handed in or a day has passed",
)
sa.Index("portal_draft_saved_at", portal_draft.c.saved_at)

_THIS = portal_draft.c.submission_id == sa.bindparam("submission", type_=columns.ID)
_SINCE = sa.bindparam("since", type_=columns.INSTANT)
_FRESH = insert(portal_draft)
_NEW = ("locality", "key_id", "nonce", "sealed", "saved_at")
READ = compiled(
    sa.select(portal_draft.c.key_id, portal_draft.c.nonce, portal_draft.c.sealed).where(
        _THIS, portal_draft.c.locality == sa.bindparam("locality"), portal_draft.c.saved_at > _SINCE
    )
)
SAVE = compiled(
    _FRESH.on_conflict_do_update(
        index_elements=[portal_draft.c.submission_id], set_={name: _FRESH.excluded[name] for name in _NEW}
    ),
    ("submission_id", *_NEW),
)
FORGET = compiled(sa.delete(portal_draft).where(_THIS))
EXPIRE = compiled(sa.delete(portal_draft).where(portal_draft.c.saved_at <= _SINCE))


@dataclass(frozen=True, slots=True)
class PortalDraft:
    """What has been filled in: the answers of the locality's form, and the contact data; neither validated."""

    raw: Typed = field(default_factory=dict, repr=False)
    contact: Mapping[str, str] = field(default_factory=dict, repr=False)


def read(reader: Reader, vault: Vault, locality: str, submission_id: UUID) -> PortalDraft:
    """What was filled in under this id; an empty draft when there is none, or its key is gone."""
    row = reader.one(READ, submission=submission_id, locality=locality, since=reader.now - KEPT_FOR)
    if row is None or not vault.opens(row["key_id"]):
        return PortalDraft()
    opened = vault.open(submission_id, Sealed(row["key_id"], row["nonce"], row["sealed"]))
    return PortalDraft(orjson.loads(opened["raw"]), orjson.loads(opened["contact"]))


def save(work: UnitOfWork, locality: str, submission_id: UUID, draft: PortalDraft) -> None:
    """Keep it in place of what was kept under this id before; whatever has expired goes."""
    parts = {"raw": orjson.dumps(draft.raw).decode(), "contact": orjson.dumps(dict(draft.contact)).decode()}
    sealed = work.vault.seal(submission_id, parts)
    work.do(
        SAVE, submission_id=submission_id, locality=locality, key_id=sealed.key_id, nonce=sealed.nonce,
        sealed=sealed.sealed, saved_at=work.now,
    )  # fmt: skip
    work.do(EXPIRE, since=work.now - KEPT_FOR)


def forget(work: UnitOfWork, submission_id: UUID) -> None:
    """It was handed in, or thrown away."""
    work.do(FORGET, submission=submission_id)
