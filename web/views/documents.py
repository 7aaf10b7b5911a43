"""Documents (文书) of a case: for Word, for the printer, and as PDF where this machine can make one."""

from typing import Any

from flask import Blueprint, Response, render_template

from bihuan.domain.errors import NotFound
from bihuan.queries.documents import document_words
from web import errors, turns
from web import pdf as print_shop
from web.assets import OWN
from web.house import me, reading
from web.made_files import handed_out
from web.paper import on_paper, typed

pages = Blueprint("documents", __name__)
PRINT_INSTEAD = "暂时无法生成 PDF。请返回文书页面，用浏览器打印并选择“另存为 PDF”。"


@pages.get("/cases/<case_no>/documents/<template>")
def show(case_no: str, template: str) -> str:
    """The document as it lies on paper, to be read and printed."""
    return render_template("document.html", **_laid_out(case_no, template), offers_pdf=print_shop.is_offered())


@pages.get("/cases/<case_no>/documents/<template>.docx")
def word(case_no: str, template: str) -> Response:
    """The document for Word or WPS, from the locality's template."""
    return handed_out(_filled(case_no, template), f"{case_no}-{template}.docx")


@pages.get("/cases/<case_no>/documents/<template>.pdf")
def pdf(case_no: str, template: str) -> Response:
    """The document as PDF. Where none can be made, it can still be printed."""
    if not print_shop.is_offered():
        raise NotFound("Expected WeasyPrint and Pango on this machine, but they are not here")
    page = render_template("document_alone.html", **_laid_out(case_no, template))
    try:
        with turns.papers.one():
            content = print_shop.pdf_of(page, (OWN / "paper.css").read_text())
    except print_shop.NoPdf:
        return errors.page(503, PRINT_INSTEAD)
    return handed_out(content, f"{case_no}-{template}.pdf")


def _filled(case_no: str, template: str) -> bytes:
    """The filled-in .docx."""
    with reading() as (reader, vault):
        found = document_words(reader, vault, me(), case_no, template)
    return typed(found.document, found.words)


def _laid_out(case_no: str, template: str) -> dict[str, Any]:
    """What a page about it needs: the sheet, and whose it is."""
    return {"case_no": case_no, "name": template, "sheet": on_paper(_filled(case_no, template))}
