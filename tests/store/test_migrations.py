"""The migrations build what the tables say, and what only grows cannot be changed."""

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bihuan.bootstrap import App
from bihuan.commands.heartbeat import beat
from bihuan.domain.access import Machine
from bihuan.queries.due import last_seen
from bihuan.store.migrations import migrate, missing
from bihuan.store.tables import metadata
from tests.conftest import START

ONLY_GROW = ["history_event", "deployment", "deployment_file", "calendar_override", "message", "delivery"]
ONLY_GROW += ["supervision_entry"]
ONLY_GROW += ["administrative_entry"]


def test_the_migrations_build_exactly_the_tables_described(database: tuple[str, str]) -> None:
    engine = sa.create_engine(database[1].replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_migrating_again_changes_nothing(database: tuple[str, str]) -> None:
    migrate(database[1])
    with psycopg.connect(database[0]) as connection:
        assert not missing(connection)


@pytest.mark.parametrize("table", ONLY_GROW)
@pytest.mark.parametrize("statement", ["update {} set {} = {}", "delete from {}", "truncate {} cascade"])
def test_what_only_grows_refuses_change_even_by_the_owner(
    database: tuple[str, str], table: str, statement: str
) -> None:
    column = metadata.tables[table].columns.keys()[-1]
    with psycopg.connect(database[1]) as owner, pytest.raises(psycopg.errors.RaiseException):
        owner.execute(statement.format(table, column, column))


@pytest.mark.parametrize("table", ONLY_GROW)
def test_the_application_has_no_right_to_change_what_only_grows(database: tuple[str, str], table: str) -> None:
    column = metadata.tables[table].columns.keys()[-1]
    with psycopg.connect(database[0]) as application:
        for statement in (f"update {table} set {column} = {column}", f"delete from {table}", f"drop table {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(statement)
            application.rollback()


def test_a_deed_that_raises_leaves_nothing(app: App) -> None:
    def half_done() -> None:
        with app.begin(Machine("test"), now=START) as work:
            beat(work, "bell")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    with app.read() as reader:
        assert last_seen(reader, "bell") is None
