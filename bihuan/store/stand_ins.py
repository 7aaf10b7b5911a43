"""When somebody stands in for another (代理): conditions that hold at `now`, which their statements are given."""

import sqlalchemy as sa

from bihuan.store.tables import INSTANT, stand_in

_NOW = sa.bindparam("now", type_=INSTANT)
NOT_OVER = sa.and_(stand_in.c.until_at > _NOW, stand_in.c.revoked_at.is_(None))
"""It holds, or will."""
IN_FORCE = sa.and_(stand_in.c.from_at <= _NOW, NOT_OVER)
