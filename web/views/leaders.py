"""运行总览: the leaders' page, its charts' data, the cases behind each of its figures; and localities side by side."""

from typing import Any

from flask import Blueprint, abort, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from bihuan.queries import report_lists
from bihuan.queries.comparing import Comparison, compares, comparison
from bihuan.queries.counted import Value
from bihuan.queries.leading import By, Overview, headline_of, overview
from web import kept, turns
from web.house import me, reading
from web.made_files import handed_out
from web.pages import page_asked

pages = Blueprint("leaders", __name__)
UNITS = {"count": "件", "rate": "%", "average": "个工作日"}
WORDS: dict[By, str] = {"month": "按月", "quarter": "按季"}


@pages.get("/overview")
def show() -> AnyResponse:
    """The headline of the locality, of the month that runs unless the address says otherwise."""
    with reading() as (reader, _):
        found, waiting = overview(reader, me(), _by(), _period(), anew=kept.anew())
        others = compares(reader, me())
    if answer := kept.instead(found, waiting):
        return answer
    charts = _charts(found) if found else []
    return make_response(
        render_template(
            "leaders.html", found=found, charts=charts, words=WORDS, waiting=waiting, others=others, address=kept.here()
        )
    )


@pages.get("/overview/localities")
def localities() -> AnyResponse:
    """Several localities side by side (辖区对比), for those to whom others show their figures."""
    with reading() as (reader, _):
        found = comparison(reader, me(), _by(), _period(), anew=kept.anew())
    counts = [row.waiting for row in found.rows] if found else []
    if answer := kept.answered(*counts):
        return answer
    return make_response(
        render_template(
            "localities.html", found=found, charts=_compared(found) if found else [], words=WORDS,
            waiting=kept.slowest(counts), address=kept.here(),
        )
    )  # fmt: skip


@pages.get("/overview/localities.xlsx")
def workbook() -> AnyResponse:
    """The same as a workbook: what the page says, with each locality's moment."""
    with turns.files.one():
        with reading() as (reader, _):
            found = comparison(reader, me(), _by(), _period())
        if found is None:
            abort(404)
        from bihuan.queries.comparison_workbook import workbook as made  # its library takes a fifth of a second to load

        content = made(found)
    return handed_out(content, f"辖区对比-{found.period}.xlsx", f"comparison-{found.period}")


@pages.get("/overview/cases")
def behind() -> AnyResponse:
    """The cases behind a figure, of one unit if the address names it."""
    asked = {name: request.args.get(name, "")[:80] for name in ("report", "by", "period", "figure", "unit")}
    with reading() as (reader, vault):
        chosen = headline_of(reader, me(), asked["report"], _by(), asked["period"])
        found, waiting = report_lists.behind_of(
            reader, vault, me(), chosen, asked["figure"], by="unit" if "unit" in request.args else "",
            value=asked["unit"], page=page_asked(),
        )  # fmt: skip
    if answer := kept.instead(found, waiting):
        return answer
    given = {name: value for name, value in asked.items() if name in request.args}
    return make_response(render_template("leaders_cases.html", found=found, asked=given))


def _period() -> str:
    return request.args.get("period", "")[:20]


def _by() -> By:
    return "quarter" if request.args.get("by") == "quarter" else "month"


def _charts(found: Overview) -> list[dict[str, Any]]:
    """What is drawn: counts and rates over time, then units by each rate; the tables beneath say the same."""
    names = [row.figure.name for row in found.figures]
    periods = [point.period.words for point in found.trend]
    charts = []
    for kind, drawn, title in (
        ("count", "bar", "数量走势"), ("rate", "line", "比率走势"), ("average", "line", "用时走势"),
    ):  # fmt: skip
        series = [
            {"name": names[place], "values": [_number(point.values[place]) for point in found.trend]}
            for place, row in enumerate(found.figures)
            if row.value.kind == kind
        ]
        if series:
            charts.append({"kind": drawn, "title": title, "axis": periods, "series": series, "unit": UNITS[kind]})
    for place in found.ranking:
        ranked = sorted((unit for unit in found.units if unit.places[place]), key=lambda unit: unit.places[place] or 0)
        if ranked:
            charts.append(_ranking(found, place, ranked))
    return charts


def _compared(found: Comparison) -> list[dict[str, Any]]:
    """Of each kind the localities that have something to show, as the table lists them: no ranking, since what they
    count is not quite the same.
    """
    charts = []
    for kind, heading in found.kinds.items():
        shown = [(row.name, row.figures[kind].value) for row in found.rows if kind in row.figures]
        shown = [(name, value) for name, value in shown if value.number is not None]
        if shown:
            axis, values = [name for name, _ in shown], [_number(value) for _, value in shown]
            charts.append(
                {"kind": "ranking", "title": heading, "axis": axis, "series": [{"name": heading, "values": values}],
                 "unit": UNITS[shown[0][1].kind], "target": None}
            )  # fmt: skip
    return charts


def _ranking(found: Overview, place: int, ranked: list[Any]) -> dict[str, Any]:
    figure, value = found.figures[place].figure, found.figures[place].value
    return {
        "kind": "ranking", "title": f"{figure.name}（按单位）", "axis": [unit.name for unit in ranked],
        "series": [{"name": figure.name, "values": [_number(unit.values[place]) for unit in ranked]}],
        "unit": UNITS[value.kind],
        "target": figure.target.bound if figure.target else None,
    }  # fmt: skip


def _number(value: Value) -> float | None:
    return None if value.number is None else round(value.number, 2)
