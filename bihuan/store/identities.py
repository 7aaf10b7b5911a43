"""The sealed identity of a case's complainant, by key. Who may have it opened is decided by the commands."""

import sqlalchemy as sa

from bihuan.domain.ids import CaseId
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork
from bihuan.store.vault import Sealed

_identity = tables.identity
READ = compiled(
    sa.select(_identity.c.key_id, _identity.c.nonce, _identity.c.sealed).where(
        _identity.c.case_id == sa.bindparam("case_id", type_=tables.ID)
    )
)


def open_identity(work: UnitOfWork, case_id: CaseId) -> dict[str, str] | None:
    """Name, phone, organisation and e-mail; None when the request came without them."""
    sealed = work.one_as(Sealed, READ, case_id=case_id)
    return work.vault.open(case_id, sealed) if sealed else None
