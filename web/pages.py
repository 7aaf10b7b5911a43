"""Which page of a long list an address asks for."""

from flask import request

FURTHEST_PAGE = 10_000


def page_asked() -> int:
    """The number in `page`; the first when there is none that makes sense."""
    asked = request.args.get("page", "")
    return min(int(asked), FURTHEST_PAGE) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
