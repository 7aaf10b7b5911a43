"""What the application's role may do to each table: what deeds need and nothing else. A new table is entered here."""

import psycopg
import pytest

ALL = "all"
CHANGED: dict[str, str | set[str]] = {
    "account": {
        "name", "email", "phone", "password_hash", "one_time_until", "active", "session_version", "left_sessions",
    },
    "attachment": {"state"}, "awaited": ALL, "case_file": ALL, "case_number": ALL, "counted_report": ALL,
    "deadline": ALL, "demonstration_clock": ALL, "draft": ALL, "heartbeat": ALL, "incident": ALL, "job": ALL,
    "locality": ALL, "notice": ALL, "portal_draft": ALL, "recount": ALL,
    "recount_change": {"what", "new", "why"}, "request": {"struck_subject", "struck_body"},
    "stand_in": {"revoked_at"}, "supervision_order": ALL, "task": ALL, "timed_start": ALL,
    "unit": {"phone", "email", "name", "kind", "position", "closed"},
}  # fmt: skip
"""By table, what may be changed in place. What is not here can only be added to: histories, logs, what people wrote."""
TAKEN_AWAY = {
    "counted_case", "counted_report", "draft", "figure_reader", "membership", "portal_draft", "recount", "watch",
}  # fmt: skip
READ_ONLY = {"alembic_version"}
RIGHTS = """
    select table_name, privilege_type, null as column_name from information_schema.role_table_grants
    where grantee in ('bihuan_app', 'PUBLIC') and table_schema = 'public'
    union select table_name, privilege_type, column_name from information_schema.column_privileges
    where grantee in ('bihuan_app', 'PUBLIC') and table_schema = 'public' and privilege_type = 'UPDATE'
"""


def test_the_application_has_the_rights_that_deeds_need_and_no_other(database: tuple[str, str]) -> None:
    with psycopg.connect(database[1]) as owner:
        tables = {row[0] for row in owner.execute("select tablename from pg_tables where schemaname = 'public'")}
        rights = owner.execute(RIGHTS).fetchall()
        columns = owner.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
        ).fetchall()
    assert set(CHANGED) | TAKEN_AWAY | READ_ONLY <= tables
    for table in sorted(tables):
        given = {right for name, right, column in rights if name == table and column is None}
        expected = {"SELECT"} if table in READ_ONLY else {"SELECT", "INSERT"}
        expected |= {"DELETE"} & ({"DELETE"} if table in TAKEN_AWAY else set())
        assert given - {"UPDATE"} == expected, table
        may_change = CHANGED.get(table, set())
        every = {column for name, column in columns if name == table}
        changeable = {column for name, right, column in rights if name == table and column and right == "UPDATE"}
        assert changeable == (every if may_change == ALL else may_change), table


@pytest.mark.parametrize(
    "statement",
    [
        "create table of_mine (a int)",
        "alter table history_event disable trigger all",
        "set session_replication_role = replica",
        "truncate history_event",
        "create or replace function refuse_change() returns trigger language plpgsql as 'begin return new; end'",
        "copy (select 1) to program 'true'",
        "select pg_read_file('/etc/passwd')",
    ],
)
def test_the_application_cannot_give_itself_more(database: tuple[str, str], statement: str) -> None:
    with psycopg.connect(database[0]) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)  # type: ignore[call-overload]
