"""Builds a small locality's folder, sound as it stands; each test spoils one thing."""

import io
import json
import zipfile
from typing import Any

LOCALITY = """
id = "zibo"
name = "淄博市"
level = "city"
region_code = "370300"
process = "request"
case_number = "ZBJS{year}{serial:05}"
office_hours = ["09:00-12:00", "13:00-17:00"]
rating_scale = ["非常不满意", "不满意", "基本满意", "满意", "非常满意"]

[lamps]
amber_workdays = 1

[internal_limits.dispatch]
workdays = 1
reason = "文件未写数字：1个工作日内分办"

[lanes]
"市平台" = "platform"
"承办单位" = ["${handling_unit}", "${unit + \\":principal\\"}"]
"督查室" = "supervision_office"

[categories]
financing = "融资"
other = "其他"
"""
ORGANISATION = """
[[unit]]
id = "platform"
name = "市“接诉即办”平台"
kind = "platform"

[[unit]]
id = "supervision_office"
name = "市委督查室、市政府督查室"
kind = "supervision"
supervises = "*"

[[unit]]
id = "commerce"
name = "市商务局"
kind = "handling"

[roles]
principal = "主要负责同志"

[[member]]
login = "commerce1"
name = "承办人甲"
memberships = ["commerce", "commerce:principal"]
"""
NOTICE = "【督促】${case_no}\n${unit}：该件应于${due}前办结，请抓紧办理（${clause}）。\n"


def a_field(kind: str = "textfield", key: str = "reason", *, control: bool = False, **more: Any) -> dict[str, Any]:
    """One component as the form editor writes it."""
    properties = {"properties": {"control": "true"}} if control else {}
    return {"type": kind, "key": key, "label": "理由", **properties, **more}


def a_form(*fields: dict[str, Any], **more: Any) -> bytes:
    """A form file with these fields."""
    return json.dumps({"type": "default", "components": list(fields), **more}, ensure_ascii=False).encode()


def a_docx(*paragraphs: str, **parts: str) -> bytes:
    """A .docx with these paragraphs of WordprocessingML text; `parts` adds or replaces package parts."""
    runs = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
        f'ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type='
        f'"{office}/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{runs}</w:body></w:document>',
        **parts,
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return written.getvalue()


def a_folder(**changes: bytes | str | None) -> dict[str, bytes]:
    """The files of a sound locality; a change by path replaces a file, None takes it away."""
    files: dict[str, bytes | str | None] = {
        "zibo/locality.toml": LOCALITY,
        "zibo/organisation.toml": ORGANISATION,
        "zibo/forms/dispatch.form": a_form(
            a_field("select", "handling_unit", control=True, valuesKey="handling_units", validate={"required": True})
        ),
        "zibo/forms/request.form": a_form(
            a_field("textfield", "subject", validate={"required": True}),
            a_field("textarea", "body", validate={"required": True}),
        ),
        "zibo/notices/urge.txt": NOTICE,
        "zibo/documents/transfer.docx": a_docx("转办单 {{ case_no }}", "{{ unit }}"),
        "common/forms/rating.form": a_form(a_field("number", "rating", control=True)),
        **changes,
    }
    return {path: text.encode() if isinstance(text, str) else text for path, text in files.items() if text is not None}
