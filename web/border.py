"""What comes from outside and can be nobody's: refused at the border, before any view or query sees it.

What the database refuses later is then a fault of our own, and is told as one (`web.errors`).
"""

from collections.abc import Iterator

from flask import Flask, request
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map

NUL = "\0"
"""The one letter of Unicode that no text in the database may hold."""
LARGEST_NUMBER = 2**31 - 1
"""Beyond it no number of ours lies: attachments, events, orders."""


class Number(IntegerConverter):
    """A number in an address, as far as the database counts; beyond that there is no such page."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int | None = None) -> None:
        super().__init__(map, fixed_digits, min, LARGEST_NUMBER if max is None else max)


def register(app: Flask) -> None:
    """Install it: numbers before the views name their addresses, texts once the guards have let a request in."""
    app.url_map.converters["int"] = Number
    app.before_request(_refuse_what_no_text_holds)


def _refuse_what_no_text_holds() -> None:
    if any(NUL in text for text in _texts()):
        raise BadRequest


def _texts() -> Iterator[str]:
    """All that may be stored or looked for; what a spoiled form gives no name has none."""
    yield request.path
    for given in (request.args, request.form) if request.method == "POST" else (request.args,):
        for name, values in given.lists():
            yield name or ""
            yield from values
    if request.method == "POST":
        for _, files in request.files.lists():
            yield from (each.filename or "" for each in files)
