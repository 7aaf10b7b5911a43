"""Many cases in no time: copies of one that was really opened, with new ids and, if asked, another due instant.

A copy has its own rows and a state that says what the original's says, so it can be moved like any other; only the
hashes of its history are the original's.
"""

from datetime import datetime
from typing import Any

import psycopg

from bihuan.domain.ids import CaseId

ID = "gen_random_uuid()"
COPY = f"""
    create temporary table copied on commit drop as
        select {ID} as case_id, n from generate_series(1, %(count)s) n;
    insert into case_file
        select (jsonb_populate_record(original, jsonb_build_object('id', copied.case_id, 'case_no',
            original.case_no || '-' || %(batch)s || '-' || copied.n))).*
        from copied, case_file original where original.id = %(case_id)s;
    insert into request
        select (jsonb_populate_record(original, jsonb_build_object('case_id', copied.case_id, 'submission_id', {ID},
            'query_code_hash', '\\x' || encode(sha256(copied.case_id::text::bytea), 'hex')))).*
        from copied, request original where original.case_id = %(case_id)s;
    insert into history_event
        select (jsonb_populate_record(original, jsonb_build_object('case_id', copied.case_id))).*
        from copied, history_event original where original.case_id = %(case_id)s;
    insert into task
        select (jsonb_populate_record(original, jsonb_build_object('case_id', copied.case_id, 'id', {ID}))).*
        from copied, task original where original.case_id = %(case_id)s;
    insert into deadline
        select (jsonb_populate_record(original, jsonb_build_object('case_id', copied.case_id))).*
        from copied, deadline original where original.case_id = %(case_id)s;
"""
DUE = """
    with moved as (
        update deadline set due_at = %(due)s, original_due_at = %(due)s where case_id = %(case_id)s
    )
    update case_file set next_due_at = %(due)s, state = %(state)s where id = %(case_id)s
"""


def copy(owner: "psycopg.Connection[Any]", case_id: CaseId, count: int, batch: str = "a") -> None:
    """So many more cases like this one."""
    with owner.transaction():
        for statement in COPY.split(";\n")[:-1]:
            owner.execute(statement, {"count": count, "case_id": case_id, "batch": batch}, prepare=False)


def make_due(owner: "psycopg.Connection[Any]", case_id: CaseId, due: datetime) -> None:
    """Let the one limit of this case be due at another instant, in its rows and in its state."""
    row = owner.execute("select state, next_due_at from case_file where id = %s", [case_id]).fetchone()
    assert row is not None
    state, before = row
    old, new = (instant.isoformat().encode() for instant in (before, due))
    assert old in state, (old, state)
    owner.execute(DUE, {"due": due, "case_id": case_id, "state": state.replace(old, new)})
