"""Files that a form sends: they stream from the request into the sealed files of the house, never in clear on a disk.

A view that takes files says so with `takes_files`; it alone may be sent more than a form's few kilobytes. It asks for
the files with `sent` and gives them to a command, which keeps them; what none kept is gone when the request is over.
"""

from collections.abc import Callable, Mapping
from typing import IO, Any, TypeVar, cast
from uuid import UUID, uuid4

import flask
from flask import Flask, current_app, request

from bihuan.commands.attaching import FILES
from bihuan.domain.attachments import ACCEPTED, LARGEST_FILE, MOST_FILES, TAKEN
from bihuan.queries.attachments import attachments_of, may_attach
from bihuan.store.sealed_files import Incoming, Sent
from bihuan.store.unit_of_work import Reader
from bihuan.store.vault import Vault
from web.house import house, me

View = TypeVar("View", bound=Callable[..., Any])
LARGEST_UPLOAD = MOST_FILES * LARGEST_FILE + 1024 * 1024
"""All files of one form, and the form."""
CHOOSE_AGAIN = "已选的文件没有保留，请重新选择全部文件。"
"""No browser keeps them on a page that comes back with faults."""
_TAKES_FILES = "takes_files"
_EMPTY_PARTS = 4
"""A form has so many fields for files at most; those left empty are sent, too."""


class Request(flask.Request):
    """A request whose files are sealed as they come."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.incoming: list[Incoming] = []

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if not _taken_here():
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        # What is too many is refused later, with words; until then it goes nowhere.
        largest = LARGEST_FILE if len(self.incoming) < MOST_FILES + _EMPTY_PARTS else 0
        self.incoming.append(house().files.receive(largest=largest))
        return cast("IO[bytes]", self.incoming[-1])


def register(app: Flask) -> None:
    """Install it. Before whatever reads forms, so that the larger limit stands when they are read."""
    app.request_class = Request
    app.jinja_env.globals.update(
        FILES_ACCEPTED=ACCEPTED, FILES_TAKEN=TAKEN, LARGEST_FILE=LARGEST_FILE, MOST_FILES=MOST_FILES, fresh_id=uuid4
    )
    app.before_request(_allow)
    app.teardown_request(_forget)


def takes_files(view: View) -> View:
    """Declare that a view's form may hold attachments."""
    setattr(view, _TAKES_FILES, True)
    return view


def sent(field: str = "files") -> tuple[Sent, ...]:
    """The files of this field, each looked through already; none that were left empty."""
    found = tuple(
        Sent(each.filename, cast(Incoming, each.stream)) for each in request.files.getlist(field) if each.filename
    )
    for each in found:
        each.content.kind()  # takes its time: before a case is locked for it
    return found


def let_go(errors: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a form, and beside the field that the files which came with it are to be chosen again."""
    if not sent():
        return dict(errors)
    return {**errors, FILES: errors.get(FILES, "") + CHOOSE_AGAIN}


def attached(reader: Reader, vault: Vault, case_id: UUID) -> dict[str, object]:
    """What a page's part 附件 needs (templates/attachments.html): what the officer may see, and add."""
    return {
        "attachments": attachments_of(reader, vault, me(), case_id), "may_attach": may_attach(reader, me(), case_id),
    }  # fmt: skip


def _taken_here() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, _TAKES_FILES, False)


def _allow() -> None:
    if _taken_here():
        request.max_content_length = LARGEST_UPLOAD


def _forget(_: BaseException | None) -> None:
    for incoming in cast(Request, request).incoming:
        incoming.close()
