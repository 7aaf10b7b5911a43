"""Fills in a document template (文书). Imported only where documents are made: its libraries are slow to load."""

import io
from collections.abc import Mapping

from docxtpl import DocxTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bihuan.locality.documents import Document


def fill(document: Document, words: Mapping[str, str]) -> bytes:
    """A .docx with the words put in, as text and never as markup; placeholders without a word stay empty."""
    template = DocxTemplate(io.BytesIO(document.content))
    empty = dict.fromkeys(document.placeholders, "")
    template.render({**empty, **words}, jinja_env=ImmutableSandboxedEnvironment(autoescape=True), autoescape=True)
    written = io.BytesIO()
    template.save(written)
    return written.getvalue()
