"""Patterns escape whatever Jinja's autoescape does; quotation marks by other names of theirs."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from jinja2 import Environment
from markupsafe import Markup

from web.pattern import Pattern, joined

HTML = '<a href="{address}" title="{words}">{words}</a>'
PATTERN = Pattern(HTML)
TEMPLATE = Environment(autoescape=True).from_string(HTML.replace("{", "{{").replace("}", "}}"))


@given(some.text(), some.one_of(some.text(), some.integers(), some.none()))
def test_a_pattern_writes_what_a_template_writes(address: str, words: object) -> None:
    written = TEMPLATE.render(address=address, words=words).replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    assert PATTERN.fill(address=address, words=words) == written


def test_only_what_a_pattern_made_stays_html() -> None:
    inner = Pattern("<b>{word}</b>").fill(word="<i>")
    assert PATTERN.fill(address="{words}", words=inner) == (
        '<a href="{words}" title="<b>&lt;i&gt;</b>"><b>&lt;i&gt;</b></a>'
    )
    assert joined([inner, Markup("")]) == inner
    assert isinstance(joined([]), Markup)


def test_a_place_without_a_value_is_a_fault() -> None:
    with pytest.raises(KeyError):
        PATTERN.fill(address="/")
