"""运行总览: the same figures as the report's, with formula and exclusions, each leading to exactly its cases."""

import json
import re
from html import unescape

import pytest

from bihuan.queries.leading import overview
from bihuan.queries.reports import report
from tests.people import Town, three_of_september
from tests.web.conftest import Enter

RESOLVED = {
    "outcome": "resolved", "reply_to_company": "所反映的事项已经办妥", "replied_by": "phone",
    "report_to_platform": "已经办结并答复企业",
}  # fmt: skip
VERIFIED = {"follow_up_method": "phone", "follow_up_record": "企业表示满意", "sound": True, "opinion": "办理到位"}


@pytest.fixture
def autumn(town: Town) -> Town:
    """Three cases of September: one resolved in time and rated, one late, one overdue; one more of October."""
    three_of_september(town)
    town.order()
    town.at("2026-11-02T00:00")
    return town


def test_its_figures_are_those_of_the_report(autumn: Town) -> None:
    with autumn.app.read() as reader:
        officer = autumn.officer("platform")
        for month in ("2026-09", "2026-10"):
            whole = {row.figure.name: row.value for row in report(reader, officer, "monthly", month).figures}
            found = overview(reader, officer, "month", month)
            assert found is not None
            assert [row.figure.name for row in found.figures] == list(found.report.headline)
            assert {row.figure.name: row.value for row in found.figures}.items() <= whole.items()


def test_a_quarter_is_its_months_and_the_trend_ends_with_the_period(autumn: Town) -> None:
    with autumn.app.read() as reader:
        officer = autumn.officer("supervision_office")
        quarter = overview(reader, officer, "quarter", "2026Q4")
        months = [overview(reader, officer, "month", month) for month in ("2026-10", "2026-11")]
        assert quarter is not None
        received = [found.figures[0].value.number for found in months if found]
        assert quarter.figures[0].value.number == sum(number or 0 for number in received) == 1
        assert [str(point.period) for point in quarter.trend][-2:] == ["2026Q3", "2026Q4"]
        assert quarter.trend[-2].values[0].number == 3
        assert quarter.trend[-1].values == tuple(row.value for row in quarter.figures)


def test_units_are_ranked_by_each_rate_and_share_places(autumn: Town) -> None:
    with autumn.app.read() as reader:
        found = overview(reader, autumn.officer("platform"), "month", "2026-10")
    assert found is not None
    on_time, days = (list(found.report.headline).index(name) for name in ("按期办结率", "平均办理工作日"))
    places = {unit.key: (unit.places[on_time], unit.places[days]) for unit in found.units}
    assert places["commerce"] == (1, 1), "in time, and the fewer days"
    assert places["taxation"] == (2, 2)


def test_every_figure_leads_to_as_many_cases(autumn: Town, enter: Enter) -> None:
    client = enter(autumn.officer("supervision_office"))
    for address in ("/overview?period=2026-10", "/overview?by=quarter&period=2026Q4", "/overview?period=2026-09"):
        page = client.get(address).get_data(as_text=True)
        links = re.findall(r'href="(/overview/cases[^"]+)" aria-label="[^："]+：(\d+)件', page)
        assert len(links) > 3
        for link, number in links:
            behind = client.get(unescape(link)).get_data(as_text=True)
            assert behind.partition("<tbody>")[2].count("<tr>") == int(number), link


def test_a_rate_shows_its_formula_and_what_it_leaves_out(autumn: Town, enter: Enter) -> None:
    page = enter(autumn.officer("city_leaders")).get("/overview?period=2026-10").get_data(as_text=True)
    assert "按期办结 ÷ 应办结" in page
    assert "（非常满意+满意+基本满意）÷已评价（口径D4）" in page


def test_what_is_drawn_is_what_the_tables_say(autumn: Town, enter: Enter) -> None:
    page = enter(autumn.officer("platform")).get("/overview?period=2026-10").get_data(as_text=True)
    charts = [json.loads(unescape(found)) for found in re.findall(r'data-chart="([^"]+)"', page)]
    assert [chart["kind"] for chart in charts[:2]] == ["bar", "line"]
    series = {one["name"]: one["values"] for chart in charts[:3] for one in chart["series"]}
    assert series["收到"][-2:] == [3, 1]
    assert series["按期办结率"][-2:] == [None, 33.33]
    assert series["平均办理工作日"][-1] == 13.5
    ranking = next(chart for chart in charts if chart["title"].startswith("按期办结率"))
    assert (ranking["axis"], ranking["series"][0]["values"]) == (["市商务局", "市税务局"], [100, 0])
    assert "<style" not in page
    assert " style=" not in page


@pytest.mark.parametrize("address", ["/overview?period=2026-13", "/overview?by=quarter&period=2026-10",
                                     "/overview/cases", "/overview/cases?report=monthly&figure=满意率",
                                     "/overview/cases?report=one-stop-ledger&figure=在列"])  # fmt: skip
def test_what_is_not_there_is_not_found(town: Town, enter: Enter, address: str) -> None:
    assert enter(town.officer("platform")).get(address).status_code == 404


def test_who_may_not_see_the_report_sees_no_overview(autumn: Town, enter: Enter) -> None:
    client = enter(autumn.officer("commerce"))
    assert "没有可以查看的运行总览" in client.get("/overview").get_data(as_text=True)
    assert client.get("/overview/cases?report=monthly&figure=收到").status_code == 403


def test_a_leader_sees_figures_and_no_cases_of_others(autumn: Town, enter: Enter) -> None:
    client = enter(autumn.officer("city_leaders"))
    assert "查看工单" in client.get("/overview?period=2026-10").get_data(as_text=True)
    behind = client.get("/overview/cases?report=monthly&period=2026-10&figure=办结").get_data(as_text=True)
    assert behind.partition("<tbody>")[2].count("<tr>") == 0


def test_what_was_counted_is_kept_for_minutes_and_told_with_its_moment(autumn: Town, enter: Enter) -> None:
    """The very sums; a new case is not among them before ten minutes are over, or somebody has all counted anew."""
    client = enter(autumn.officer("supervision_office"))
    addresses = ("/overview?period=2026-11", "/reports/monthly?period=2026-11")
    first, again = ([client.get(address).get_data(as_text=True) for address in addresses] for _ in range(2))
    assert [page.partition("<main")[2] for page in again] == [page.partition("<main")[2] for page in first]
    autumn.at("2026-11-02T00:05")
    autumn.order()
    for address, before in zip(addresses, first, strict=True):
        kept = client.get(address).get_data(as_text=True)
        assert figures_of(kept) == figures_of(before)
        assert "截至2026-11-02 00:00" in kept
        anew = client.get(f"{address}&anew=1").get_data(as_text=True)
        assert figures_of(anew) != figures_of(before)
        assert "截至2026-11-02 00:05" in anew
        assert figures_of(client.get(address).get_data(as_text=True)) == figures_of(anew), "from then on that is kept"
    autumn.order()
    autumn.at("2026-11-02T00:15")
    for address in addresses:
        assert "截至2026-11-02 00:15" in client.get(address).get_data(as_text=True)


def figures_of(page: str) -> list[str]:
    """Every number that leads to cases."""
    return re.findall(r'aria-label="([^"]+)"', page.partition("<main")[2])


def test_what_is_kept_is_what_is_counted(autumn: Town, enter: Enter) -> None:
    """By unit, for both periods, and over time: nothing is lost on the way into the row and back."""
    client, officer = enter(autumn.officer("platform")), autumn.officer("platform")
    for by, period in (("month", "2026-10"), ("quarter", "2026Q4")):
        client.get(f"/overview?by={by}&period={period}")
        with autumn.app.read() as reader:
            kept = overview(reader, officer, by, period)  # type: ignore[arg-type]
            counted = overview(reader, officer, by, period, anew=True)  # type: ignore[arg-type]
        assert kept is not None
        assert counted is not None
        assert not kept.counted.fresh
        assert counted.counted.fresh
        assert (kept.figures, kept.trend, kept.units) == (counted.figures, counted.trend, counted.units)
