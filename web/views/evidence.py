"""证据包: all that proves a case, as a zip that is sent while it is made; who took it and why stands in its history."""

from collections.abc import Callable, Iterator
from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template, request, stream_with_context

from bihuan.commands.pack_evidence import REASONS, pack_evidence
from bihuan.domain import access
from bihuan.domain.errors import InvalidAnswers
from bihuan.domain.ids import CaseId
from bihuan.queries.case_page import case_header
from bihuan.queries.evidence import Evidence, evidence
from bihuan.queries.packing import packed
from web import turns
from web.evidence_parts import about, parts_of
from web.house import deed, me, reading

pages = Blueprint("evidence", __name__)


@pages.get("/cases/<case_no>/evidence")
def ask(case_no: str) -> Response:
    """What a pack holds, and why it is taken."""
    return _page(case_no, {})


@pages.post("/cases/<case_no>/evidence")
def take(case_no: str) -> Response:
    """The pack. Its texts are read as of one moment before the first byte goes out; files are opened as they come."""
    with reading() as (reader, vault):
        header = case_header(reader, vault, me(), case_no)
    give_back = turns.packs.take()
    try:
        found = _recorded(case_no, header.id)
    except InvalidAnswers as fault:
        give_back()
        return make_response(_page(case_no, fault.errors), 422)
    except BaseException:
        give_back()
        raise
    pack = _then(packed(parts_of(found), found.taken_at, about(found)), give_back)
    response = Response(stream_with_context(pack), mimetype="application/zip")
    response.call_on_close(give_back)  # also when nobody reads the first byte
    name = quote(f"证据包-{case_no}.zip", safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"evidence.zip\"; filename*=UTF-8''{name}"
    return response


def _then(blocks: Iterator[bytes], done: Callable[[], None]) -> Iterator[bytes]:
    try:
        yield from blocks
    finally:
        done()


def _recorded(case_no: str, case_id: CaseId) -> Evidence:
    """History says first that the pack is taken; so it says that of itself."""
    with deed() as work:
        identity = pack_evidence(
            work, case_id, request.form.get("reason", ""), with_identity=request.form.get("identity") == "true"
        )
    with reading(as_of_one_moment=True) as (reader, vault):
        return evidence(reader, vault, me(), case_no, identity)


def _page(case_no: str, errors: dict[str, str]) -> Response:
    access.require_overseer(me(), locality=me().locality)
    with reading() as (reader, vault):
        header = case_header(reader, vault, me(), case_no)
    return make_response(
        render_template("evidence.html", header=header, reasons=REASONS, posted=request.form, errors=errors)
    )
