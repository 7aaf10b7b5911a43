"""Watch a case (关注), or no longer: a mark of one's own, for the inbox; it is no event of the case."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.errors import NotAllowed, NotFound, Refused
from bihuan.domain.ids import CaseId
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

MOST = 200
"""Cases that one account may watch at a time: more is no longer watching."""
_case, _watch = tables.case_file, tables.watch
_other = _case.alias("other")
_ME = sa.bindparam("me", type_=tables.ID)

READ = compiled(
    sa.select(
        _case.c.id, _case.c.locality, _case.c.involved,
        sa.select(sa.func.count())
        .select_from(_watch.join(_other, _other.c.id == _watch.c.case_id))
        .where(_watch.c.account_id == _ME, _other.c.exit.is_(None))
        .scalar_subquery()
        .label("watched"),
    ).where(_case.c.id == sa.bindparam("case_id", type_=tables.ID))
)  # fmt: skip
WATCH = compiled(insert(_watch).on_conflict_do_nothing(), ("account_id", "case_id", "since_at"))
UNWATCH = compiled(
    sa.delete(_watch).where(_watch.c.account_id == _ME, _watch.c.case_id == sa.bindparam("case_id", type_=tables.ID))
)


def watch_case(work: UnitOfWork, case_id: CaseId) -> None:
    """Keep an eye on a case that one may read. Again changes nothing. Raises NotFound, Refused beyond MOST."""
    actor = _officer(work)
    row = work.one(READ, case_id=case_id, me=actor.account_id)
    if row is None or not access.may_read_case(
        actor, case_id=case_id, locality=row["locality"], involved=row["involved"]
    ):
        raise NotFound(f"Expected {actor.ref} to be able to read case {case_id}, but it cannot")
    if row["watched"] >= MOST:
        raise Refused(case_id, clause="", reason=f"最多关注 {MOST} 件在办工单，请先取消一些关注。")
    work.do(WATCH, account_id=actor.account_id, case_id=case_id, since_at=work.now)


def unwatch_case(work: UnitOfWork, case_id: CaseId) -> None:
    """No longer watch it; nothing happens when one did not."""
    work.do(UNWATCH, me=_officer(work).account_id, case_id=case_id)


def _officer(work: UnitOfWork) -> Officer:
    if not isinstance(work.actor, Officer):
        raise NotAllowed(f"Expected an officer to watch a case, but {work.actor.ref} is none")
    return work.actor
