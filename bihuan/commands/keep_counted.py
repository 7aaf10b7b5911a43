"""Keep a report as it was counted, for those who look next: what one of its readers had counted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.errors import NotAllowed
from bihuan.store import tables
from bihuan.store.counted import KEEP
from bihuan.store.unit_of_work import UnitOfWork


def keep_counted(
    work: UnitOfWork, key: Mapping[str, Any], *, readers: tuple[str, ...], as_of: datetime, sums: Any
) -> None:
    """Keep these sums under the report's key until somebody counts again. Raises NotAllowed for who is no reader."""
    actor = work.actor
    if not isinstance(actor, Officer) or not access.may_read_report(actor, readers, locality=key["locality"]):
        raise NotAllowed(f"Expected {actor.ref} to be a reader of report {key['report']}, but it is not")
    work.do(KEEP, **key, as_of=as_of, sums=tables.as_json(sums))
