"""Documents (文书) as they are made: a .docx with its words in, and the sheet that a page shows.

The libraries for it take a tenth of a second to load: whoever makes no document does without them.
"""

from collections.abc import Mapping
from typing import Any

from bihuan.locality.documents import Document


def typed(document: Document, words: Mapping[str, str]) -> bytes:
    """The filled-in .docx."""
    from bihuan.locality.document_filling import fill

    return fill(document, words)


def on_paper(content: bytes) -> Any:
    """How a filled-in .docx lies on paper, for paper.html."""
    from bihuan.locality.sheet import sheet_of

    return sheet_of(content)
