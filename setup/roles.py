"""Makes the database and its two roles: the tables' owner, and the application, which owns nothing.

Run by `services.py` as a process inside the environment (it needs psycopg), once a data folder; a repeat does no
harm. Reads one JSON object from standard input:
`{"url": …, "application_url": …, "application_password": …, "owner_password": … or null, "for_tests": …}`. With an
owner's password the URL is the superuser's of a server of ours, and owner and database are made too; without, it is
the owner's own on a server that a person gave us, where we never change the password of a role that somebody else may
use. Tests empty tables that only grow and drop databases in use: their owner gets the two rights for it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import psycopg
from psycopg import sql

DATABASE, OWNER, APPLICATION = "bihuan", "bihuan_owner", "bihuan_app"
FOR_TESTS = f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}; GRANT pg_signal_backend TO {OWNER}"
GIVEN_BOTH = "BIHUAN_OWNER_DATABASE_URL and BIHUAN_DATABASE_URL"


def main() -> str | None:
    """Make what is missing; gives back, in one line, why it cannot."""
    told = json.load(sys.stdin)
    try:
        with psycopg.connect(told["url"], autocommit=True) as connection:
            if told["owner_password"]:
                _have_role(connection, OWNER, told["owner_password"], "CREATEDB")
                _have_role(connection, APPLICATION, told["application_password"], "")
                _have_database(connection)
                if told["for_tests"]:
                    connection.execute(FOR_TESTS)
            elif not _lets_in(told["application_url"]):
                if _may_log_in(connection, APPLICATION):
                    return (
                        f"the server of DATABASE_URL has a role {APPLICATION} whose password is not ours: "
                        f"give {GIVEN_BOTH}"
                    )
                _have_role(connection, APPLICATION, told["application_password"], "")
    except psycopg.errors.InsufficientPrivilege:
        return (
            f"the role of DATABASE_URL may not create the role {APPLICATION}, as which the application runs: "
            f"grant it CREATEROLE, or give {GIVEN_BOTH}"
        )
    except psycopg.OperationalError as exc:
        return f"PostgreSQL cannot be reached: {str(exc).strip().splitlines()[-1]}"
    return None


def _lets_in(url: str) -> bool:
    """Whether the server takes this role and password."""
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def _may_log_in(connection: psycopg.Connection[Any], name: str) -> bool:
    """Whether a role is there and used by somebody (the migrations may have made it for the grants alone)."""
    found = connection.execute("select rolcanlogin from pg_roles where rolname = %s", [name]).fetchone()
    return bool(found and found[0])


def _have_role(connection: psycopg.Connection[Any], name: str, password: str, rights: str) -> None:
    """Make a role that may log in, or give it our password."""
    known = connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone()
    command = sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
        sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(name), sql.SQL(rights), sql.Literal(password)
    )
    connection.execute(command)


def _have_database(connection: psycopg.Connection[Any]) -> None:
    """Make the database, open to its two roles only."""
    if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
        names = {"database": sql.Identifier(DATABASE), "owner": sql.Identifier(OWNER)}
        connection.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**names))
    names = {"database": sql.Identifier(DATABASE), "application": sql.Identifier(APPLICATION)}
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**names))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {database} TO {application}").format(**names))


if __name__ == "__main__":
    sys.exit(main())
