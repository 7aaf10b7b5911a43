"""Statements: each is one text, whatever values it is sent with."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

import bihuan
from bihuan.store import tables
from bihuan.store.statement import Statement, at_most, compiled


def _statements() -> Iterator[tuple[str, Statement]]:
    for found in pkgutil.walk_packages(bihuan.__path__, "bihuan."):
        if not found.name.endswith("__main__"):
            module = importlib.import_module(found.name)
            yield from (
                (f"{found.name}.{name}", each) for name, each in vars(module).items() if isinstance(each, Statement)
            )


def test_every_statement_of_the_house_has_a_text():
    found = dict(_statements())
    assert len(found) > 80
    assert [name for name, statement in found.items() if not statement.sql] == []


def test_a_text_that_depends_on_its_values_is_refused():
    with pytest.raises(ValueError, match="any_"):
        _ = compiled(sa.select(tables.unit.c.id).where(tables.unit.c.id.in_(["a"]))).sql


def test_values_fixed_when_it_was_written_travel_with_those_given_now():
    statement = compiled(
        sa.select(tables.unit.c.id).where(tables.unit.c.id == "a", tables.unit.c.name == sa.bindparam("b"))
    )
    assert set(statement.values({"b": "c"}).values()) == {"a", "c"}


def test_a_limit_that_is_hidden_from_the_planner_is_refused():
    every = sa.select(tables.task.c.id)
    with pytest.raises(ValueError, match="at_most"):
        _ = compiled(every.limit(50)).sql
    assert compiled(every.limit(at_most(50))).sql.endswith("LIMIT 50")
    assert compiled(every.limit(sa.bindparam("most", type_=sa.Integer))).sql.endswith("LIMIT %(most)s::INTEGER")
