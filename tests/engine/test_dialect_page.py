"""docs/dialect.md, which process owners read, names all there is."""

from pathlib import Path

import pytest

from bihuan.engine.expressions import KEYWORDS
from bihuan.engine.reading.faults import RULES
from bihuan.engine.reading.properties import BY_KIND, EXITS

PAGE = (Path(__file__).parents[2] / "docs" / "dialect.md").read_text("utf8")
PROPERTIES = {"milestone", "clause", "deadline", "to", "collect"} | set().union(*BY_KIND.values())


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_page_explains_every_rule(rule: str) -> None:
    assert rule in PAGE


@pytest.mark.parametrize("name", sorted(PROPERTIES))
def test_the_page_explains_every_property(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", sorted(KEYWORDS))
def test_the_page_explains_every_function(name: str) -> None:
    assert f"`{name}(" in PAGE


@pytest.mark.parametrize("name", sorted(EXITS))
def test_the_page_explains_every_exit(name: str) -> None:
    assert f"`{name}`" in PAGE
