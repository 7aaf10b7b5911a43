"""A locality with years of cases behind it: copies of lives that were really led, spread over time, desks and people.

What pages read is each copy's own: rows, instants, units, identity, the milestones and decisions of its history. The
other events are left out: a page that steps through a history is asked for one of the originals.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa

from bihuan.domain.likeness import BANDS
from bihuan.store import tables
from bihuan.store.likeness import likeness
from bihuan.store.messages import message
from bihuan.store.orders import supervision_order
from bihuan.store.vault import Vault

Owner = psycopg.Connection[Any]
TABLES = (
    tables.case_file, tables.request, tables.task, tables.press, tables.deadline, tables.notice, tables.history_event,
    message, supervision_order,
)  # fmt: skip
COPIED = """
    create temporary table copied as
    select (
        lpad(to_hex((extract(epoch from came.at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
        || '8' || substr(md5(random()::text), 1, 15)
    )::uuid as case_id, came.*
    from (
        select original.id as original, n, spread.shift, original.opened_at - spread.shift as at,
            original.handling_unit as unit_before,
            case when original.handling_unit is not null then any_unit end as unit
        from generate_series(1, %(count)s) n
        join case_file original on original.id = (%(originals)s::uuid[])[1 + mod(n, cardinality(%(originals)s::uuid[]))]
        cross join lateral (
            select n::float / %(count)s * %(days)s * interval '1 day' as shift,
                (%(units)s::text[])[1 + abs(mod(hashint4(n), cardinality(%(units)s::text[])))] as any_unit
        ) spread
    ) came
"""
"""Of each copy: its id as the house makes them, in the order in which they came in, and what is different in it."""
BANDS_OF = f"""
    insert into likeness (band, case_id)
    select case place when 0 then mod(n, 997) else (random() * 4294967295 - 2147483648)::bigint::int end, case_id
    from copied, generate_series(0, {BANDS - 1}) place
"""
"""Other texts than the originals', but each like some others in one band."""
LARGEST = (tables.history_event, tables.deadline, likeness)
"""To whose rows none refers."""
KEYS = """
    select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
    where contype = 'f' and conrelid::regclass::text = any(%s) or contype = 'p' and conrelid::regclass::text = any(%s)
"""
INDEXES = """
    select indexname, indexdef from pg_indexes where tablename = any(%s) and indexname not in (
        select conname from pg_constraint)
"""
KINDS = "original.kind in ('milestone_reached', 'decision_made')"
SEALED = "copy identity (case_id, key_id, nonce, sealed, phone_lookup) from stdin"
PHONES = 40_000


@dataclass(frozen=True, slots=True)
class Spread:
    """So many copies of these cases over so many days back, each at one of these units."""

    originals: Sequence[UUID]
    count: int
    days: int
    units: Sequence[str]


@contextmanager
def bare(owner: Owner) -> Iterator[None]:
    """The tables without foreign keys and most indexes while they are filled: made of all rows at once they cost a
    fifth of what they cost row by row.
    """
    names = [table.name for table in (*TABLES, tables.identity)]
    keys = owner.execute(KEYS, [names, [table.name for table in LARGEST]]).fetchall()
    indexes = owner.execute(INDEXES, [names]).fetchall()
    for table, name, _ in keys:
        owner.execute(f"alter table {table} drop constraint {name}")
    for name, _ in indexes:
        owner.execute(f"drop index {name}")
    yield
    for _, definition in indexes:
        owner.execute(definition)
    for table, name, definition in keys:
        owner.execute(f"alter table {table} add constraint {name} {definition}")


def spread(owner: Owner, vault: Vault, what: Spread) -> None:
    """Write the copies."""
    with owner.transaction():
        owner.execute("set local synchronous_commit = off")
        owner.execute("drop table if exists copied")
        owner.execute(
            COPIED,
            {"originals": list(what.originals), "units": list(what.units), "count": what.count, "days": what.days},
        )
        owner.execute("create unique index on copied (case_id)")
        owner.execute("analyze copied")
        for table in TABLES:
            owner.execute(_insert(table))
        owner.execute(BANDS_OF)
        _seal(owner, vault)


def _insert(table: sa.Table) -> str:
    names = [column.name for column in table.columns if column.identity is None]
    key = "id" if table is tables.case_file else "case_id"
    only = f"and {KINDS}" if table is tables.history_event else ""
    return (
        f"insert into {table.name} ({', '.join(names)}) select {', '.join(_value(table, name) for name in names)}"
        f" from copied join {table.name} original on original.{key} = copied.original {only}"
    )


def _value(table: sa.Table, name: str) -> str:
    """What a copy has in this column."""
    if name == ("id" if table is tables.case_file else "case_id"):
        return "copied.case_id"
    if name in _OWN:
        return _OWN[name]
    if table.columns[name].primary_key and isinstance(table.columns[name].type, type(tables.ID)):
        return "gen_random_uuid()"
    if isinstance(table.columns[name].type, type(tables.INSTANT)):
        return f"original.{name} - copied.shift"
    return f"original.{name}"


_OWN = {
    "case_no": "original.case_no || '-' || copied.n",
    "submission_id": "gen_random_uuid()",
    "correlation_key": "to_char(copied.at at time zone 'Asia/Shanghai', 'YYYY-MM')",
    "query_code_hash": "sha256(copied.case_id::text::bytea)",
    "handling_unit": "copied.unit",
    "involved": "array_replace(original.involved, copied.unit_before, copied.unit)",
    "unit": "case when original.unit = copied.unit_before then copied.unit else original.unit end",
    **{
        name: f"case when split_part(original.{name}, ':', 1) = copied.unit_before"
        f" then copied.unit || substr(original.{name}, length(copied.unit_before) + 1) else original.{name} end"
        for name in ("group_key", "recipient")
    },
}  # fmt: skip


def _seal(owner: Owner, vault: Vault) -> None:
    """Who complained, of each copy: sealed for it, with a telephone number that a few others have."""
    ids = owner.execute("select case_id, n from copied").fetchall()
    lookups = [vault.lookup(_phone(number)) for number in range(PHONES)]
    with owner.cursor() as cursor, cursor.copy(SEALED) as writing:
        for case_id, number in ids:
            person = {"name": f"王{number}", "phone": _phone(number % PHONES), "organisation": f"第{number}号有限公司"}
            seal = vault.seal(case_id, person)
            writing.write_row((case_id, seal.key_id, seal.nonce, seal.sealed, lookups[number % PHONES]))


def _phone(number: int) -> str:
    return f"139{number:08}"
