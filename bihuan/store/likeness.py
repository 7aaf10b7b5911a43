"""What requests are found again by when another is much like them: the bands of their texts.

Only requests have rows here, written with them. A row says nothing that its request does not; who may see which case is
for the queries to decide.
"""

import sqlalchemy as sa

from bihuan.domain.ids import CaseId
from bihuan.domain.likeness import bands
from bihuan.store import columns
from bihuan.store.unit_of_work import UnitOfWork

likeness = sa.Table(
    "likeness",
    columns.metadata,
    sa.Column("band", sa.Integer, primary_key=True, comment="of a text (domain/likeness.py)"),
    # No foreign key: twenty checks a request would cost more than the rows.
    sa.Column("case_id", columns.ID, primary_key=True, comment="case_file.id"),
    comment="Requests whose texts share a band are worth comparing; the newest of a band are the last of its index",
)


def keep_bands(work: UnitOfWork, case_id: CaseId, locality: str, *texts: str) -> None:
    """Keep what this request's texts are found by among those of their locality."""
    for band in dict.fromkeys(bands(locality, *texts)):
        work.add(likeness, {"band": band, "case_id": case_id})
