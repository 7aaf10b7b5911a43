"""A report as a workbook (.xlsx) for WPS and Excel. Imported only where one is made: its library is slow to load."""

from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.queries.counted import Value
from bihuan.queries.report_lists import ListView
from bihuan.queries.reports import FigureRow, ReportView, TableView, as_of_words
from bihuan.queries.sheets import FIRST_ROW, finish, heading, new_book, new_sheet, saved, write
from bihuan.queries.withheld import withheld

_FORMATS = {"count": "0", "rate": "0.00%", "average": "0.00"}


def workbook(view: ReportView, lists: Sequence[ListView]) -> bytes:
    """The report with a sheet for its figures, and one for each table and list."""
    book = new_book(view.locality, view.report.title)
    _figures(_sheet(book, "数据", view), view.figures)
    for table in view.tables:
        _table(_sheet(book, table.table.title, view), table)
    for one in lists:
        _list(_sheet(book, f"{one.title}{one.about}", view), one, withheld(view, one))
    return saved(book)


def _sheet(book: Workbook, name: str, view: ReportView) -> Worksheet:
    about = f"{view.locality} · 截至{as_of_words(view.as_of)} · {name}"
    return new_sheet(book, name, f"{view.report.title} {view.period.words}", about)


def _figures(sheet: Worksheet, rows: Iterable[FigureRow]) -> None:
    heading(sheet, ("数据项", "本期", "上期", "分子", "分母", "目标", "口径"))
    for number, row in enumerate(rows, FIRST_ROW):
        value = row.value
        rate = value.kind == "rate"
        write(sheet.cell(number, 1), row.figure.name)
        write_value(sheet.cell(number, 2), value)
        write_value(sheet.cell(number, 3), row.previous)
        for column, part in ((4, value.part), (5, value.whole)):
            if rate:
                sheet.cell(number, column, part)
        write(sheet.cell(number, 6), "" if value.met is None else "达到" if value.met else "未达到")
        said = (row.meaning, row.left_out, row.figure.note)
        write(sheet.cell(number, 7), "。".join(part for part in said if part))
    finish(sheet)


def _table(sheet: Worksheet, table: TableView) -> None:
    ranked = bool(table.table.rank)
    heading(sheet, (*(["名次"] if ranked else []), table.heading, *table.table.figures))
    for number, row in enumerate(table.rows, FIRST_ROW):
        column = 1
        if ranked:
            sheet.cell(number, 1, row.place)
            column = 2
        write(sheet.cell(number, column), row.name)
        for place, value in enumerate(row.values, column + 1):
            write_value(sheet.cell(number, place), value)
    finish(sheet)


def _list(sheet: Worksheet, one: ListView, withheld: str) -> None:
    heading(sheet, tuple(column.title for column in one.columns))
    for number, row in enumerate(one.rows, FIRST_ROW):
        for column, cell in enumerate(row.cells, 1):
            write(sheet.cell(number, column), cell)
    cut = f"只列出前 {len(one.rows)} 件" if one.cut else ""
    for number, said in enumerate((said for said in (cut, withheld) if said), len(one.rows) + FIRST_ROW):
        write(sheet.cell(number, 1), said)
    finish(sheet)


def write_value(cell: Cell, value: Value) -> None:
    """A figure's value as a number; nothing to measure is a dash."""
    if value.number is None:
        write(cell, "—")
        return
    cell.value = value.number / 100 if value.kind == "rate" else value.number
    cell.number_format = _FORMATS[value.kind]
