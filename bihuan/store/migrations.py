"""Brings a database to the tables this version needs. Run as the tables' owner, before the processes start."""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def migrate(owner_url: str) -> None:
    """Apply all migrations that are missing; running it again changes nothing."""
    command.upgrade(_config(owner_url), "head")


def missing(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    """Whether the database is behind (or has none of) the migrations of this version; for `/readyz`."""
    head = ScriptDirectory.from_config(_config("")).get_current_head()
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('alembic_version') is not null")
        if cursor.fetchone() != (True,):
            return True
        cursor.execute("select version_num from alembic_version")
        return cursor.fetchone() != (head,)


def _config(owner_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    url = owner_url.replace("postgresql://", "postgresql+psycopg://", 1)
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
