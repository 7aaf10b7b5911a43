"""Alembic's environment: runs the migrations as the tables' owner, in one transaction. Called by `bihuan migrate`."""

from alembic import context
from sqlalchemy import create_engine, pool

from bihuan.store.schema import metadata


def run() -> None:
    """Bring the database at the configured URL to the newest revision."""
    url = context.config.get_main_option("sqlalchemy.url")
    engine = create_engine(url or "", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
