"""Documents (文书) of a case: for Word, for the printer, and as PDF where this machine can make one."""

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, render_template, send_file

from bihuan.domain.errors import NotFound
from bihuan.queries.documents import document_words
from web import errors
from web import pdf as print_shop
from web.assets import OWN
from web.house import me, reading

pages = Blueprint("documents", __name__)
PRINT_INSTEAD = "暂时无法生成 PDF。请返回文书页面，用浏览器打印并选择“另存为 PDF”。"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.get("/cases/<case_no>/documents/<template>")
def show(case_no: str, template: str) -> str:
    """The document as it lies on paper, to be read and printed."""
    _, found = _filled(case_no, template)
    return render_template("document.html", **found, offers_pdf=print_shop.is_offered())


@pages.get("/cases/<case_no>/documents/<template>.docx")
def word(case_no: str, template: str) -> Response:
    """The document for Word or WPS, from the locality's template."""
    content, _ = _filled(case_no, template)
    return _sent(content, DOCX, f"{case_no}-{template}.docx")


@pages.get("/cases/<case_no>/documents/<template>.pdf")
def pdf(case_no: str, template: str) -> Response:
    """The document as PDF. Where none can be made, it can still be printed."""
    if not print_shop.is_offered():
        raise NotFound("Expected WeasyPrint and Pango on this machine, but they are not here")
    _, found = _filled(case_no, template)
    try:
        content = print_shop.pdf_of(render_template("document_alone.html", **found), (OWN / "paper.css").read_text())
    except print_shop.NoPdf:
        return errors.page(503, PRINT_INSTEAD)
    return _sent(content, "application/pdf", f"{case_no}-{template}.pdf")


def _filled(case_no: str, template: str) -> tuple[bytes, dict[str, Any]]:
    """The filled-in .docx, and what a page about it needs."""
    with reading() as (reader, vault):
        found = document_words(reader, vault, me(), case_no, template)
    from bihuan.locality.document_filling import fill  # their libraries take a tenth of a second to load
    from bihuan.locality.sheet import sheet_of

    content = fill(found.document, found.words)
    return content, {"case_no": found.case_no, "name": template, "sheet": sheet_of(content)}


def _sent(content: bytes, kind: str, name: str) -> Response:
    return send_file(BytesIO(content), kind, as_attachment=True, download_name=name)
