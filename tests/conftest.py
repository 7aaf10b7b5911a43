"""Real PostgreSQL for every test that stores: one migrated database a test process, emptied between tests.

`./manage test` gives the servers by environment; without them these tests fail, they are never skipped.
"""

import base64
import importlib
import os
import pkgutil
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser

from bench.camera import chromium
from bihuan import store
from bihuan.bootstrap import App
from bihuan.domain import passwords
from bihuan.domain.clock import MovableClock
from bihuan.locality import deployments
from bihuan.locality.files import content_hash
from bihuan.settings import Settings
from bihuan.store.migrations import migrate
from bihuan.store.tables import metadata
from tests.people import Town, files_of, settle_in

for _module in pkgutil.iter_modules(store.__path__):
    importlib.import_module(f"bihuan.store.{_module.name}")  # every table there is, whichever of them a test needs

START = datetime(2026, 9, 29, 8, 0, tzinfo=UTC)
"""Tuesday 16:00 in Beijing, two days before National Day: the worked example of the rules."""


@cache
def emptied() -> str:
    """What empties every table. Deleted, not truncated: that would make some two hundred files anew.

    What `settle_in` deploys is kept: a megabyte of files under their hash, which none changes and the next test needs.
    """
    kept = content_hash(files_of("zibo"))
    return ";".join(
        [
            f"delete from deployment_file where deployment <> '{kept}'",
            f"delete from deployment where hash <> '{kept}'",
            *(f'delete from "{table}"' for table in metadata.tables if not table.startswith("deployment")),
        ]
    )


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Hashes of the same kind that cost nothing: tests make accounts by the thousand (tests/domain/test_passwords.py
    sees to the real ones).
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def database(worker_id: str) -> Iterator[tuple[str, str]]:
    """A migrated database of this test process: (the application's URL, the owner's URL)."""
    owner, role = os.environ["BIHUAN_OWNER_DATABASE_URL"], os.environ["BIHUAN_DATABASE_URL"]
    name = f"test_{worker_id}_{secrets.token_hex(4)}"
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute(f'create database "{name}"')
        try:
            migrate(with_database(owner, name))
            yield with_database(role, name), with_database(owner, name)
        finally:
            server.execute(f'drop database if exists "{name}" with (force)')


OF_JOURNEYS, OF_PAGES, OF_PROCESSES = 1, 5, 9
"""Where the Redis databases begin of servers that live on from test to test, of tries that are counted, of queues."""


def own_redis_url(worker_id: str, first: int) -> str:
    """The URL of a Redis database that no other test process empties; a server has sixteen."""
    number = first + (int(worker_id[2:]) if worker_id.startswith("gw") else 0)
    return urlunsplit(urlsplit(os.environ["BIHUAN_REDIS_URL"])._replace(path=f"/{number}"))


@pytest.fixture(scope="session")
def settings(database: tuple[str, str], worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a demonstration on this database."""
    return Settings(
        database_url=database[0],
        owner_database_url=database[1],
        redis_url=own_redis_url(worker_id, OF_PAGES),
        secret_key=secrets.token_hex(32),
        data_keys=(secrets.token_bytes(32),),
        lookup_key=secrets.token_bytes(32),
        base_url="http://localhost",
        files=Path(tmp_path_factory.mktemp("files")),
        demonstration=True,
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium: one for all tests of a process, in which Playwright can run but once."""
    with chromium() as found:
        yield found


@pytest.fixture
def clock() -> MovableClock:
    """Stands at START until a test moves it."""
    return MovableClock(START)


@pytest.fixture(scope="session")
def owner(database: tuple[str, str]) -> Iterator[psycopg.Connection[Any]]:
    """The owner of the database, who cannot delete what only grows; a test may, by switching its triggers off."""
    with psycopg.connect(database[1], autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        yield connection


@pytest.fixture(scope="session")
def house(settings: Settings) -> Iterator[App]:
    """The application of all tests of a process: a connection learns for tens of milliseconds what tables there are."""
    with App(settings) as running:
        yield running


@pytest.fixture
def app(house: App, clock: MovableClock, owner: psycopg.Connection[Any]) -> App:
    """An application on an empty database and an empty folder, its clock in the test's hand."""
    owner.execute(emptied())
    for each in house.settings.files.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    deployments._calendars.clear()  # a version never changes, but here it is another test's
    house.clock = clock
    return house


def somebody_waits(owner_url: str) -> bool:
    """Whether a connection to this database waits for a lock that another holds."""
    # pg_locks, not pg_stat_activity: the tables' owner is no superuser, and may not see what others are doing.
    waiting = (
        "select from pg_locks waiter where not granted and exists (select from pg_locks held "
        "where held.pid = waiter.pid "
        "and held.database = (select oid from pg_database where datname = current_database()))"
    )
    with psycopg.connect(owner_url) as owner:
        return owner.execute(waiting).fetchone() is not None


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as a process would be told them."""
    return {
        "BIHUAN_DATABASE_URL": settings.database_url,
        "BIHUAN_OWNER_DATABASE_URL": settings.owner_database_url or "",
        "BIHUAN_REDIS_URL": settings.redis_url,
        "BIHUAN_SECRET_KEY": settings.secret_key,
        "BIHUAN_DATA_KEY": base64.b64encode(settings.data_keys[0]).decode(),
        "BIHUAN_LOOKUP_KEY": base64.b64encode(settings.lookup_key).decode(),
        "BIHUAN_BASE_URL": settings.base_url,
        "BIHUAN_FILES": str(settings.files),
        "BIHUAN_DEMONSTRATION": "1",
    }


@pytest.fixture
def town(app: App, clock: MovableClock) -> Town:
    """淄博 as it is on its first day, deployed on an empty database."""
    return settle_in(app, clock)
