"""A filled-in document (文书) as a page can show it: paragraphs and tables as they stand in the .docx, to be printed.

What Word lays out is read, not drawn anew by hand: whoever changes the template in Word changes the print view, too.
Read are text, alignment, size, typeface, weight, underline, indents, table grids with their merged cells and heights;
what our templates never have (pictures, columns, footnotes) is not. Imported only where documents are made.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import docx
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tc
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.table import _Row as WordRow
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run as WordRun

Align = Literal["left", "center", "right", "justify"]
Face = Literal["song", "hei", "kai", "fang"]

_ALIGNS: Final[dict[object, Align]] = {
    WD_ALIGN_PARAGRAPH.CENTER: "center", WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.JUSTIFY: "justify", WD_ALIGN_PARAGRAPH.DISTRIBUTE: "justify",
}  # fmt: skip
_FACES: Final[dict[str, Face]] = {
    "黑体": "hei", "SimHei": "hei", "楷体": "kai", "楷体_GB2312": "kai", "KaiTi": "kai", "仿宋": "fang",
    "仿宋_GB2312": "fang", "FangSong": "fang",
}  # fmt: skip
_USUAL_SIZE = 14.0
"""Points (四号), where neither the run nor the template's Normal style says another size."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one look; `size` in points."""

    text: str
    size: float
    face: Face = "song"
    bold: bool = False
    underlined: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `indented`: its first line by two characters. `apart`: with room above it."""

    runs: tuple[Run, ...]
    align: Align = "left"
    indented: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table with what it holds, over so many columns and rows."""

    paragraphs: tuple[Paragraph, ...]
    columns: int = 1
    rows: int = 1
    middle: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A grid: each column's share of the width in percent, each row's least height in points with its cells."""

    widths: tuple[int, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document page by page as paper wants it: upright or across, and its blocks in order."""

    across: bool
    blocks: tuple[Paragraph | Table, ...]


def sheet_of(content: bytes) -> Sheet:
    """The sheet that a filled-in .docx lays out."""
    word = docx.Document(io.BytesIO(content))
    usual = word.styles["Normal"].font.size
    size = usual.pt if usual else _USUAL_SIZE
    blocks = (
        _table(block, size) if isinstance(block, WordTable) else _paragraph(block, size)
        for block in word.iter_inner_content()
    )
    return Sheet(_across(word), tuple(blocks))


def _across(word: Word) -> bool:
    return any(section.orientation == WD_ORIENT.LANDSCAPE for section in word.sections)


def _paragraph(found: WordParagraph, usual: float) -> Paragraph:
    said = found.paragraph_format
    return Paragraph(
        tuple(_run(run, usual) for run in found.runs if run.text),
        _ALIGNS.get(said.alignment, "left"),
        indented=said.first_line_indent is not None and said.first_line_indent > 0,
        apart=said.space_before is not None and said.space_before.pt >= 12,
    )


def _run(found: WordRun, usual: float) -> Run:
    fonts = found._element.rPr.rFonts if found._element.rPr is not None else None
    face = fonts.get(qn("w:eastAsia"), "") if fonts is not None else ""
    size = found.font.size.pt if found.font.size else usual
    return Run(found.text, size, _FACES.get(face, "song"), bool(found.bold), bool(found.underline))


def _table(found: WordTable, usual: float) -> Table:
    widths = [column.width or 1 for column in found.columns]
    whole = sum(widths)
    rows = tuple((round(row.height.pt) if row.height else 0, cells) for row, cells in _rows(found, usual))
    return Table(tuple(round(100 * width / whole) for width in widths), rows)


def _rows(found: WordTable, usual: float) -> Iterator[tuple[WordRow, tuple[Cell, ...]]]:
    """Each row with the cells that begin in it: one merged with the cell above is a part of that one."""
    grid = [list(_begins(row._tr.tc_lst)) for row in found.rows]
    for number, row in enumerate(found.rows):
        cells = tuple(
            Cell(
                tuple(_paragraph(each, usual) for each in WordCell(tc, found).paragraphs),
                columns=tc.grid_span,
                rows=1 + _continued(grid[number + 1 :], start),
                middle=WordCell(tc, found).vertical_alignment == WD_ALIGN_VERTICAL.CENTER,
            )
            for start, tc in grid[number]
            if tc.vMerge != "continue"
        )
        yield row, cells


def _begins(cells: list[CT_Tc]) -> Iterator[tuple[int, CT_Tc]]:
    start = 0
    for tc in cells:
        yield start, tc
        start += tc.grid_span


def _continued(below: list[list[tuple[int, CT_Tc]]], start: int) -> int:
    """How many rows below go on with the cell that begins at this column."""
    count = 0
    for row in below:
        if not any(at == start and tc.vMerge == "continue" for at, tc in row):
            break
        count += 1
    return count
