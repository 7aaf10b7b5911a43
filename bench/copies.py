"""Many cases in no time: copies of one that was really opened, with ids of their own and whatever else is asked.

A copy has its own rows and a state that says what the original's says, so it can be moved like any other; only the
hashes of its history are the original's.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any

import psycopg
import sqlalchemy as sa

from bihuan.domain.ids import CaseId
from bihuan.store import tables

Expressions = Mapping[str, str]
NOTHING: Expressions = MappingProxyType({})
CASE_ID = "copied.case_id"
ID = (
    "(lpad(to_hex((extract(epoch from now()) * 1000)::bigint + copied.n), 12, '0') || '7'"
    " || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid"
)
"""An id as the house makes them (UUID 7): each after the one before, as if the cases had come in one by one."""
COPIED = f"create temporary table copied as select {ID} as case_id, n from generate_series(1, %(count)s) copied (n)"
REFERENCES = """
    select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
    where contype = 'f' and conrelid::regclass::text = any(%s)
"""
DUE = """
    with moved as (
        update deadline set due_at = %(due)s, original_due_at = %(due)s where case_id = %(case_id)s
    )
    update case_file set next_due_at = %(due)s, state = %(state)s where id = %(case_id)s
"""


def copy(
    owner: "psycopg.Connection[Any]", case_id: CaseId, count: int, *, batch: str, whole: bool = True,
    case: Expressions = NOTHING, task: Expressions = NOTHING,
) -> None:  # fmt: skip
    """So many more cases like this one; not `whole`: without history and deadlines. Values are SQL over `copied.n`."""
    number = f"original.case_no || '-{batch}-' || copied.n"
    code = "sha256(copied.case_id::text::bytea)"
    with owner.transaction():
        owner.execute("drop table if exists copied")
        owner.execute(COPIED, {"count": count})
        _insert(owner, tables.case_file, case_id, {"id": CASE_ID, "case_no": number, **case})
        _insert(owner, tables.request, case_id, {"case_id": CASE_ID, "submission_id": ID, "query_code_hash": code})
        _insert(owner, tables.task, case_id, {"id": ID, "case_id": CASE_ID, **task})
        if whole:
            _insert(owner, tables.history_event, case_id, {"case_id": CASE_ID})
            _insert(owner, tables.deadline, case_id, {"case_id": CASE_ID})


@contextmanager
def unreferenced(owner: "psycopg.Connection[Any]", tables_: Sequence[sa.Table]) -> Iterator[None]:
    """These tables without foreign keys while they are filled: to look each row's up costs twice what the rows do, to
    look all up at the end hardly anything.
    """
    keys = owner.execute(REFERENCES, [[table.name for table in tables_]]).fetchall()
    for table, name, _ in keys:
        owner.execute(f"alter table {table} drop constraint {name}")
    yield
    for table, name, definition in keys:
        owner.execute(f"alter table {table} add constraint {name} {definition}")


def _insert(owner: "psycopg.Connection[Any]", table: sa.Table, case_id: CaseId, other: Expressions) -> None:
    names = [column.name for column in table.columns]
    values = ", ".join(other.get(name, f"original.{name}") for name in names)
    key = "id" if table is tables.case_file else "case_id"
    owner.execute(
        f"insert into {table.name} ({', '.join(names)}) select {values} from copied, {table.name} original"
        f" where original.{key} = %s",
        [case_id],
    )


def make_due(owner: "psycopg.Connection[Any]", case_id: CaseId, due: datetime) -> None:
    """Let the one limit of this case be due at another instant, in its rows and in its state."""
    row = owner.execute("select state, next_due_at from case_file where id = %s", [case_id]).fetchone()
    assert row is not None
    state, before = row
    old, new = (instant.isoformat().encode() for instant in (before, due))
    assert old in state
    owner.execute(DUE, {"due": due, "case_id": case_id, "state": state.replace(old, new)})
