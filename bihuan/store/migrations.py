"""Brings a database to the tables this version needs. Run as the tables' owner, before the processes start."""

from pathlib import Path

import psycopg

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def migrate(owner_url: str, *, to: str = "head") -> None:
    """Apply all migrations that are missing, or those up to `to`; running it again changes nothing."""
    # Every process asks `missing`, few migrate: the others start a fifth of a second sooner without Alembic.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    url = owner_url.replace("postgresql://", "postgresql+psycopg://", 1)
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, to)


def known() -> list[str]:
    """The numbers of all migrations of this version, the oldest first."""
    return sorted(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def missing(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    """Whether the database is behind (or has none of) the migrations of this version; for `/readyz`."""
    head = known()[-1]
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('alembic_version') is not null")
        if cursor.fetchone() != (True,):
            return True
        cursor.execute("select version_num from alembic_version")
        return cursor.fetchone() != (head,)
