"""Files that the house makes itself (文书, 报表, lists, a year's notice), on their way out to be saved."""

from io import BytesIO
from typing import Final

from flask import Response, send_file

_TYPES: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "toml": "application/toml",
}


def handed_out(content: bytes, name: str) -> Response:
    """The file under this name; what it is its ending says."""
    kind = _TYPES[name.rpartition(".")[2]]
    return send_file(BytesIO(content), kind, as_attachment=True, download_name=name)
