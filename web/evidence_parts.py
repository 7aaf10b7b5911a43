"""The files of a pack of evidence (证据包): those that people read, those that prove, those that were handed in."""

import csv
import io
from collections.abc import Iterable, Iterator

from flask import render_template

from bihuan.domain.errors import FileDamaged
from bihuan.queries.attachments import Attachment, open_attachment
from bihuan.queries.evidence import VERIFIER, Evidence, as_lines, diagrams_of
from bihuan.queries.packing import Part
from web import wording
from web.house import house
from web.paper import typed
from web.times import second

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_HEADING = ("序号", "发生时间", "登记时间", "事项", "说明", "环节", "条款", "办理人", "摘要（SHA-256）")


def about(found: Evidence) -> dict[str, str]:
    """What the manifest says of the pack itself."""
    return {
        "case_no": found.header.case_no, "taken_at": second(found.taken_at), "taken_by": found.taker,
        "reason": wording.PACK_REASONS.get(found.reason, ""), "events": str(len(found.events)),
        "head": found.events[-1].hash.hex() if found.events else "",
        "identity": "included" if found.identity else "withheld",
    }  # fmt: skip


def parts_of(found: Evidence) -> Iterator[Part]:
    """Every file, in the order in which somebody would read them."""
    yield Part("工单.html", [render_template("evidence_case.html", found=found).encode()])
    yield Part("流转记录.csv", [_history(found).encode("utf-8-sig")])
    yield Part("流转记录.jsonl", as_lines(found.events))
    yield Part("核对.py", [VERIFIER.encode()])
    yield Part("说明.txt", [render_template("evidence_about.txt", found=found).encode()])
    if found.identity:
        yield Part("诉求人身份.txt", [_identity(found).encode()])
    for name, content in diagrams_of(found):
        yield Part(f"流程图/{name}", [content])
    yield from _documents(found)
    for attachment in found.attachments:
        ending = attachment.kind.ending
        yield Part(f"附件/附件{attachment.no}.{ending}", _content(found, attachment), packed=True)


def _documents(found: Evidence) -> Iterator[Part]:
    from bihuan.queries.order_document import order_document  # its library takes a tenth of a second to load

    for one in found.documents:
        yield Part(f"文书/{one.document.id}.docx", [typed(one.document, one.words)], packed=True)
    for order in found.orders:
        yield Part(f"文书/督办单-{order.no}.docx", [order_document(found.header, order)], packed=True)


def _history(found: Evidence) -> str:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(_HEADING)
    for row in found.rows:
        table.writerow(
            _plain(
                (
                    str(row.no), second(row.at), second(row.recorded_at),
                    wording.sentence(row, found.header.procedure), wording.remark(row), row.step, row.clause,
                    wording.actor(row), row.hash,
                )
            )
        )  # fmt: skip
    return written.getvalue()


def _plain(cells: Iterable[str]) -> list[str]:
    """No cell is a formula to whoever opens the file in a spreadsheet."""
    return [f"'{cell}" if cell.startswith(_DANGEROUS) else cell for cell in cells]


def _identity(found: Evidence) -> str:
    named = {"name": "姓名", "organisation": "单位", "phone": "电话", "email": "邮箱"}
    return "".join(f"{words}：{found.identity[key]}\n" for key, words in named.items() if found.identity.get(key))


def _content(found: Evidence, attachment: Attachment) -> Iterator[bytes]:
    """A file as the pack's reader may have it; one that is gone or damaged leaves a line that says so in its place."""
    app = house()
    try:
        with app.read() as reader:
            opened = open_attachment(reader, app.vault, app.files, found.reader, found.header.id, attachment.no)
        yield from opened.blocks()
    except FileDamaged as fault:
        yield fault.chinese.encode()
