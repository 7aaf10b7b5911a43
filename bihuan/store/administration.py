"""The administrative log (管理记录): its table, and the one way in which an entry gets there.

The locality's row keeps the log's length and head, and is locked while an entry is written: so the chain has no gap and
no fork, and a cut end shows.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

from bihuan.domain.administration import Entry, chained
from bihuan.domain.events import GENESIS
from bihuan.store import tables
from bihuan.store.columns import ID, metadata
from bihuan.store.columns import instant as _instant
from bihuan.store.columns import text as _text
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

administrative_entry = sa.Table(
    "administrative_entry",
    metadata,
    sa.Column("locality", sa.Text, primary_key=True),
    sa.Column("no", sa.Integer, primary_key=True, comment="gapless from 1"),
    _text("kind", "past tense"),
    _text("actor", "officer:<account>, or the command line"),
    _instant("at", null=False),
    _text("subject", "account:<id>, unit:<id>, notice:<template>, calendar:<version>, deployment:<hash>"),
    _text("reason"),
    _text("payload", "canonical JSON: what was, what is"),
    sa.Column("submission_id", ID, nullable=True, unique=True, comment="the same form twice is one change"),
    sa.Column("hash", BYTEA, nullable=False, comment="over the hash of the entry before and all of this one"),
    comment="Administrative log (管理记录): append-only, each entry of a locality chained to the one before",
)
sa.Index(
    "administrative_entry_subject",
    administrative_entry.c.locality,
    administrative_entry.c.subject,
    administrative_entry.c.no,
)

_locality = tables.locality
LOCK = compiled(
    sa.select(_locality.c.log_entries, _locality.c.log_head)
    .where(_locality.c.id == sa.bindparam("locality"))
    .with_for_update(key_share=True)
)
SUBMITTED = compiled(
    sa.select(administrative_entry.c.no).where(
        administrative_entry.c.submission_id == sa.bindparam("submission_id", type_=ID)
    )
)
WRITE_HEAD = compiled(
    sa.update(_locality)
    .where(_locality.c.id == sa.bindparam("in_locality"))
    .values(log_entries=sa.bindparam("new_entries"), log_head=sa.bindparam("new_head"))
)


def hold(work: UnitOfWork, locality: str) -> None:
    """Let no other deed write into the locality's log before this one ends: what is read from now on stays true."""
    work.one(LOCK, locality=locality)


def repeated(work: UnitOfWork, submission_id: UUID | None) -> bool:
    """Whether this very form was sent before and did what it asked."""
    return submission_id is not None and work.one(SUBMITTED, submission_id=submission_id) is not None


def log(
    work: UnitOfWork, locality: str, kind: str, subject: str, *, reason: str, detail: Mapping[str, Any] | None = None,
    submission_id: UUID | None = None,
) -> None:  # fmt: skip
    """Append an entry about a change of this deed, chained to the last one of the locality."""
    number, head = _last(work, locality)
    entry = chained(
        locality, number + 1, kind, actor=work.actor.ref, at=work.now, subject=subject, reason=reason,
        detail=detail or {}, previous=head,
    )  # fmt: skip
    work.add(administrative_entry, {**entry._asdict(), "submission_id": submission_id})
    work.do_last(
        (administrative_entry.name, locality), WRITE_HEAD, in_locality=locality, new_entries=entry.no,
        new_head=entry.hash,
    )  # fmt: skip


def _last(work: UnitOfWork, locality: str) -> tuple[int, bytes]:
    """Length and head of the log, with what this deed has added itself."""
    own = [row for row in work.added(administrative_entry) if row["locality"] == locality]
    if own:
        return own[-1]["no"], own[-1]["hash"]
    row = work.one(LOCK, locality=locality)
    return (row["log_entries"], bytes(row["log_head"] or GENESIS)) if row else (0, GENESIS)


__all__ = ["Entry", "administrative_entry", "log", "repeated"]
