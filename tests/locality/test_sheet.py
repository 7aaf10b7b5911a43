"""A document's print view says what the .docx lays out."""

import io
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from bihuan.locality.sheet import Paragraph, Run, Table, sheet_of

TEMPLATES = sorted((Path(__file__).parents[2] / "processes").glob("*/documents/*.docx"))


def _kept(word: docx.document.Document) -> bytes:
    written = io.BytesIO()
    word.save(written)
    return written.getvalue()


def test_text_keeps_its_look():
    word = docx.Document()
    heading = word.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run("督办通知单")
    run.font.size, run.bold = Pt(22), True
    body = word.add_paragraph("你单位承办的工单")
    body.paragraph_format.first_line_indent = Pt(32)
    first, second = sheet_of(_kept(word)).blocks

    assert isinstance(first, Paragraph)
    assert isinstance(second, Paragraph)
    assert first.align == "center"
    assert first.runs == (Run("督办通知单", 22, bold=True),)
    assert (second.align, second.indented) == ("left", True)


def test_cells_merged_across_and_down_are_one_cell_over_the_same_ground():
    word = docx.Document()
    table = word.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "高"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "宽"
    table.rows[2].height = Cm(2)
    (found,) = sheet_of(_kept(word)).blocks

    assert isinstance(found, Table)
    (_, top), (_, middle), (height, bottom) = found.rows
    assert [(cell.columns, cell.rows) for cell in top] == [(1, 2), (2, 1)]
    assert len(middle) == 2
    assert len(bottom) == 3
    assert height == 57
    assert 99 <= sum(found.widths) <= 101


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_word_of_a_template_is_on_its_sheet(template: Path):
    word, sheet = docx.Document(str(template)), sheet_of(template.read_bytes())
    said = {text.strip() for text in _texts(word) if text.strip()}
    shown = {
        "".join(run.text for run in paragraph.runs).strip()
        for block in sheet.blocks
        for paragraph in ([block] if isinstance(block, Paragraph) else _of_table(block))
    }
    assert said <= shown
    for block in sheet.blocks:
        if isinstance(block, Table):
            assert sum(cell.columns * cell.rows for _, cells in block.rows for cell in cells) == (
                len(block.widths) * len(block.rows)
            )


def _texts(word: docx.document.Document) -> list[str]:
    cells = [cell for table in word.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in [*word.paragraphs, *(each for cell in cells for each in cell.paragraphs)]]


def _of_table(table: Table) -> list[Paragraph]:
    return [paragraph for _, cells in table.rows for cell in cells for paragraph in cell.paragraphs]
