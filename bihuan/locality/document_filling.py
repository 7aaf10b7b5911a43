"""Fills in a document template (文书). Imported only where documents are made: its libraries are slow to load."""

import io
from collections.abc import Mapping
from typing import Any, Final

from docxtpl import DocxTemplate
from jinja2 import Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bihuan.domain.errors import BadInput
from bihuan.locality.documents import Document
from bihuan.locality.kept import Kept

_PLAIN: Final = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr)


def fill(document: Document, words: Mapping[str, str]) -> bytes:
    """A .docx with the words put in, as text and never as markup; placeholders without a word stay empty."""
    template = rendered(document, _by_name(document, words))
    written = io.BytesIO()
    template.save(written)
    return written.getvalue()


def rendered(document: Document, words: Mapping[str, Any]) -> DocxTemplate:
    """The template with its placeholders replaced. Raises BadInput when it hides anything else, wherever it does."""
    template = DocxTemplate(io.BytesIO(document.content))
    try:
        template.render(dict(words), jinja_env=_placeholders, autoescape=True)
    except TemplateError as error:
        fault = "模板中有占位符以外的语句"
        raise BadInput(document.file, "", fault, "只用 {{ case_no }} 这样的占位符，用 Word 或 WPS 重新保存") from error
    return template


class _Placeholders(ImmutableSandboxedEnvironment):
    """Knows names and nothing else. A statement can be pieced together from places where nobody reads one: attributes,
    properties, braces of two paragraphs.
    """

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        found = super()._parse(source, name, filename)
        for node in found.find_all(nodes.Node):
            if not isinstance(node, _PLAIN):
                raise TemplateSyntaxError(f"Expected names alone, but there is {type(node).__name__}", node.lineno)
        return found

    def from_string(
        self, source: str | nodes.Template, globals: Any = None, template_class: type[Template] | None = None
    ) -> Template:
        """The parts of a document as it was deployed are read once, not with each paper."""
        if not isinstance(source, str) or (found := _read.get(source)) is None:
            found = super().from_string(source, globals, template_class)
            if isinstance(source, str):
                _read.keep(source, found)
        return found


_placeholders: Final = _Placeholders(autoescape=True)
_read: Kept[str, Template] = Kept(128)


class _Word(str):
    """A word on which a form's fields hang: `reply` is a word of its own, `reply.by` would be of a form."""


def _by_name(document: Document, words: Mapping[str, str]) -> dict[str, _Word]:
    """The words as the template names them."""
    names = {name.partition(".")[0] for name in document.placeholders}
    found = {name: _Word(words.get(name, "")) for name in names}
    for form, field in document.answers:
        vars(found[form])[field] = words.get(f"{form}.{field}", "")
    return found
