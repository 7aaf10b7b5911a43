"""Files that the house makes itself (文书, 报表, lists, a year's notice), on their way out to be saved."""

import re
from io import BytesIO
from typing import Final
from urllib.parse import quote

from flask import Response, send_file

_TYPES: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "toml": "application/toml",
}


def handed_out(content: bytes, name: str, plain: str = "") -> Response:
    """The file under this name; what it is its ending says. `plain`: its name where only ASCII is understood, without
    the ending; what is ASCII in the name unless said.
    """
    stem, _, ending = name.rpartition(".")
    plain = plain or re.sub(r"[^\w-]", "", stem, flags=re.ASCII).strip("-") or "file"
    response = send_file(BytesIO(content), _TYPES[ending], as_attachment=True, download_name=name)
    named = f"filename={plain}.{ending}; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = f"attachment; {named}"
    return response
