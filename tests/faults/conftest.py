"""Servers of the faults' own, one set a test process; and 淄博 in this process for tests that need no processes."""

import logging
from collections.abc import Iterator

import pytest

from tests.faults.fleet import Servers

for name in ("psycopg", "psycopg.pool"):
    logging.getLogger(name).setLevel(logging.CRITICAL)  # what is cut here is cut on purpose


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with Servers() as running:
        yield running
