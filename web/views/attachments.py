"""附件: an officer attaches files to a case, looks at them, saves them; the platform decides what units see."""

from contextlib import suppress
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.attach_file import attach_files
from bihuan.commands.attaching import FILES
from bihuan.commands.release_attachment import release_attachment, seal_attachment
from bihuan.commands.strike_out_attachment import strike_out_attachment
from bihuan.domain.errors import InvalidAnswers, StorageFull
from bihuan.domain.ids import CaseId
from bihuan.queries.attachments import OpenedFile, open_attachment
from bihuan.queries.case_page import case_header
from bihuan.queries.find_case import readable_cases
from web.downloads import download, preview
from web.forms import submission_in
from web.house import deed, house, me, reading
from web.uploads import CHOOSE_AGAIN, attached, sent, takes_files

pages = Blueprint("attachments", __name__)


@pages.get("/cases/<case_no>/attachments")
def index(case_no: str) -> Response:
    """The case's attachments alone, with the form to add some: where a refused upload leads."""
    return _page(case_no, "")


@pages.post("/cases/<case_no>/attachments")
@takes_files
def attach(case_no: str) -> Response | AnyResponse:
    """Attach what was chosen."""
    submission, files = submission_in(request.form), sent()
    try:
        case_id = _case(case_no)
        with deed() as work:  # who may not is told so first, whatever was chosen
            attach_files(work, case_id, files, submission_id=submission, key=request.form.get("key") or None)
        if not files:
            raise InvalidAnswers({FILES: "请先选择要上传的文件。"})
    except (InvalidAnswers, StorageFull) as fault:
        again = CHOOSE_AGAIN if len(files) > 1 else ""
        return make_response(_page(case_no, _words(fault) + again), fault.status)
    flash(f"已上传{len(files)}个附件。")
    return _back(case_no)


@pages.get("/cases/<case_no>/attachments/<int:number>")
def save(case_no: str, number: int) -> Response:
    """The file, to be saved."""
    return download(_opened(case_no, number))


@pages.get("/cases/<case_no>/attachments/<int:number>/preview")
def look(case_no: str, number: int) -> Response:
    """The image or PDF, to be looked at."""
    return preview(_opened(case_no, number))


@pages.post("/cases/<case_no>/attachments/<int:number>/release")
def release(case_no: str, number: int) -> Response | AnyResponse:
    """Let units see it (放行)."""
    case_id = _case(case_no)
    try:
        with deed() as work:
            release_attachment(work, case_id, number, looked=request.form.get("looked") == "true")
    except InvalidAnswers as fault:
        return make_response(_page(case_no, _words(fault)), fault.status)
    flash(f"附件{number}已放行，承办单位可以查看。")
    return _back(case_no)


@pages.post("/cases/<case_no>/attachments/<int:number>/seal")
def seal(case_no: str, number: int) -> AnyResponse:
    """Take that back (封存)."""
    case_id = _case(case_no)
    with deed() as work:
        seal_attachment(work, case_id, number)
    flash(f"附件{number}已封存，承办单位不能再查看。")
    return _back(case_no)


@pages.post("/cases/<case_no>/attachments/<int:number>/copy")
@takes_files
def strike_out(case_no: str, number: int) -> Response | AnyResponse:
    """Put a struck-out copy (隐去件) in its place."""
    submission, files = submission_in(request.form), sent()
    try:
        case_id = _case(case_no)
        with deed() as work:
            strike_out_attachment(work, case_id, number, next(iter(files), None), submission_id=submission)
    except (InvalidAnswers, StorageFull) as fault:
        return make_response(_page(case_no, _words(fault)), fault.status)
    flash(f"已用隐去件代替附件{number}，原件封存。")
    return _back(case_no)


def _case(case_no: str) -> CaseId:
    """Raises NotFound for whoever may not read it: nobody learns that it exists."""
    with reading() as (reader, vault):
        return case_header(reader, vault, me(), case_no).id


def _opened(case_no: str, number: int) -> OpenedFile:
    with reading() as (reader, vault):
        case_id = readable_cases(reader, me(), [case_no])[case_no]
        return open_attachment(reader, vault, house().files, me(), case_id, number)


def _page(case_no: str, fault: str) -> Response:
    with reading() as (reader, vault):
        header = case_header(reader, vault, me(), case_no)
        files = attached(reader, vault, header.id)
    return make_response(render_template("case_attachments.html", header=header, fault=fault, **files))


def _words(fault: InvalidAnswers | StorageFull) -> str:
    return fault.errors[FILES] if isinstance(fault, InvalidAnswers) else fault.chinese


def _back(case_no: str) -> AnyResponse:
    """To the task at which it was attached, or to the case."""
    with suppress(ValueError):
        return redirect(
            url_for("tasks.show", task_id=UUID(request.form.get("task", "")), _anchor="attachments"), code=303
        )
    return redirect(url_for("cases.show", case_no=case_no, _anchor="attachments"), code=303)
