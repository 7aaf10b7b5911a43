"""Compares what a report says of a scenario's own cases with what a step promises."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from bihuan.domain.errors import BadInput, NotAllowed, NotFound
from bihuan.play.checking import Difference
from bihuan.play.expected_report import Cells, ExpectedReport
from bihuan.play.life import Play
from bihuan.play.naming import Names
from bihuan.queries.report_lists import ListView, lists
from bihuan.queries.reports import FigureRow, ReportView, report


def check_report(expected: ExpectedReport, play: Play, file: str, names: Names, cases: Sequence[UUID]) -> None:
    """Raise Difference at the first figure, row or cell that is not as promised. Raises BadInput for unknown names."""
    what = f"报表 {expected.id} {expected.period}"
    officer = play.cast.officer(names.group(file, expected.who))
    with play.stage.app.read() as reader:
        try:
            view = report(reader, officer, expected.id, expected.period, only=cases)
        except NotAllowed:
            if not expected.refused:
                raise Difference(what, f"{expected.who}可以查看", "无权查看") from None
            return
        except NotFound as fault:
            raise BadInput(file, what, fault.chinese, "核对报表编号和期间") from fault
        shown = lists(reader, play.stage.app.vault, officer, view.chosen) if expected.lists else ()
    if expected.refused:
        raise Difference(what, f"{expected.who}无权查看", "可以查看")
    _figures(expected, view, file, what)
    for title, rows in expected.tables.items():
        _table(title, rows, view, file, what)
    for title, listed in expected.lists.items():
        _list(title, listed, shown, file, what)


def _figures(expected: ExpectedReport, view: ReportView, file: str, what: str) -> None:
    seen = {row.figure.name: row.value.words for row in view.figures}
    aimed = {f"{row.figure.name}目标": _aimed(row) for row in view.figures if row.target}
    _cells_hold(expected.says, seen | aimed, file, what)


def _aimed(row: FigureRow) -> str:
    """A figure's target and whether it is reached: ≥98%，未达到."""
    met = "" if row.value.met is None else "，达到" if row.value.met else "，未达到"
    return row.target.replace(" ", "") + met


def _table(title: str, wanted: Mapping[str, Cells], view: ReportView, file: str, what: str) -> None:
    found = next((one for one in view.tables if one.table.title == title), None)
    if found is None:
        raise BadInput(file, what, f"没有表 {title}", f"可用：{'、'.join(one.table.title for one in view.tables)}")
    rows = {
        row.name: dict(zip(found.table.figures, (value.words for value in row.values), strict=True))
        | ({"名次": str(row.place or "—")} if found.table.rank else {})
        for row in found.rows
    }
    if set(rows) != set(wanted):
        raise Difference(f"{what} {title}", "、".join(wanted) or "没有行", "、".join(rows) or "没有行")
    for name, cells in wanted.items():
        _cells_hold(cells, rows[name], file, f"{what} {title} {name}")


def _list(title: str, wanted: tuple[Cells, ...], shown: tuple[ListView, ...], file: str, what: str) -> None:
    # A list in parts has one for each unit, channel, …: 投诉处理台账（热线电话）.
    parts = {f"{one.title}（{one.about}）" if one.about else one.title: one for one in shown}
    found = parts.get(title)
    if found is None:
        raise BadInput(file, what, f"没有清单 {title}", f"可用：{'、'.join(parts) or '无'}")
    rows = [
        dict(zip((column.title for column in found.columns), row.cells, strict=True)) for row in found.rows
    ]  # fmt: skip
    if len(rows) != len(wanted):
        raise Difference(f"{what} {title}", f"{len(wanted)} 行", f"{len(rows)} 行")
    for number, (cells, row) in enumerate(zip(wanted, rows, strict=True), 1):
        _cells_hold(cells, row, file, f"{what} {title} 第{number}行")


def _cells_hold(wanted: Cells, seen: Cells, file: str, what: str) -> None:
    for name, value in wanted.items():
        if name not in seen:
            raise BadInput(file, what, f"没有 {name}", f"可用：{'、'.join(seen)}")
        if seen[name] != value:
            raise Difference(f"{what} {name}", value or "空白", seen[name] or "空白")
