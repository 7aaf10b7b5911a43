"""报表: the periodic reports that somebody may see, one of them for a period, the cases behind a figure, and files."""

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from bihuan.domain import access
from bihuan.queries import report_lists
from bihuan.queries.reports import ReportView, report, reports
from web import turns
from web.house import me, reading
from web.kept import anew, keep
from web.made_files import handed_out
from web.pages import page_asked

pages = Blueprint("reports", __name__)


@pages.get("/reports")
def index() -> Response:
    """The reports that the officer may see."""
    with reading() as (reader, _):
        found = reports(reader, me())
    return make_response(render_template("reports.html", found=found))


@pages.get("/reports/<report_id>")
def show(report_id: str) -> Response:
    """One report, of the period that runs unless the address says another."""
    with reading() as (reader, vault):
        view = report(reader, me(), report_id, request.args.get("period", "")[:20], anew=anew())
        lists = report_lists.lists(reader, vault, me(), view.chosen)
    keep(view.chosen, view.counted)
    return make_response(render_template("report.html", view=view, lists=lists))


@pages.get("/reports/<report_id>/cases")
def behind(report_id: str) -> Response:
    """The cases behind a figure, of one row of a table if the address names one."""
    with reading() as (reader, vault):
        found = report_lists.behind(
            reader, vault, me(), report_id, request.args.get("period", "")[:20], request.args.get("figure", "")[:60],
            by=request.args.get("by", "")[:80], value=request.args.get("value", "")[:80], page=page_asked(),
        )  # fmt: skip
    asked = {name: request.args[name] for name in ("period", "figure", "by", "value") if name in request.args}
    return make_response(render_template("report_cases.html", found=found, asked=asked, all_seen=access.oversees(me())))


@pages.get("/reports/<report_id>.xlsx")
def workbook(report_id: str) -> AnyResponse:
    """The report as a workbook, its lists whole."""
    with turns.files.one():
        with reading() as (reader, vault):
            view = report(reader, me(), report_id, request.args.get("period", "")[:20], anew=True)
            lists = report_lists.lists(reader, vault, me(), view.chosen, most=report_lists.IN_FILE)
        from bihuan.queries.report_workbook import workbook as made  # its library takes a fifth of a second to load

        content = made(view, lists)
    return handed_out(content, f"{_name(view)}.xlsx")


@pages.get("/reports/<report_id>.docx")
def bulletin(report_id: str) -> AnyResponse:
    """The draft of the bulletin."""
    with turns.files.one():
        with reading() as (reader, vault):
            view = report(reader, me(), report_id, request.args.get("period", "")[:20], anew=True)
            lists = report_lists.lists(reader, vault, me(), view.chosen)
        from bihuan.queries.report_bulletin import bulletin as made  # its libraries take a tenth of a second to load

        content = made(view, lists)
    return handed_out(content, f"{_name(view)}.docx")


def _name(view: ReportView) -> str:
    return f"{view.report.title}-{view.period}"
