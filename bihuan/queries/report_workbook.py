"""A report as a workbook (.xlsx) for WPS and Excel. Imported only where one is made: its library is slow to load.

Numbers are numbers, everything else is text: ids keep their zeros, and nothing that people wrote is ever a formula.
"""

import io
import re
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.queries.report_lists import ListView
from bihuan.queries.reports import FigureRow, ReportView, TableView, Value, as_of_words

_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\']")
_LONGEST_TITLE = 28
_WIDEST, _NARROWEST = 48, 8
_THIN = Side(style="thin", color="999999")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)
_FORMATS = {"count": "0", "rate": "0.00%", "average": "0.00"}


def workbook(view: ReportView, lists: Sequence[ListView]) -> bytes:
    """The report with a sheet for its figures, and one for each table and list."""
    book = Workbook()
    book.remove(book.active)
    _figures(_sheet(book, "数据", view), view.figures)
    for table in view.tables:
        _table(_sheet(book, table.table.title, view), table)
    for one in lists:
        _list(_sheet(book, f"{one.title}{one.about}", view), one)
    book.properties.creator, book.properties.title = view.locality, view.report.title
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _sheet(book: Workbook, title: str, view: ReportView) -> Worksheet:
    plain = _NOT_IN_A_TITLE.sub("", title)[:_LONGEST_TITLE] or "表"
    taken = {sheet.title for sheet in book.worksheets}
    name = next(name for name in (plain, *(f"{plain}{number}" for number in range(2, 100))) if name not in taken)
    sheet: Worksheet = book.create_sheet(name)
    _text(sheet.cell(1, 1), f"{view.report.title} {view.period.words}").font = Font(bold=True, size=14)
    _text(sheet.cell(2, 1), f"{view.locality} · 截至{as_of_words(view.as_of)} · {title}")
    sheet.page_setup.paperSize, sheet.page_setup.orientation = sheet.PAPERSIZE_A4, "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "4:4"
    return sheet


def _figures(sheet: Worksheet, rows: Iterable[FigureRow]) -> None:
    _heading(sheet, ("数据项", "本期", "上期", "分子", "分母", "目标", "口径"))
    for number, row in enumerate(rows, 5):
        value = row.value
        rate = value.kind == "rate"
        _text(sheet.cell(number, 1), row.figure.name)
        _value(sheet.cell(number, 2), value)
        _value(sheet.cell(number, 3), row.previous)
        for column, part in ((4, value.part), (5, value.whole)):
            if rate:
                sheet.cell(number, column, part)
        _text(sheet.cell(number, 6), "" if value.met is None else "达到" if value.met else "未达到")
        said = (row.meaning, row.left_out, row.figure.note)
        _text(sheet.cell(number, 7), "。".join(part for part in said if part))
    _finish(sheet)


def _table(sheet: Worksheet, table: TableView) -> None:
    ranked = bool(table.table.rank)
    _heading(sheet, (*(["名次"] if ranked else []), table.heading, *table.table.figures))
    for number, row in enumerate(table.rows, 5):
        column = 1
        if ranked:
            sheet.cell(number, 1, row.place)
            column = 2
        _text(sheet.cell(number, column), row.name)
        for place, value in enumerate(row.values, column + 1):
            _value(sheet.cell(number, place), value)
    _finish(sheet)


def _list(sheet: Worksheet, one: ListView) -> None:
    _heading(sheet, tuple(column.title for column in one.columns))
    for number, row in enumerate(one.rows, 5):
        for column, cell in enumerate(row.cells, 1):
            _text(sheet.cell(number, column), cell)
    if one.cut:
        _text(sheet.cell(len(one.rows) + 5, 1), f"只列出前 {len(one.rows)} 件")
    _finish(sheet)


def _heading(sheet: Worksheet, titles: Sequence[str]) -> None:
    for column, title in enumerate(titles, 1):
        _text(sheet.cell(4, column), title).font = Font(bold=True)
    sheet.freeze_panes = "A5"


def _finish(sheet: Worksheet) -> None:
    for row in sheet.iter_rows(min_row=4):
        for cell in row:
            cell.border = _BORDER
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    for number, column in enumerate(sheet.iter_cols(min_row=4), 1):
        longest = max((_width(cell.value) for cell in column), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, _NARROWEST), _WIDEST)


def _width(value: object) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in str(value or ""))


def _value(cell: Cell, value: Value) -> None:
    if value.number is None:
        _text(cell, "—")
        return
    cell.value = value.number / 100 if value.kind == "rate" else value.number
    cell.number_format = _FORMATS[value.kind]


def _text(cell: Cell, text: str) -> Cell:
    """The text as it is: `=1+1` stays what somebody wrote, 00123 keeps its zeros."""
    cell.value = _HIDDEN.sub("", text)
    cell.data_type, cell.number_format = "s", "@"
    if text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        cell.quotePrefix = True
    return cell
