"""A report as the draft of a bulletin (通报), a .docx. Imported only where one is made: its libraries are slow to load.

The locality's template holds the letterhead and where the sentences go; tables and lists follow it.
"""

import io
from collections.abc import Sequence
from typing import Any

from docx.shared import Pt
from docxtpl import Listing

from bihuan.locality.document_filling import rendered
from bihuan.queries.report_lists import ListView
from bihuan.queries.reports import ReportView, as_of_words
from bihuan.queries.withheld import withheld

TEMPLATE = "通报"
"""The template's name in `reports/` of the locality or of `common/`."""
_GRID = "Table Grid"


def bulletin(view: ReportView, lists: Sequence[ListView]) -> bytes:
    """The bulletin's draft. Raises NotFound when neither the locality nor `common/` has a template."""
    words = {
        "title": view.report.title, "period": view.period.words, "as_of": as_of_words(view.as_of),
        "locality": view.locality, "text": Listing("\a".join(view.sentences)),
    }  # fmt: skip
    template = rendered(view.chosen.deployment.locality.bulletin(TEMPLATE), words)
    page = template.docx
    for number, table in enumerate(view.tables, 1):
        _title(page, f"附表{number}　{table.table.title}")
        ranked = bool(table.table.rank)
        heading = (*(["名次"] if ranked else []), table.heading, *table.table.figures)
        rows = [
            (*([str(row.place or "—")] if ranked else []), row.name, *(value.words for value in row.values))
            for row in table.rows
        ]
        _grid(page, heading, rows)
    for one in lists:
        _title(page, f"{one.title}{f'（{one.about}）' if one.about else ''}")
        if said := withheld(view, one):
            page.add_paragraph(said)
        if one.rows or not said:
            _grid(page, [column.title for column in one.columns], [row.cells for row in one.rows])
    written = io.BytesIO()
    template.save(written)
    return written.getvalue()


def _title(page: Any, text: str) -> None:
    paragraph = page.add_paragraph()
    paragraph.add_run(text).bold = True
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.keep_with_next = Pt(12), True


def _grid(page: Any, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    grid = page.add_table(rows=1, cols=len(heading))
    if any(style.name == _GRID for style in page.styles):
        grid.style = _GRID
    for cell, text in zip(grid.rows[0].cells, heading, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for row in rows or [["无", *[""] * (len(heading) - 1)]]:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run("".join(letter for letter in text if letter.isprintable()))
