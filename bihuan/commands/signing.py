"""A signature (签字): the signer's own password entered again, recorded with the hash of what was signed."""

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bihuan.domain import passwords
from bihuan.domain.access import Officer
from bihuan.domain.errors import SignatureRequired
from bihuan.domain.events import canonical
from bihuan.store import cases, tables
from bihuan.store.cases import LockedCase
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

PASSWORD = compiled(
    sa.select(tables.account.c.password_hash).where(
        tables.account.c.id == sa.bindparam("account_id", type_=tables.ID), tables.account.c.active
    )
)


def sign(work: UnitOfWork, case: LockedCase, key: str, content: Mapping[str, Any], password: str | None) -> None:
    """Record that the actor signed this content of this step. Raises SignatureRequired."""
    if not isinstance(work.actor, Officer) or not password:
        raise SignatureRequired(f"Expected a signature for {key}, but none was given")
    row = work.one(PASSWORD, account_id=work.actor.account_id)
    if row is None or not passwords.matches(row["password_hash"], password):
        raise SignatureRequired(f"Expected {work.actor.ref}'s password for {key}, but it does not match")
    signed = canonical({"case_no": case.case_no, "key": key, "content": content})
    detail = {"sha256": hashlib.sha256(signed.encode()).hexdigest(), "method": "password"}
    cases.record(work, case, "signature_given", detail, key=key)
