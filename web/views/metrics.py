"""`/metrics`: the figures of the installation as Prometheus reads them; for this machine itself, or with a token."""

import hmac

from flask import Blueprint, Response, request

from bihuan.domain.errors import NotFound
from bihuan.queries.metrics import figures
from web.access import public
from web.house import house, reading

pages = Blueprint("metrics", __name__)
LOOPBACK = ("127.0.0.1", "::1")
PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@pages.get("/metrics")
@public
def show() -> Response:
    """The figures now. To whoever may not read them the page does not exist."""
    if not _may_read():
        raise NotFound("Expected this machine or the token of /metrics, but got neither")
    with reading() as (reader, _):
        found = figures(reader)
    from web import exposition  # loads a library that nothing else needs and many an installation never asks for

    return Response(exposition.text(found), content_type=exposition.CONTENT_TYPE)


def _may_read() -> bool:
    token = house().settings.metrics_token
    if token is not None:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    # Behind a proxy everybody comes from this machine; the proxy says that it passed them on.
    return request.remote_addr in LOOPBACK and not any(name in request.headers for name in PASSED_ON)
