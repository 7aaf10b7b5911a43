"""A supervision order (督办单) on paper, a .docx. Imported only where one is made: its library is slow to load."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays import due_words
from bihuan.queries.case_header import CaseHeader
from bihuan.queries.orders import OrderView

KINDS: Final = {"demand": "督办事项和要求", "reply": "承办单位答复", "return": "退回意见", "closing": "办结意见"}


def order_document(header: CaseHeader, order: OrderView) -> bytes:
    """The order with everything that was written to it, as its reader sees it."""
    page = Document()
    style = page.styles["Normal"]
    style.font.name, style.font.size = "仿宋", Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    title = page.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run("督　办　单")
    run.bold, run.font.size = True, Pt(22)
    grid = page.add_table(rows=0, cols=2, style="Table Grid")
    for name, text in _facts(header, order):
        cells = grid.add_row().cells
        cells[0].width, cells[1].width = Cm(4), Cm(12)
        cells[0].paragraphs[0].add_run(name).bold = True
        for number, line in enumerate(_printable(text).split("\n")):
            (cells[1].paragraphs[0] if number == 0 else cells[1].add_paragraph()).add_run(line)
    written = io.BytesIO()
    page.core_properties.author = order.issuer
    page.core_properties.title = f"督办单 {order.no}"
    page.save(written)
    return written.getvalue()


def _facts(header: CaseHeader, order: OrderView) -> Iterator[tuple[str, str]]:
    yield "编号", order.no
    yield "发单单位", order.issuer
    yield "被督办单位", order.unit
    yield "工单", f"{header.case_no}　{header.request.subject}"
    yield "答复时限", f"{due_words(order.nearness.due_at or order.issued_at)}前"
    for entry in order.entries:
        yield KINDS[entry.kind], f"{entry.body}\n{entry.by}　{_moment(entry.at)}"
    if order.closed_at is None:
        yield "办结意见", ""


def _moment(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y年%-m月%-d日%H:%M}"


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter == "\n" or letter.isprintable())
