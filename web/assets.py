"""Style, script and the third-party parts installed at set-up: a closed list, served with a hash of their content."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, request

from web.access import public
from web.house import house

pages = Blueprint("assets", __name__)

OWN = Path(__file__).parent / "static"
THIRD_PARTY = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "diagram-js.css": "bpmn-js/dist/assets/diagram-js.css",
    "bpmn-js.css": "bpmn-js/dist/assets/bpmn-js.css",
    "echarts.js": "echarts/dist/echarts.common.min.js",
    "bpmn-viewer.js": "bpmn-js/dist/bpmn-navigated-viewer.production.min.js",
}
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
A_YEAR = 31_536_000


@pages.get("/assets/<name>")
@public
def asset(name: str) -> Response:
    """One file of the list. With the hash that its address carries it may be kept for a year."""
    path = _path(name)
    if path is None:
        abort(404)
    content, packed, version = _content(path)
    response = Response(mimetype=TYPES[path.suffix])
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.headers["Content-Encoding"] = "gzip"
        content = packed
    response.set_data(content)
    kept = A_YEAR if request.args.get("v") == version else 0
    response.headers["Cache-Control"] = f"public, max-age={kept}, immutable" if kept else "no-cache"
    return response


def version_of(name: str) -> str:
    """The hash that an asset's address carries; empty when it is not installed."""
    return _version(name, house().settings.assets)


@lru_cache(maxsize=128)
def _version(name: str, installed: Path | None) -> str:
    path = _found(name, installed)
    return _content(path)[2] if path else ""


def _path(name: str) -> Path | None:
    return _found(name, house().settings.assets)


def _found(name: str, installed: Path | None) -> Path | None:
    if name in THIRD_PARTY:
        path = installed / THIRD_PARTY[name] if installed else None
    else:
        path = OWN / name if name in _own_names() else None
    return path if path and path.is_file() else None


@lru_cache(maxsize=1)
def _own_names() -> frozenset[str]:
    return frozenset(path.name for path in OWN.iterdir() if path.suffix in TYPES)


@lru_cache(maxsize=64)
def _content(path: Path) -> tuple[bytes, bytes, str]:
    content = path.read_bytes()
    return content, gzip.compress(content, mtime=0), hashlib.sha256(content).hexdigest()[:12]
