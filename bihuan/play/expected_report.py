"""What a step of a scenario promises of a report, read strictly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bihuan.play.strict import Strict

Cells = Mapping[str, str]
"""Values as they are printed, by the name of their figure or column."""


@dataclass(frozen=True, slots=True)
class ExpectedReport:
    """A report of one period, as `who` sees it: what of its figures, tables and lists the scenario cares about."""

    id: str
    period: str
    who: str
    says: Cells
    tables: Mapping[str, Mapping[str, Cells]]
    lists: Mapping[str, tuple[Cells, ...]]
    refused: bool


def expected_report(one: Strict) -> ExpectedReport | None:
    """`report` of a step, read strictly; None when it is not there."""
    if not one.has("report"):
        return None
    table = one.table("report")
    found = ExpectedReport(
        table.text("id"), table.text("period"), table.text("who"), _cells(table, table.values("says")),
        {
            title: {row: _cells(table, cells) for row, cells in _mapping(table, rows).items()}
            for title, rows in table.values("tables").items()
        },
        {
            title: tuple(_cells(table, cells) for cells in _sequence(table, rows))
            for title, rows in table.values("lists").items()
        },
        table.flag("refused"),
    )  # fmt: skip
    if not (found.says or found.tables or found.lists or found.refused):
        table.fault("没有写明应有的数据", '写 says = { "办结" = "1" }、tables、lists 或 refused = true')
    return table.closing(found)


def _cells(table: Strict, found: object) -> Cells:
    cells = _mapping(table, found)
    if not all(isinstance(value, str | int) and not isinstance(value, bool) for value in cells.values()):
        table.fault("数据应写成文字或整数", '写作 { "办结" = "1", "满意率" = "100%" }')
    return {name: str(value) for name, value in cells.items()}


def _mapping(table: Strict, found: object) -> Mapping[str, object]:
    if not isinstance(found, Mapping):
        table.fault("写法不对", '写作 { "名称" = { "数据项" = "1" } }')
    return found


def _sequence(table: Strict, found: object) -> Sequence[object]:
    if not isinstance(found, list):
        table.fault("写法不对", '写作 [{ "列名" = "内容" }]')
    return found
