"""The figures of an installation for Prometheus: how late, how old, how many. Never whose, and nothing a person wrote.

Each figure is read from the partial index that the bell or the inbox stands on, so that a look every few seconds costs
little however many cases are closed.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from bihuan.store import tables
from bihuan.store.counted import counted_report
from bihuan.store.recounts import recount
from bihuan.store.starts import timed_start
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

KINDS = (
    ("timer", tables.deadline, "running"), ("job", tables.job, "waiting"), ("notice", tables.notice, "waiting"),
    ("start", timed_start, "waiting"), ("report", counted_report, "waiting"), ("recount", recount, "waiting"),
)  # fmt: skip
"""What falls due: by the name that the figure carries."""

_case, _task, _incident, _notice = tables.case_file, tables.task, tables.incident, tables.notice
_NOW = sa.bindparam("now", type_=tables.INSTANT)


def _is(table: sa.Table, state: str) -> "sa.ColumnElement[bool]":
    return table.c.state == sa.literal_column(f"'{state}'")


def _count(*conditions: "sa.ColumnElement[bool]") -> "sa.ScalarSelect[int]":
    return sa.select(sa.func.count()).where(*conditions).scalar_subquery()


def _late(table: sa.Table, state: str) -> "sa.ScalarSelect[float]":
    seconds = sa.func.extract("epoch", _NOW - sa.func.min(table.c.due_at)).cast(sa.Float)
    return sa.select(sa.func.coalesce(seconds, 0.0)).where(_is(table, state), table.c.due_at <= _NOW).scalar_subquery()


FIGURES = compiled(
    sa.select(
        *(_late(table, state).label(f"late_{kind}") for kind, table, state in KINDS),
        *(_count(_is(table, state), table.c.due_at <= _NOW).label(f"due_{kind}") for kind, table, state in KINDS),
        _count(tables.RUNS).label("open_cases"),
        _count(_is(_task, "open"), sa.or_(_task.c.due_at.is_(None), _task.c.due_at > _NOW)).label("tasks_in_time"),
        _count(_is(_task, "open"), _task.c.due_at <= _NOW).label("tasks_overdue"),
        _count(_is(_incident, "open")).label("open_incidents"),
        sa.select(sa.func.coalesce(sa.func.max(_case.c.events), 0))
        .where(tables.RUNS)
        .scalar_subquery()
        .label("highest_chain"),
        sa.text("(select greatest(reltuples, 0) from pg_class where oid = 'history_event'::regclass) as events"),
        sa.text(
            "(select extract(epoch from clock_timestamp() - at)::float from heartbeat where name = 'bell') as bell_age"
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything at one moment. Ages in seconds; `late` and `due` by kind (timer, job, notice, …)."""

    late: dict[str, float]
    due: dict[str, int]
    open_cases: int
    tasks: dict[str, int]
    open_incidents: int
    highest_chain: int
    events: float
    bell_age: float | None


def figures(reader: Reader) -> Figures:
    """All figures, in one statement."""
    row = reader.one(FIGURES, now=reader.now) or {}
    return Figures(
        late={kind: row[f"late_{kind}"] for kind, _, _ in KINDS},
        due={kind: row[f"due_{kind}"] for kind, _, _ in KINDS},
        open_cases=row["open_cases"],
        tasks={"in_time": row["tasks_in_time"], "overdue": row["tasks_overdue"]},
        open_incidents=row["open_incidents"],
        highest_chain=row["highest_chain"],
        events=row["events"],
        bell_age=row["bell_age"],
    )
