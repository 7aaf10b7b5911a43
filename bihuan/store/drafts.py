"""Drafts (草稿): what an officer has typed into a form and not handed in yet, sealed, a row an account and wait.

The wait is a task or a button of a case, by its key. A draft goes with its wait: whatever ends one deletes it in the
same deed. What is left over (a wait that ended while it was being saved) and what nobody came back to expires.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, insert

from bihuan.domain.ids import AccountId, CaseId
from bihuan.store import columns
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, UnitOfWork
from bihuan.store.vault import Sealed, Vault

Typed = dict[str, str | list[str]]
"""What a browser sent for a form's fields, by key: not validated."""
KEPT_FOR = timedelta(hours=30 * 24)
"""Since it was last saved."""

draft = sa.Table(
    "draft",
    columns.metadata,
    columns.case(primary=True),
    sa.Column("key", sa.Text, primary_key=True, comment="of the task or button"),
    sa.Column("account_id", columns.ID, sa.ForeignKey("account.id"), primary_key=True, comment="whose it is"),
    columns.text("key_id", "which data key"),
    sa.Column("nonce", BYTEA, nullable=False),
    sa.Column("sealed", BYTEA, nullable=False, comment="what was typed; bound to account, case and key"),
    columns.instant("saved_at", null=False),
    comment="What somebody has typed into a form and not handed in; goes with the task, and after a time",
)
sa.Index("draft_saved_at", draft.c.saved_at)

_CASE = sa.bindparam("in_case", type_=columns.ID)
_KEY = sa.bindparam("at_key", type_=sa.Text)
_MINE = sa.and_(
    draft.c.case_id == _CASE, draft.c.key == _KEY, draft.c.account_id == sa.bindparam("by", type_=columns.ID)
)
_FRESH = insert(draft)
_NEW = ("key_id", "nonce", "sealed", "saved_at")

READ = compiled(
    sa.select(draft.c.key_id, draft.c.nonce, draft.c.sealed, draft.c.saved_at).where(
        _MINE, draft.c.saved_at > sa.bindparam("since", type_=columns.INSTANT)
    )
)
SAVE = compiled(
    _FRESH.on_conflict_do_update(
        index_elements=[draft.c.case_id, draft.c.key, draft.c.account_id],
        set_={name: _FRESH.excluded[name] for name in _NEW},
    ),
    ("case_id", "key", "account_id", *_NEW),
)
DISCARD = compiled(sa.delete(draft).where(_MINE))
FORGET = compiled(
    sa.delete(draft).where(draft.c.case_id == _CASE, draft.c.key == sa.any_(sa.bindparam("keys", type_=ARRAY(sa.Text))))
)
FORGOTTEN = sa.delete(draft).where(draft.c.case_id == _CASE, draft.c.key == _KEY).cte("forgotten")
"""As FORGET of one wait, for a statement that ends it to carry along."""
EXPIRE = compiled(sa.delete(draft).where(draft.c.saved_at <= sa.bindparam("since", type_=columns.INSTANT)))


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody has typed, and when it was saved."""

    typed: Typed
    saved_at: datetime


def read(reader: Reader, vault: Vault, account_id: AccountId, case_id: CaseId, key: str) -> Draft | None:
    """The account's own draft for this wait; None when there is none."""
    row = reader.one(READ, in_case=case_id, at_key=key, by=account_id, since=reader.now - KEPT_FOR)
    if row is None:
        return None
    sealed = Sealed(row["key_id"], row["nonce"], row["sealed"])
    return Draft(orjson.loads(vault.open_bytes(_place(account_id, case_id, key), sealed)), row["saved_at"])


def save(work: UnitOfWork, account_id: AccountId, case_id: CaseId, key: str, typed: Typed) -> None:
    """Keep what was typed, in place of what was kept before; whatever has expired goes."""
    sealed = work.vault.seal_bytes(_place(account_id, case_id, key), orjson.dumps(typed))
    work.do(
        SAVE, case_id=case_id, key=key, account_id=account_id, key_id=sealed.key_id, nonce=sealed.nonce,
        sealed=sealed.sealed, saved_at=work.now,
    )  # fmt: skip
    work.do(EXPIRE, since=work.now - KEPT_FOR)


def discard(work: UnitOfWork, account_id: AccountId, case_id: CaseId, key: str) -> None:
    """Throw the account's own draft away."""
    work.do(DISCARD, in_case=case_id, at_key=key, by=account_id)


def forget(work: UnitOfWork, case_id: CaseId, keys: list[str]) -> None:
    """These waits are over: nobody's draft for them is kept."""
    work.do(FORGET, in_case=case_id, keys=keys)


def _place(account_id: UUID, case_id: UUID, key: str) -> bytes:
    return account_id.bytes + case_id.bytes + key.encode()
