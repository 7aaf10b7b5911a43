"""Running limits counted again (重算) by a worker, or tried (试算) first: how far it has come, and what it moves.

Of each kind a locality has one row: what was tried last, and what was counted again last. Nothing depends on them: each
case's history keeps its own moves, the administrative log the sums. A row is leased as all that falls due is, a slice
of cases at a time.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bihuan.store import columns
from bihuan.store.statement import compiled

recount = sa.Table(
    "recount",
    columns.metadata,
    sa.Column("id", columns.ID, primary_key=True),
    columns.text("locality"),
    sa.Column("trial", sa.Boolean, nullable=False, comment="nothing is moved: only what would be is listed (试算)"),
    sa.Column("calendar_version", sa.Integer, nullable=False, comment="in force when it began"),
    columns.text("notice", "of a trial: the file of a holiday notice that is not in force yet", null=True),
    columns.text("asked_by"),
    columns.text("reason"),
    columns.state("waiting, done, failed", "waiting"),
    columns.instant("due_at", "when it was asked for", null=False),
    columns.instant("taken_until", "a worker counts until then"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0", comment="since it last came on"),
    sa.Column("cases", sa.Integer, nullable=False, server_default="0", comment="how many there are; 0: not known yet"),
    sa.Column("cases_done", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_case_no", sa.Text, nullable=False, server_default="", comment="up to here it has come"),
    columns.instant("ended_at"),
    sa.UniqueConstraint("locality", "trial"),
    comment="Running limits counted again after the calendar changed, or tried; nothing depends on it",
)
WAITING = recount.c.state == sa.literal_column("'waiting'")
sa.Index("recount_waiting", recount.c.due_at, postgresql_where=WAITING)

recount_change = sa.Table(
    "recount_change",
    columns.metadata,
    sa.Column("recount_id", columns.ID, sa.ForeignKey("recount.id", ondelete="cascade"), primary_key=True),
    sa.Column("case_no", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True, comment="of the deadline; empty: the case as a whole"),
    columns.text("what", "moved, confirmed, left, fault"),
    columns.text("name", "of the limit"),
    columns.instant("old", null=False),
    columns.instant("new", null=False),
    columns.text("why"),
    comment="What counting again moves, or would move: for whoever looks, until the next one",
)

MOST_ATTEMPTS = 3
_ID = sa.bindparam("recount_id", type_=columns.ID)
_UNTIL = sa.bindparam("until", type_=columns.INSTANT)
_LOCALITY, _TRIAL = sa.bindparam("of_locality", type_=sa.Text), sa.bindparam("of_trial", type_=sa.Boolean)
_OF_KIND = [recount.c.locality == _LOCALITY, recount.c.trial == _TRIAL]
_change = recount_change

STANDING = compiled(sa.select(recount).where(*_OF_KIND))
LOCK = compiled(sa.select(recount).where(recount.c.id == _ID, WAITING).with_for_update())
BOTH = compiled(sa.select(recount).where(recount.c.locality == _LOCALITY))
REMOVE = compiled(sa.delete(recount).where(*_OF_KIND))
COLUMNS = (
    "id", "locality", "trial", "calendar_version", "notice", "asked_by", "reason", "due_at", "taken_until",
)  # fmt: skip
ASK = compiled(insert(recount).on_conflict_do_nothing(), COLUMNS)
START = compiled(
    sa.update(recount)
    .where(recount.c.id == _ID, WAITING)
    .values(attempts=recount.c.attempts + 1, taken_until=_UNTIL)
    .returning(*recount.c)
)
_STANDS = recount.c.last_case_no == sa.bindparam("come_to", type_=sa.Text)
"""Whoever counted the same slice meanwhile has said so already."""
ADVANCE = compiled(
    sa.update(recount)
    .where(recount.c.id == _ID, WAITING, _STANDS)
    .values(
        attempts=0, taken_until=_UNTIL, cases=sa.bindparam("of_cases", type_=sa.Integer),
        cases_done=recount.c.cases_done + sa.bindparam("more", type_=sa.Integer),
        last_case_no=sa.bindparam("new_case_no", type_=sa.Text),
    )
)  # fmt: skip
AGAIN = compiled(
    sa.update(recount)
    .where(recount.c.id == _ID, WAITING)
    .values(
        attempts=0, taken_until=_UNTIL, cases_done=0, cases=0, last_case_no="",
        calendar_version=sa.bindparam("new_version", type_=sa.Integer),
    )
)  # fmt: skip
PUT_OFF = compiled(sa.update(recount).where(recount.c.id == _ID, WAITING).values(taken_until=_UNTIL))
END = compiled(
    sa.update(recount)
    .where(recount.c.id == _ID, WAITING)
    .values(
        state=sa.bindparam("new_state"), taken_until=None, ended_at=sa.bindparam("ended", type_=columns.INSTANT),
    )
)  # fmt: skip
RETRY = compiled(
    sa.update(recount)
    .where(recount.c.id == _ID, recount.c.state == "failed")
    .values(state="waiting", attempts=0, taken_until=None, ended_at=None)
)
_kept = insert(_change)
KEEP = compiled(
    _kept.on_conflict_do_update(
        index_elements=["recount_id", "case_no", "key"],
        set_={"what": _kept.excluded.what, "new": _kept.excluded.new, "why": _kept.excluded.why},
    ),
    ("recount_id", "case_no", "key", "what", "name", "old", "new", "why"),
)
"""Moved twice, since the calendar changed once more meanwhile: from where it was first to where it is now."""
SUMS = compiled(
    sa.select(_change.c.what, sa.func.count().label("number"))
    .where(_change.c.recount_id == _ID)
    .group_by(_change.c.what)
)
CHANGES = compiled(
    sa.select(*(column for column in _change.c if column.name != "recount_id"))
    .where(_change.c.recount_id == _ID)
    .order_by(_change.c.what != sa.literal_column("'fault'"), _change.c.case_no, _change.c.key)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .offset(sa.bindparam("skipped", type_=sa.Integer))
)
"""What could not be counted first: somebody has to look at it."""
