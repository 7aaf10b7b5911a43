"""The expression language: what it can say, and that nothing gets out of it."""

import time

import pytest

from bihuan.engine.expressions import Expression, Failed, Unsafe

ESCAPES = [
    "().__class__.__base__.__subclasses__()",
    "a.b",
    "a.__class__",
    "__import__('os')",
    "open('x')",
    "eval('1')",
    "len.__self__",
    "(lambda: 1)()",
    "lambda: 1",
    "[x for x in a]",
    "{x: 1 for x in a}",
    "{x for x in a}",
    "(x for x in a)",
    "(x := 1)",
    "f'{a}'",
    "f'{a.__class__}'",
    "'%s' 'x'.format(a)",
    "a ** 9",
    "2 ** 999999",
    "1 << 99",
    "~1",
    "a @ b",
    "a | b",
    "len(*a)",
    "len(**a)",
    "{**a}",
    "[*a]",
    "{1, 2}",
    "a[1:2]",
    "b'x'",
    "1j",
    "...",
    "_x",
    "__builtins__",
    "now()",
    "workdays(3, now=1)",
    "a if b",
    "a; b",
    "import os",
    "x = 1",
    "yield 1",
    "await a",
    "",
    "  ",
    "${",
    "a\x00b",
    "'\\ud800'",
    "1e999",
    "99999999999999999999",
    "'" + "x" * 1200 + "'",
    "+".join("1" * 120),
    "(" * 300 + ")" * 300,
    "not " * 250 + "a",
    "-" * 900 + "1",
    "len(a)(b)",
    "'x'(1)",
    "a[0](1)",
]


@pytest.mark.parametrize("text", ESCAPES, ids=range(len(ESCAPES)))
def test_what_the_language_does_not_have_is_refused_where_stock_evaluates_python(text: str) -> None:
    with pytest.raises(Unsafe):
        Expression(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${a + 1}", 3),
        ("a", 2),
        ("never", None),
        ("never is None and a is not None", True),
        ("a in [1, 2] and 'x' not in ['y']", True),
        ("1 < a <= 2", True),
        ("'yes' if a > 5 else 'no'", "no"),
        ("not a or b", "B"),
        ("b + ':principal'", "B:principal"),
        ("{'template': 'urge', 'to': b}['to']", "B"),
        ("[1, 2][a - 1]", 2),
        ("(1, 2)", [1, 2]),
        ("7 // 2 * 2 - 7 % 4 / 2 + -1", 3.5),
        ("len([1, 2])", 2),
        ("单位", "商务局"),
        ("a ==\n2", True),
    ],
)
def test_what_it_can_say(text: str, value: object) -> None:
    assert Expression(text).value({"a": 2, "b": "B", "单位": "商务局"}, {"len": len}) == value


@pytest.mark.parametrize(
    "text",
    [
        "a + 'x'",
        "b * 1000",
        "a < b",
        "b['x']",
        "[1][7]",
        "1 / 0",
        "a in 5",
        "b % a",
        "-b",
        "{}[a]",
        "{[1]: 2}",
        "a['x']",
    ],
)
def test_what_cannot_be_worked_out_fails_by_name_and_not_by_accident(text: str) -> None:
    with pytest.raises(Failed):
        Expression(text).value({"a": 2, "b": "B"}, {})


def test_values_cannot_grow_without_bound() -> None:
    with pytest.raises(Failed):
        Expression("+".join(["a"] * 50)).value({"a": "x" * 1000}, {})
    with pytest.raises(Failed):
        Expression("a * a").value({"a": 2**40}, {})


def test_the_worst_expression_there_is_takes_a_moment_only() -> None:
    text = " + ".join(["len(a)"] * 24)
    began = time.perf_counter()
    Expression(text).value({"a": "x" * 10_000}, {"len": len})
    assert time.perf_counter() - began < 0.5


def test_it_knows_its_names_and_what_it_counts_from() -> None:
    counted = Expression('workdays(limit("drag_on"), since=workdays(15, since=dispatched_at))')
    assert (counted.names, counted.internal) == ({"dispatched_at"}, True)
    assert counted.since == "workdays(15, since=dispatched_at)"
    assert Expression('deadline("x") if a else b').arguments("deadline") == ["x"]
