"""The cases of a count: kept with it, so that a figure and its list are of one moment; for each reader his own."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bihuan.commands.count_report import FORGOTTEN_AFTER, want_report
from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine, Officer
from bihuan.queries import report_counts
from bihuan.queries.report_counts import LED_FOR, Waiting
from bihuan.queries.report_lists import Behind, ListView, behind, lists
from bihuan.queries.reports import ReportView, report, report_page
from bihuan.store.counted import counted_case, counted_report
from bihuan.store.statement import compiled
from tests.people import Town, files_of, three_of_september

BY_CHANNEL = """
[[list]]
title   = "来源台账"
cases   = "收到"
by      = "channel"
columns = [{ title = "编号", shows = "case_no" }]
"""


@pytest.fixture
def counted(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Three cases of September and a fourth of October, their months counted by a worker on 1 November."""
    files = dict(files_of("zibo"))
    text = (
        files["zibo/reports/monthly.toml"].decode().replace('["city_leaders"]', '["city_leaders", "human_resources"]')
    )
    files["zibo/reports/monthly.toml"] = (text + BY_CHANNEL).encode()
    with town.app.begin(Machine("test")) as work:
        deploy(work, files, note="")
    three_of_september(town)
    town.order()
    town.at("2026-11-01T00:00")
    monkeypatch.setattr(report_counts, "FEW", 0)
    for month in ("2026-09", "2026-10"):
        count_month(town, month)
    return town


def count_month(town: Town, month: str) -> None:
    officer = town.officer("supervision_office")
    with town.app.read() as reader:
        _, waiting = report_page(reader, officer, "monthly", month, anew=True)
    assert waiting
    with town.app.begin(officer) as work:
        want_report(work, waiting.chosen.key, readers=waiting.chosen.report.readers)
    town.ring()


def page(town: Town, officer: Officer, month: str) -> tuple[ReportView, tuple[ListView, ...]]:
    with town.app.read() as reader:
        view, _ = report_page(reader, officer, "monthly", month)
        assert view
        return view, lists(reader, town.app.vault, officer, view.chosen)


def anew(town: Town, officer: Officer, month: str) -> tuple[ReportView, tuple[ListView, ...]]:
    with town.app.read() as reader:
        view = report(reader, officer, "monthly", month)
        return view, lists(reader, town.app.vault, officer, view.chosen)


def cases_behind(town: Town, officer: Officer, month: str, figure: str, **row: str) -> Behind:
    with town.app.read() as reader:
        found, waiting = behind(reader, town.app.vault, officer, "monthly", month, figure, **row)
    assert (found is not None, waiting) == (True, None)
    assert found
    return found


def waited_for(
    town: Town, officer: Officer, month: str, figure: str, *, report_id: str = "monthly", **row: str
) -> Waiting:  # fmt: skip
    with town.app.read() as reader:
        found, waiting = behind(reader, town.app.vault, officer, report_id, month, figure, **row)
    assert (found, waiting is not None) == (None, True)
    assert waiting
    return waiting


def numbers(town: Town, officer: Officer, figure: str, month: str) -> list[str]:
    return [row.case_no for row in cases_behind(town, officer, month, figure).view.rows]


def shown(view: ReportView) -> Iterator[tuple[str, str, str, str]]:
    """Each number of cases on the page: figure, dimension, value, and the number itself."""
    for row in view.figures:
        if row.value.kind != "rate":
            yield row.figure.name, "", "", str(row.value.whole or row.value.words)
    for table in view.tables:
        for line in table.rows if table.table.by != "month" else ():
            for name, value in zip(table.table.figures, line.values, strict=True):
                if value.kind == "count":
                    yield name, table.table.by, line.key, value.words


@pytest.mark.parametrize("month", ["2026-09", "2026-10"])
def test_behind_each_number_stand_the_cases_that_were_counted(counted: Town, month: str) -> None:
    officer = counted.officer("supervision_office")
    view, listed = page(counted, officer, month)
    assert (view.figures, listed) == (anew(counted, officer, month)[0].figures, anew(counted, officer, month)[1])
    assert {one.title for one in listed} >= {"超期未办结清单", "来源台账"}
    for figure, by, value, number in shown(view):
        found = cases_behind(counted, officer, month, figure, by=by, value=value)
        assert (len(found.view.rows), found.as_of) == (int(number.replace("—", "0")), view.as_of), (figure, value)


def test_what_comes_in_later_stands_behind_no_number_that_leaves_it_out(counted: Town) -> None:
    """The page said 12 and the list, found anew, had 13 rows; an hour later nobody comes from that page."""
    officer = counted.officer("supervision_office")
    count_month(counted, "2026-11")
    counted.order()
    counted.at("2026-11-01T00:59")
    assert numbers(counted, officer, "收到", "2026-11") == []
    view, listed = page(counted, officer, "2026-11")
    assert [row.value.number for row in view.figures if row.figure.name == "收到"] == [0.0]
    assert not any(one.rows for one in listed if one.title == "来源台账")
    counted.at("2026-11-01T01:00")
    assert timedelta(hours=1) == LED_FOR
    assert waited_for(counted, officer, "2026-11", "收到").chosen.key["period"] == "2026-11"
    count_month(counted, "2026-11")
    assert len(numbers(counted, officer, "收到", "2026-11")) == 1


def test_the_month_before_stands_beside_and_leads_to_its_cases_too(counted: Town) -> None:
    """Of September the page of October counted them; of August nobody did, and a worker is asked."""
    officer = counted.officer("supervision_office")
    with counted.app.begin(Machine("test")) as work:
        work.do_at_once(compiled(sa.delete(counted_report).where(counted_report.c.period == "2026-09")))
    view, _ = page(counted, officer, "2026-10")
    for row in view.figures:
        if row.counts:
            assert len(numbers(counted, officer, row.figure.name, "2026-09")) == row.previous.number, row.figure.name
    assert waited_for(counted, officer, "2026-08", "收到").chosen.key["period"] == "2026-08"


def test_of_the_kept_cases_a_unit_is_shown_its_own(counted: Town) -> None:
    everybodys = numbers(counted, counted.officer("supervision_office"), "收到", "2026-09")
    own = numbers(counted, counted.officer("human_resources"), "收到", "2026-09")
    with counted.app.read() as reader:
        involved = report(reader, counted.officer("human_resources"), "monthly", "2026-09").chosen.values["mine"]
    assert involved == ["human_resources"]
    assert len(everybodys) == 3
    assert set(own) < set(everybodys)
    assert own == [row.case_no for row in anew(counted, counted.officer("human_resources"), "2026-09")[1][-1].rows]


def test_a_month_in_a_table_by_month_is_counted_as_that_month(counted: Town) -> None:
    officer = counted.officer("supervision_office")
    found = cases_behind(counted, officer, "2026-10", "收到", by="month", value="2026-09")
    assert len(found.view.rows) == 3


def test_a_month_of_the_year_is_counted_for_whoever_follows_it(counted: Town) -> None:
    """As in 开化's report of the year, of which a month is no period: its months have counts of their own."""
    files = dict(files_of("zibo"))
    text = files["zibo/reports/monthly.toml"].decode()
    yearly = text.replace('period = "month"', 'period = "year"').replace('id     = "monthly"', 'id     = "annual"')
    files["zibo/reports/annual.toml"] = yearly.encode()
    with counted.app.begin(Machine("test")) as work:
        deploy(work, files, note="")
    officer, asked = counted.officer("supervision_office"), {"by": "month", "value": "2026-09"}
    waiting = waited_for(counted, officer, "2026", "收到", report_id="annual", **asked)
    with counted.app.begin(officer) as work:
        want_report(work, waiting.chosen.key, readers=waiting.chosen.report.readers)
    counted.ring()
    with counted.app.read() as reader:
        found, _ = behind(reader, counted.app.vault, officer, "annual", "2026", "收到", **asked)
    assert found
    assert len(found.view.rows) == 3


def test_a_count_nobody_asked_for_since_yesterday_is_deleted_with_its_cases(counted: Town) -> None:
    begun = counted.app.clock.now()
    counted.clock.move_to(begun + FORGOTTEN_AFTER * 1.01)
    count_month(counted, "2026-10")
    with counted.app.read() as reader:
        kept = [row["period"] for row in reader.all(compiled(sa.select(counted_report.c.period)))]
        of = {row["report_id"] for row in reader.all(compiled(sa.select(counted_case.c.report_id)))}
    assert (kept, len(of)) == (["2026-10"], 1)
