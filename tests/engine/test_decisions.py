"""Decision tables (DMN): cells as dmn-js writes them, UNIQUE kept, a catch-all row required."""

import pytest

from bihuan.engine import ExecutionFault
from bihuan.engine.expressions import Expression
from bihuan.engine.reading.dmn import cell_test
from tests.engine.diagrams import decide, dmn, end, flows, process, start, user
from tests.engine.play import Case, define, lint

DIAGRAM = process("p", start() + decide("d", "t") + user("u", "${unit}") + end() + flows("s d u e"))
ROWS = (
    '"hotline","web" | [1..5] | "a" | 3',
    'not("hotline","web") | >= 3 | lead | days + 1',
    '"visit" | ? in [1, 2] | "c" | 1',
    '- | | "platform" | 15',
)


@pytest.mark.parametrize(
    ("channel", "days", "unit", "limit"),
    [
        ("hotline", 5, "a", 3),
        ("web", 6, "platform", 15),
        ("letter", 3, "l", 4),
        ("visit", 1, "c", 1),
        ("letter", 1, "platform", 15),
    ],
)
def test_a_table_decides_by_control_data(channel: str, days: int, unit: str, limit: int) -> None:
    case = Case(define(DIAGRAM, dmn("t", "channel days", "unit limit", *ROWS)), channel=channel, days=days, lead="l")
    assert (case.control["unit"], case.control["limit"]) == (unit, limit)


@pytest.mark.parametrize(
    ("cell", "yes", "no"),
    [
        ('"a","b"', "a", "c"),
        ('not("a")', "b", "a"),
        ('not("a","b")', "c", "b"),
        ("(1..5]", 5, 1),
        ("[1..5)", 1, 5),
        ("]1..5[", 2, 5),
        ('"x, y"', "x, y", "x"),
        ('"why?"', "why?", "x"),
        ("< 3,> 9", 10, 5),
        ("!= 3", 4, 3),
        ('? != "a" and ? != "b"', "c", "a"),
        ("true_value", 1, 2),
    ],
)
def test_a_cell_means_what_dmn_says_where_stock_never_matches_lists_and_negations(
    cell: str, yes: object, no: object
) -> None:
    test = Expression(cell_test(cell) or "")
    assert test.value({"cell": yes, "true_value": 1}, {})
    assert not test.value({"cell": no, "true_value": 1}, {})


def test_two_rows_of_a_unique_table_at_once_are_a_fault_where_stock_takes_the_first() -> None:
    table = dmn("t", "a b", "unit", '"x" | - | "one"', '- | < 3 | "two"', '- | - | "all"')
    with pytest.raises(ExecutionFault, match="2 rows match"):
        Case(define(DIAGRAM, table), a="x", b=1)
    assert Case(define(DIAGRAM, table), a="y", b=1).control["unit"] == "two"
    assert Case(define(DIAGRAM, table), a="y", b=9).control["unit"] == "all"


def test_first_takes_the_first_and_collect_takes_all() -> None:
    rows = ('"x" | "one"', '- | "two"')
    assert Case(define(DIAGRAM, dmn("t", "a", "unit", *rows, policy="FIRST")), a="x").control["unit"] == "one"
    assert Case(define(DIAGRAM, dmn("t", "a", "unit", *rows, policy="COLLECT")), a="x").control["unit"] == [
        "one",
        "two",
    ]


def test_a_cell_that_cannot_be_worked_out_is_a_fault_of_the_case_not_a_crash() -> None:
    with pytest.raises(ExecutionFault):
        Case(define(DIAGRAM, dmn("t", "a", "unit", '>= 3 | "one"', '- | "two"')))


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        (dmn("t", "a", "unit", '"x" | "one"'), "没有兜底行"),
        (dmn("t", "a", "unit", '- | "one"', policy="ANY"), "不支持命中策略"),
        (dmn("t", "a", "unit", '- | "one"', '"x" | "two"', policy="FIRST"), "永远轮不到"),
        (dmn("t", "a", "unit_at", '- | "one"'), "输出列名称"),
        (dmn("t", "a", "unit unit", '- | "one" | "two"'), "输出列名称"),
        (dmn("t", "a", "unit", '- | open("x")'), "没有名为“open”的函数"),
        (dmn("t", "a", "unit", 'x.y | "one"', '- | "two"'), "Attribute"),
        (dmn("t", "a", "unit", '"x",,"y" | "one"', '- | "two"'), "写法有误"),
        (dmn("t", "a", "unit", '- | "one" | "two"'), "缺少单元格"),
        (dmn("t", "a", "", "-"), "没有输出列"),
        (dmn("t", "a", "unit", "x" * 3000 + ' | "one"', '- | "two"'), "写法有误"),
        ("<decision xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' id='t'/>", "不是决策表"),
        ("<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'/>", "没有决策表"),
    ],
)
def test_a_table_the_engine_cannot_keep_to_is_refused(table: str, fault: str) -> None:
    findings = lint({"p.bpmn": DIAGRAM.encode(), "t.dmn": table.encode()})
    assert any(fault in finding.fault and finding.rule == "D20" for finding in findings), findings


def test_two_tables_of_one_name_and_a_task_without_a_table_are_refused() -> None:
    table = dmn("t", "a", "unit", '- | "one"').encode()
    assert [f.rule for f in lint({"p.bpmn": DIAGRAM.encode(), "a.dmn": table, "b.dmn": table})] == ["D20"]
    assert [f.rule for f in lint({"p.bpmn": DIAGRAM.encode()})] == ["D21"]
