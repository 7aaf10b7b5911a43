"""Move a demonstration's clock. Refused in production: there only real time passes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bihuan.domain.errors import BadInput, Misconfigured
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

_clock = tables.demonstration_clock
SHIFTED = compiled(sa.select(_clock.c.shift))
_moved = insert(_clock).values(single=True, shift=sa.bindparam("new_shift", type_=sa.Interval))
MOVE = compiled(_moved.on_conflict_do_update(index_elements=["single"], set_={"shift": _moved.excluded.shift}))


def move_clock(work: UnitOfWork, to: datetime, *, demonstration: bool) -> None:
    """Let it be `to` now, for every process; the bell wakes and fires what became due. Never back."""
    if not demonstration:
        raise Misconfigured("正式环境不能拨动时钟：仅演示模式可用。")
    if to <= work.now:
        raise BadInput("", f"{to:%Y-%m-%d %H:%M}", "早于当前演示时间", f"请给出晚于 {work.now:%Y-%m-%d %H:%M}Z 的时间")
    row = work.one(SHIFTED)
    shift = (to - work.now) + row["shift"] if row else to - work.now
    work.do(MOVE, new_shift=shift)
    work.wake_bell()
