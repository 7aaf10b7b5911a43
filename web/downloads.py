"""Attachments (附件) on their way out: as a file to be saved, or to be looked at in a frame that can do nothing.

Whatever somebody sent is never a page of ours: its type is the one its content was found to have, no browser may guess
another (nosniff), and a policy of its own takes script, style, forms and the session away from it.
"""

from typing import Literal
from urllib.parse import quote

from flask import Response, request
from werkzeug.wsgi import FileWrapper

from bihuan.domain.errors import NotFound
from bihuan.queries.attachments import OpenedFile

LOCKED = "default-src 'none'; frame-ancestors 'self'; sandbox"
"""Browsers' own viewers show a PDF under it, too."""
_BLOCK = 64 * 1024


def download(opened: OpenedFile) -> Response:
    """To be saved."""
    return _response(opened, "attachment")


def preview(opened: OpenedFile) -> Response:
    """To be looked at: an image or a PDF. Raises NotFound for what is only to be saved."""
    kind = opened.attachment.kind
    if not kind.preview:
        opened.content.close()
        raise NotFound(f"Expected something to look at, but {kind.media_type} is only to be saved")
    return _response(opened, "inline")


def _response(opened: OpenedFile, disposition: Literal["attachment", "inline"]) -> Response:
    attachment, content = opened.attachment, opened.content
    content.read(1)  # a file that is gone or changed is told now, by a page
    content.seek(0)
    if attachment.cleaned:
        response = Response(opened.blocks(), mimetype=attachment.kind.media_type)
    else:
        response = Response(FileWrapper(content, _BLOCK), mimetype=attachment.kind.media_type, direct_passthrough=True)
        response.content_length = attachment.bytes
        response.make_conditional(request.environ, accept_ranges=True, complete_length=attachment.bytes)
    response.call_on_close(content.close)
    plain = f"attachment-{attachment.no}.{attachment.kind.ending}"
    named = f"filename=\"{plain}\"; filename*=UTF-8''{quote(attachment.name, safe='')}"
    response.headers["Content-Disposition"] = f"{disposition}; {named}"
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
