"""How many steps are open, where and on which rung: what the supervision page tells of all of a locality.

Counted now where few are open. To go over 100,000 takes tens of milliseconds, so that what was counted is kept for a
minute and told with its moment (docs/decisions/0090); the lists under it are always of now.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bihuan.locality.folder import Locality
from bihuan.queries.heat import COUNTED, Heat, heat_of
from bihuan.queries.supervision_lists import COUNTS
from bihuan.store.unit_of_work import Reader, Row

MANY = 2_000
"""So many open steps are worth keeping their count."""
KEPT_FOR: Final = timedelta(minutes=1)
SHOWN_FOR: Final = timedelta(minutes=5)
"""For so long, while somebody else is counting."""
NAME: Final = "supervision/"
"""Under which it is kept beside the reports: of none of them."""

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class OpenSteps:
    """The strip, and the size of each list that no rung of it tells."""

    heat: Heat
    sizes: Mapping[str, int]
    as_of: datetime
    sums: Any = None
    """What is to be kept of it, when it was counted just now and is worth it."""


def open_steps(reader: Reader, locality: Locality, kept: Row | None, values: Mapping[str, Any]) -> OpenSteps:
    """As they are kept, if that is of late; else counted, by one reader at a time."""
    age = reader.now - kept["as_of"] if kept and kept["sums"] else None
    if age is None or age < timedelta(0):
        return _counted(reader, locality, values)
    if age <= KEPT_FOR:
        return _as_kept(locality, kept)
    mine = _one_at_a_time.acquire(blocking=age > SHOWN_FOR)
    try:
        return _counted(reader, locality, values) if mine else _as_kept(locality, kept)
    finally:
        if mine:
            _one_at_a_time.release()


def _counted(reader: Reader, locality: Locality, values: Mapping[str, Any]) -> OpenSteps:
    cells, (sizes,) = reader.each(COUNTED, COUNTS, **values)
    heat = heat_of(cells, locality)
    return OpenSteps(heat, sizes, reader.now, [cells, sizes] if heat.load.open > MANY else None)


def _as_kept(locality: Locality, kept: Row | None) -> OpenSteps:
    assert kept is not None
    cells, sizes = kept["sums"]
    return OpenSteps(heat_of(cells, locality), sizes, kept["as_of"])
