"""Fills in a document template (文书). Imported only where documents are made: its libraries are slow to load."""

import io
from collections.abc import Mapping

from docxtpl import DocxTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bihuan.locality.documents import Document


def fill(document: Document, words: Mapping[str, str]) -> bytes:
    """A .docx with the words put in, as text and never as markup; placeholders without a word stay empty."""
    template = DocxTemplate(io.BytesIO(document.content))
    environment = ImmutableSandboxedEnvironment(autoescape=True)
    template.render(_by_name(document, words), jinja_env=environment, autoescape=True)
    written = io.BytesIO()
    template.save(written)
    return written.getvalue()


class _Word(str):
    """A word on which a form's fields hang: `first_reply` is a word of its own, `first_reply.by` is of the form."""


def _by_name(document: Document, words: Mapping[str, str]) -> dict[str, _Word]:
    """The words as the template names them."""
    names = {name.partition(".")[0] for name in document.placeholders}
    found = {name: _Word(words.get(name, "")) for name in names}
    for form, field in document.answers:
        vars(found[form])[field] = words.get(f"{form}.{field}", "")
    return found
