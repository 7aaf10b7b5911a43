"""报表: the periodic reports that somebody may see, one of them for a period, the cases behind a figure, and files."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.queries import report_lists
from bihuan.queries.report_lists import ListView
from bihuan.queries.reports import ReportView, report_page, reports
from web import kept, turns
from web.house import me, reading
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
def show(report_id: str) -> AnyResponse:
    """One report, of the period that runs unless the address says another."""
    with reading() as (reader, vault):
        view, waiting = report_page(reader, me(), report_id, _period(), anew=kept.anew())
        lists = report_lists.lists(reader, vault, me(), view.chosen) if view else ()
    if answer := kept.instead(view, waiting):
        return answer
    return make_response(render_template("report.html", view=view, lists=lists, waiting=waiting, address=kept.here()))


@pages.get("/reports/<report_id>/cases")
def behind(report_id: str) -> AnyResponse:
    """The cases behind a figure, of one row of a table if the address names one."""
    with reading() as (reader, vault):
        found, waiting = report_lists.behind(
            reader, vault, me(), report_id, _period(), request.args.get("figure", "")[:60],
            by=request.args.get("by", "")[:80], value=request.args.get("value", "")[:80], page=page_asked(),
        )  # fmt: skip
    if answer := kept.instead(found, waiting):
        return answer
    asked = {name: request.args[name] for name in ("period", "figure", "by", "value") if name in request.args}
    return make_response(render_template("report_cases.html", found=found, asked=asked, report_id=report_id))


@pages.get("/reports/<report_id>.xlsx")
def workbook(report_id: str) -> AnyResponse:
    """The report as a workbook, its lists whole."""
    with turns.files.one():
        found = _to_save(report_id, report_lists.IN_FILE)
        if found is None:
            return _not_yet(report_id)
        from bihuan.queries.report_workbook import workbook as made  # its library takes a fifth of a second to load

        content = made(*found)
    return _saved(content, found[0], "xlsx")


@pages.get("/reports/<report_id>.docx")
def bulletin(report_id: str) -> AnyResponse:
    """The draft of the bulletin."""
    with turns.files.one():
        found = _to_save(report_id, report_lists.ON_PAGE, published=True)
        if found is None:
            return _not_yet(report_id)
        from bihuan.queries.report_bulletin import bulletin as made  # its libraries take a tenth of a second to load

        content = made(*found)
    return _saved(content, found[0], "docx")


def _to_save(report_id: str, most: int, *, published: bool = False) -> tuple[ReportView, tuple[ListView, ...]] | None:
    """What a file holds: the report as its page has it, with that moment, and its lists."""
    with reading() as (reader, vault):
        view, _ = report_page(reader, me(), report_id, _period())
        if view is None:
            return None
        return view, report_lists.lists(reader, vault, me(), view.chosen, most=most, published=published)


def _not_yet(report_id: str) -> AnyResponse:
    """The page that has it counted."""
    flash("这份报表正在统计，统计完成后请再点一次下载。")
    return redirect(url_for("reports.show", report_id=report_id, period=_period() or None), code=303)


def _period() -> str:
    return request.args.get("period", "")[:20]


def _saved(content: bytes, view: ReportView, ending: str) -> Response:
    return handed_out(content, f"{view.report.title}-{view.period}.{ending}", f"report-{view.period}")
