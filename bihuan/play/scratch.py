"""A database for one play: made, migrated, and dropped at its end, whatever that end is."""

import hashlib
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bihuan.domain.errors import Misconfigured
from bihuan.settings import Settings
from bihuan.store.migrations import migrate

PREFIX = "bihuan_scratch_"


@contextmanager
def scratch_database(settings: Settings) -> Iterator[Settings]:
    """Settings for an empty database beside the configured one; in a demonstration only.

    Raises Misconfigured in production, or when the tables' owner is not known. What a killed play left behind is
    dropped first.
    """
    owner = settings.owner_database_url
    if not settings.demonstration:
        raise Misconfigured("正式环境不能演练：仅演示模式（BIHUAN_DEMONSTRATION=1）可用。")
    if owner is None:
        raise Misconfigured("演练需要一个临时数据库：请设置 BIHUAN_OWNER_DATABASE_URL（可建库的所有者）。")
    prefix = scratch_prefix(owner)
    name = prefix + secrets.token_hex(6)
    with psycopg.connect(owner, autocommit=True) as server:
        _sweep(server, prefix)
        # The lock says that this play is alive; it falls with the connection.
        server.execute("select pg_advisory_lock(hashtext(%s))", [name])
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            _set(server, name, "synchronous_commit")  # nothing here outlives the play
            # Statements are planned while the tables are empty: reading them whole looks cheap then, and stays.
            _set(server, name, "enable_seqscan")
            migrate(_beside(owner, name))
            _let_forget(_beside(owner, name))
            yield replace(
                settings,
                database_url=_beside(settings.database_url, name),
                owner_database_url=_beside(owner, name),
            )
        finally:
            _drop(server, name)


def drop_database(server: "psycopg.Connection[Any]", name: str) -> None:
    """Drop a database of ours, and cut off whoever is still connected to it.

    Without force first: PostgreSQL then ends a vacuum that it began there by itself, which with force it holds against
    us as a process that is not ours to end.
    """
    drop = sql.SQL("drop database if exists {}").format(sql.Identifier(name))
    try:
        server.execute(drop)
    except psycopg.errors.ObjectInUse:
        server.execute(drop + sql.SQL(" with (force)"))


def scratch_prefix(owner_url: str) -> str:
    """How the scratch databases of one installation begin.

    Advisory locks are seen within one database only: each installation names, and sweeps, its own.
    """
    return f"{PREFIX}{hashlib.sha256(urlsplit(owner_url).path.encode()).hexdigest()[:8]}_"


def _beside(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _set(server: "psycopg.Connection[tuple[object, ...]]", name: str, off: str) -> None:
    server.execute(sql.SQL("alter database {} set {} = off").format(sql.Identifier(name), sql.Identifier(off)))


def _let_forget(url: str) -> None:
    """Plays in one database do not hear each other's messages, and their periods begin anew: only here may these be
    deleted, and a period's submission be another one.
    """
    with psycopg.connect(url, autocommit=True) as here:
        here.execute("grant delete on message, awaited, delivery to bihuan_app")
        here.execute("grant update (submission_id) on request to bihuan_app")
        for table in ("message", "delivery"):
            trigger = sql.SQL("alter table {} disable trigger {}")
            here.execute(trigger.format(sql.Identifier(table), sql.Identifier(f"{table}_only_grows")))


def _drop(server: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    # A second Ctrl-C must not leave the database behind.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        drop_database(server, name)
    finally:
        signal.signal(signal.SIGINT, before)


def _sweep(server: "psycopg.Connection[tuple[object, ...]]", prefix: str) -> None:
    found = server.execute(
        "select datname from pg_database where starts_with(datname, %s)"
        " and datdba = (select oid from pg_roles where rolname = current_user)",
        [prefix],
    ).fetchall()
    for (name,) in found:
        free = server.execute("select pg_try_advisory_lock(hashtext(%s))", [name]).fetchone()
        if free == (True,):
            _drop(server, str(name))
            server.execute("select pg_advisory_unlock(hashtext(%s))", [name])
