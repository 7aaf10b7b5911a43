"""辖区对比 as a workbook (.xlsx) for WPS and Excel. Imported only where one is made: its library is slow to load."""

from bihuan.queries.comparing import Comparison
from bihuan.queries.report_workbook import write_value
from bihuan.queries.reports import as_of_words
from bihuan.queries.sheets import FIRST_ROW, finish, heading, new_book, new_sheet, saved, write

TITLE = "辖区对比"


def workbook(found: Comparison) -> bytes:
    """A sheet with the localities side by side, and one with how each figure is made."""
    book = new_book("闭环", TITLE)
    title = f"{TITLE} {found.period.words}"
    about = "各辖区口径不尽相同，见“口径”表" + ("" if found.over else "；本期尚未结束")
    sheet = new_sheet(book, "数据", title, about)
    heading(sheet, ("辖区", *found.kinds.values(), "截至"))
    for number, row in enumerate(found.rows, FIRST_ROW):
        write(sheet.cell(number, 1), row.name)
        for column, kind in enumerate(found.kinds, 2):
            if kind in row.figures:
                write_value(sheet.cell(number, column), row.figures[kind].value)
            else:
                write(sheet.cell(number, column), "—")
        write(sheet.cell(number, len(found.kinds) + 2), as_of_words(row.as_of) if row.as_of else "正在统计")
    finish(sheet)
    sheet = new_sheet(book, "口径", title, about)
    heading(sheet, ("辖区", "数据项", "该辖区名称", "分子", "分母", "口径"))
    number = FIRST_ROW
    for row in found.rows:
        for kind, one in row.figures.items():
            for column, text in ((1, row.name), (2, found.kinds[kind]), (3, one.figure.name), (6, one.meaning)):
                write(sheet.cell(number, column), text)
            if one.value.kind == "rate":
                sheet.cell(number, 4, one.value.part)
                sheet.cell(number, 5, one.value.whole)
            number += 1
    finish(sheet)
    return saved(book)
