"""Sheets of a workbook (.xlsx) for WPS and Excel, all of one look. Imported only where one is made: it loads slowly.

Numbers are numbers, everything else is text: ids keep their zeros, and nothing that people wrote is ever a formula.
"""

import io
import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

FIRST_ROW = 5
"""Below the title, what the sheet is about, a line of space, and the heading."""
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\']")
_LONGEST_TITLE = 28
_WIDEST, _NARROWEST = 48, 8
_THIN = Side(style="thin", color="999999")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)


def new_book(creator: str, title: str) -> Workbook:
    """A workbook without a sheet."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator, book.properties.title = creator, title
    return book


def saved(book: Workbook) -> bytes:
    """The file."""
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def new_sheet(book: Workbook, name: str, title: str, about: str) -> Worksheet:
    """A sheet for A4 across, with a title and a line about it; its name is made to serve and to be the only one."""
    plain = _NOT_IN_A_TITLE.sub("", name)[:_LONGEST_TITLE] or "表"
    taken = {sheet.title for sheet in book.worksheets}
    free = next(name for name in (plain, *(f"{plain}{number}" for number in range(2, 100))) if name not in taken)
    sheet: Worksheet = book.create_sheet(free)
    write(sheet.cell(1, 1), title).font = Font(bold=True, size=14)
    write(sheet.cell(2, 1), about)
    sheet.page_setup.paperSize, sheet.page_setup.orientation = sheet.PAPERSIZE_A4, "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "4:4"
    return sheet


def heading(sheet: Worksheet, titles: Sequence[str]) -> None:
    """The row of titles, which stays in sight."""
    for column, title in enumerate(titles, 1):
        write(sheet.cell(4, column), title).font = Font(bold=True)
    sheet.freeze_panes = "A5"


def finish(sheet: Worksheet) -> None:
    """Lines around the cells, and columns as wide as what is in them."""
    for row in sheet.iter_rows(min_row=4):
        for cell in row:
            cell.border = _BORDER
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    for number, column in enumerate(sheet.iter_cols(min_row=4), 1):
        longest = max((_width(cell.value) for cell in column), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, _NARROWEST), _WIDEST)


def write(cell: Cell, text: str) -> Cell:
    """The text as it is: `=1+1` stays what somebody wrote, 00123 keeps its zeros."""
    cell.value = _HIDDEN.sub("", text)
    cell.data_type, cell.number_format = "s", "@"
    if text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        cell.quotePrefix = True
    return cell


def _width(value: object) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in str(value or ""))
