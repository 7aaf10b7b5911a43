"""What somebody had typed when the log-in was over: carried through the next one by the browser, and then restored.

Nothing of it is kept before somebody has logged in; afterwards it is that officer's draft (草稿). Only what a page of
ours sent is taken up: another site could otherwise put words into an officer's form.
"""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from flask import request, url_for

from web.forms import PREFIX

PAGES: Final = {
    "tasks.complete": "tasks.show", "drafts.of_task": "tasks.show",
    "tasks.press": "tasks.button", "drafts.of_button": "tasks.button",
}  # fmt: skip
"""Where a form is posted, and the page it is on."""


def from_a_page_of_ours() -> bool:
    """Whether the browser says that the form it sends stands on this site. A browser says it with every POST."""
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(said) and urlsplit(said).netloc == request.host


def sent_by_us(wanted: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Name and value of what this POST brings under the names that are wanted; nothing from elsewhere."""
    if not from_a_page_of_ours():
        return []
    return [(name, value) for name in request.form if wanted(name) for value in request.form.getlist(name)]


def carried() -> list[tuple[str, str]]:
    """The fields of a locality's form in this POST, for the log-in page to send along."""
    return sent_by_us(lambda name: name.startswith(PREFIX))


def page_of_form() -> str | None:
    """The address of the page whose form this POST is; None when it is no form that is restored."""
    page = PAGES.get(request.endpoint or "")
    return url_for(page, **(request.view_args or {})) if page else None
