"""运行总览: the same figures as the report's, with formula and exclusions, each leading to exactly its cases."""

import json
import re
from html import unescape

import pytest

from bihuan import errands
from bihuan.commands.take_due import take_due
from bihuan.domain.access import Machine
from bihuan.queries import report_counts
from bihuan.queries.leading import By, overview
from bihuan.queries.reports import report
from tests.people import COMPANY, Town, three_of_september
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
            found, _ = overview(reader, officer, "month", month)
            assert found is not None
            assert [row.figure.name for row in found.figures] == list(found.report.headline)
            assert {row.figure.name: row.value for row in found.figures}.items() <= whole.items()


def test_a_quarter_is_its_months_and_the_trend_ends_with_the_period(autumn: Town) -> None:
    with autumn.app.read() as reader:
        officer = autumn.officer("supervision_office")
        quarter, _ = overview(reader, officer, "quarter", "2026Q4")
        months = [overview(reader, officer, "month", month)[0] for month in ("2026-10", "2026-11")]
        assert quarter is not None
        received = [found.figures[0].value.number for found in months if found]
        assert quarter.figures[0].value.number == sum(number or 0 for number in received) == 1
        assert [str(point.period) for point in quarter.trend][-2:] == ["2026Q3", "2026Q4"]
        assert quarter.trend[-2].values[0].number == 3
        assert quarter.trend[-1].values == tuple(row.value for row in quarter.figures)


def test_the_trend_begins_with_the_first_case_and_names_its_periods_in_words(autumn: Town, enter: Enter) -> None:
    """Months before there was a procedure are no months in which nothing happened."""
    with autumn.app.read() as reader:
        empty, _ = overview(reader, autumn.officer("platform"), "month", "2026-03")
    assert empty is not None
    assert [str(point.period) for point in empty.trend] == ["2026-03"]
    client = enter(autumn.officer("platform"))
    for address, axis in (
        ("/overview?period=2026-11", ["2026年9月", "2026年10月", "2026年11月"]),
        ("/overview?by=quarter&period=2026Q4", ["2026年第三季度", "2026年第四季度"]),
    ):
        chart = re.search(r'data-chart="([^"]+)"', client.get(address).get_data(as_text=True))
        assert chart is not None
        assert json.loads(unescape(chart[1]))["axis"] == axis


def test_units_are_ranked_by_each_rate_and_share_places(autumn: Town) -> None:
    with autumn.app.read() as reader:
        found, _ = overview(reader, autumn.officer("platform"), "month", "2026-10")
    assert found is not None
    on_time, days = (list(found.report.headline).index(name) for name in ("按期办结率", "平均办理工作日"))
    places = {unit.key: (unit.places[on_time], unit.places[days]) for unit in found.units}
    assert places["commerce"] == (1, 1), "in time, and the fewer days"
    assert places["taxation"] == (2, 2)


def test_every_figure_leads_to_as_many_cases(autumn: Town, enter: Enter) -> None:
    client = enter(autumn.officer("supervision_office"))
    for address in (
        "/overview?period=2026-10", "/overview?by=quarter&period=2026Q4", "/overview?period=2026-09",
        "/reports/monthly?period=2026-10",
    ):  # fmt: skip
        page = client.get(address).get_data(as_text=True)
        links = re.findall(r'href="([^"]+/cases[?][^"]+)" aria-label="[^："]+：(\d+)件', page)
        assert len(links) > 3
        for link, number in links:
            behind = client.get(unescape(link)).get_data(as_text=True)
            assert behind.partition("<tbody>")[2].count("<tr>") == int(number), link


def test_a_rate_shows_its_formula_and_what_it_leaves_out(autumn: Town, enter: Enter) -> None:
    page = enter(autumn.officer("city_leaders")).get("/overview?period=2026-10").get_data(as_text=True)
    assert "按期办结 ÷ 应办结" in page
    assert "（非常满意+满意+基本满意）÷已评价" in page


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


def test_a_leader_sees_which_cases_a_figure_counts_and_opens_none(autumn: Town, enter: Enter) -> None:
    """The bulletin is made for them, its lists too: no identity, and no way into the case."""
    client = enter(autumn.officer("city_leaders"))
    assert "查看工单" in client.get("/overview?period=2026-10").get_data(as_text=True)
    behind = client.get("/overview/cases?report=monthly&period=2026-10&figure=办结").get_data(as_text=True)
    assert behind.partition("<tbody>")[2].count("<tr>") == 2
    assert (COMPANY["name"] in behind, 'href="/cases/' in behind, "只列出本单位" in behind) == (False, False, False)
    number = re.findall("ZB[A-Z]+[0-9]+", behind)[0]
    assert client.get(f"/cases/{number}").status_code == 404


@pytest.mark.parametrize(
    "address", ["/overview?period=2031-01", "/reports/monthly?period=2027-05", "/reports/monthly.docx?period=2027-05"]
)
def test_a_period_that_is_yet_to_begin_has_no_sheet(autumn: Town, enter: Enter, address: str) -> None:
    answer = enter(autumn.officer("city_leaders")).get(address)
    assert (answer.status_code, "尚未开始，没有数据" in answer.get_data(as_text=True)) == (404, True)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few cases there are, they are too many to be counted while a page is made."""
    monkeypatch.setattr(report_counts, "FEW", 0)


PAGES = ("/overview?period=2026-11", "/reports/monthly?period=2026-11")
LOOKING = {"HX-Request": "true"}


@pytest.mark.usefixtures("many")
def test_what_a_worker_counted_is_shown_for_minutes_and_told_with_its_moment(autumn: Town, enter: Enter) -> None:
    """A page waits and comes again; a new case counts when it is older, or when somebody has all counted anew."""
    client = enter(autumn.officer("supervision_office"))
    for address in PAGES:
        waiting = client.get(address).get_data(as_text=True)
        assert ("正在统计" in waiting, figures_of(waiting)) == (True, ["统计进度"])
        looked = client.get(address, headers=LOOKING)
        assert ("正在统计" in looked.get_data(as_text=True), "HX-Refresh" in looked.headers) == (True, False)
        assert client.get(address.replace("?", ".xlsx?")).status_code == 303 or "overview" in address
    autumn.ring()
    assert all(client.get(address, headers=LOOKING).headers["HX-Refresh"] == "true" for address in PAGES)
    first = [client.get(address).get_data(as_text=True) for address in PAGES]
    autumn.at("2026-11-02T00:05")
    autumn.order()
    for address, before in zip(PAGES, first, strict=True):
        kept = client.get(address).get_data(as_text=True)
        assert figures_of(kept) == figures_of(before)
        assert ("截至2026-11-02 00:00" in kept, "正在统计" in kept) == (True, False)
        anew = client.get(f"{address}&anew=1")
        assert (anew.status_code, anew.location) == (303, address)
        meanwhile = client.get(address).get_data(as_text=True)
        assert ("截至2026-11-02 00:00" in meanwhile, "正在统计" in meanwhile) == (True, True)
        autumn.ring()
        counted = client.get(address).get_data(as_text=True)
        assert figures_of(counted) != figures_of(before)
        assert ("截至2026-11-02 00:05" in counted, "正在统计" in counted) == (True, False)
    autumn.at("2026-11-02T00:15")
    for address in PAGES:
        old = client.get(address).get_data(as_text=True)
        assert ("截至2026-11-02 00:05" in old, "正在统计" in old) == (True, True)
    autumn.ring()
    assert all("截至2026-11-02 00:15" in client.get(address).get_data(as_text=True) for address in PAGES)


@pytest.mark.usefixtures("many")
def test_a_count_that_fails_is_tried_again_and_then_said_to_have_failed(
    autumn: Town, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = enter(autumn.officer("platform")), PAGES[1]
    client.get(address)
    with monkeypatch.context() as broken:
        broken.setattr(errands, "add_part", lambda *_: 1 / 0)
        for minute in range(1, 5):
            assert "正在统计" in client.get(address).get_data(as_text=True)
            autumn.at(f"2026-11-02T00:0{minute}")
    failed = client.get(address).get_data(as_text=True)
    assert ("没有完成" in failed, "正在统计" in failed) == (True, False)
    assert client.get(f"{address}&anew=1").location == address
    autumn.ring()
    assert "截至2026-11-02 00:04" in client.get(address).get_data(as_text=True)


def test_few_cases_are_counted_while_the_page_is_made(autumn: Town, enter: Enter) -> None:
    client = enter(autumn.officer("platform"))
    before = [figures_of(client.get(address).get_data(as_text=True)) for address in PAGES]
    autumn.order()
    for address, figures in zip(PAGES, before, strict=True):
        assert figures_of(client.get(address).get_data(as_text=True)) != figures


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("address", "more"),
    [
        ("/overview/cases?report=monthly&by=month&period=2026-09&figure=收到", "&unit="),
        ("/reports/monthly/cases?period=2026-09&figure=收到", "&by=category&value="),
        ("/reports/monthly/cases?period=2026-11&figure=收到&by=month&value=2026-09", ""),
    ],
)
def test_cases_of_a_period_nobody_has_had_counted_are_waited_for(
    autumn: Town, enter: Enter, address: str, more: str
) -> None:
    client = enter(autumn.officer("city_leaders"))
    waiting = client.get(address)
    assert (waiting.status_code, "正在统计" in waiting.get_data(as_text=True)) == (200, True)
    assert "正在统计" in client.get(address, headers=LOOKING).get_data(as_text=True)
    autumn.ring()
    assert client.get(address, headers=LOOKING).headers["HX-Refresh"] == "true"
    there = client.get(address).get_data(as_text=True)
    assert (there.count('class="no"'), "截至2026-11-02 00:00的工单" in there) == (3, True)
    assert 'class="no"' not in client.get(f"{address}{more}nowhere").get_data(as_text=True) or not more


@pytest.mark.usefixtures("many")
def test_nobody_has_a_report_counted_that_he_may_not_read(autumn: Town, enter: Enter) -> None:
    assert enter(autumn.officer("commerce")).get(PAGES[1]).status_code == 403
    with autumn.app.begin(Machine("bell")) as work:
        assert not take_due(work, reports=True).reports


def figures_of(page: str) -> list[str]:
    """Every number that leads to cases."""
    return re.findall(r'aria-label="([^"]+)"', page.partition("<main")[2])


@pytest.mark.usefixtures("many")
def test_what_is_kept_is_what_is_counted(autumn: Town, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """By unit, for both periods, and over time: nothing is lost on the way into the row and back."""
    client, officer = enter(autumn.officer("platform")), autumn.officer("platform")
    spans: list[tuple[By, str]] = [("month", "2026-10"), ("quarter", "2026Q4")]
    for by, period in spans:
        client.get(f"/overview?by={by}&period={period}")
    autumn.ring()
    with autumn.app.read() as reader:
        kept = [overview(reader, officer, by, period) for by, period in spans]
        monkeypatch.setattr(report_counts, "FEW", 1000)
        assert [overview(reader, officer, by, period) for by, period in spans] == kept
    assert all(found and found.units for found, _ in kept)
