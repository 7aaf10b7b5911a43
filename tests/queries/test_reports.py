"""Figures are those of the cases: each counted once, in the period in which it happened, for those who may see them."""

import io
from datetime import datetime
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotAllowed, NotFound
from bihuan.domain.workdays.periods import Period
from bihuan.locality.check import sound
from bihuan.locality.reports import Condition
from bihuan.queries.counted import places
from bihuan.queries.leading import overview
from bihuan.queries.report_bulletin import bulletin
from bihuan.queries.report_lists import Behind, behind, lists
from bihuan.queries.report_words import ReportWords
from bihuan.queries.report_workbook import workbook
from bihuan.queries.reports import ReportView, choose, report, reports
from tests.people import COMPANY, Town, files_of, three_of_september


def monthly(town: Town, period: str, unit: str = "platform", role: str = "officer") -> ReportView:
    with town.app.read() as reader:
        return report(reader, town.officer(unit, role), "monthly", period)


def cases_behind(*of: Any, **row: Any) -> Behind:
    """Of few cases nobody waits for a count."""
    found, waiting = behind(*of, **row)
    assert (found is not None, waiting) == (True, None)
    assert found
    return found


def figures(view: ReportView) -> dict[str, str]:
    return {row.figure.name: row.value.words for row in view.figures}


@pytest.fixture
def october(town: Town) -> Town:
    """The autumn of three orders, up to 27 October."""
    three_of_september(town)
    return town


def test_a_struck_off_request_is_no_word_for_a_case_of_another_procedure(town: Town) -> None:
    with town.app.read() as reader:
        deployment = choose(reader, town.officer("platform"), "monthly", "").deployment
    assert ReportWords(deployment, "").value("exit", "closed") == "已销号"
    assert ReportWords(deployment, "key_task").value("exit", "closed") == "已办结"
    assert ReportWords(deployment, "key_task").value("exit", "") == "办理中"


def test_a_milestone_is_called_as_the_procedure_draws_it_whose_cases_are_counted(town: Town) -> None:
    with town.app.read() as reader:
        deployment = choose(reader, town.officer("platform"), "monthly", "").deployment
    evaluated = ReportWords(deployment, "key_task").left_out([Condition("reached", ("evaluated",))])
    assert evaluated == f"已到达“{deployment.milestone_name('evaluated', 'key_task')}”"
    assert "evaluated" not in evaluated


@pytest.mark.parametrize("folder", ["changshu", "kaihua", "xuchang", "yunnan", "zibo"])
def test_no_milestone_is_called_by_one_of_several_elements(folder: str) -> None:
    """淄博's 平均办理工作日 was said to end at 继续办理: the first element in the file that says `resolved`."""
    deployment = sound(files_of(folder))
    definition, settings = deployment.definition, deployment.locality.settings
    for procedure in definition.processes:
        drawn = [one for process in deployment.followed(procedure) for one in definition.elements(process) if one.name]
        for milestone in {name for one in drawn for name in one.milestones}:
            names = {one.name for one in drawn if milestone in one.milestones}
            called = {settings.milestones[milestone]} if milestone in settings.milestones else names
            assert {deployment.milestone_name(milestone, procedure)} == called, (procedure, milestone)


def test_an_average_ends_where_its_words_say() -> None:
    deployment = sound(files_of("zibo"))
    figures = deployment.locality.report("monthly").figures
    average = next(one for one in figures if one.name == "平均办理工作日")
    assert ReportWords(deployment, "").meaning(average) == "自交办至办结的工作日数，起算当日不计入"


def test_a_month_is_counted(october: Town) -> None:
    october.at("2026-11-01T00:00")
    found = figures(monthly(october, "2026-10"))

    assert found == {
        "收到": "0", "省转办": "0", "上期结转": "3", "分办": "0", "办结": "2", "销号": "1", "撤回": "0",
        "期末在办": "2", "应首次回复": "3", "按期首次回复": "2", "首次回复按期率": "66.67%",
        "应办结": "3", "按期办结": "1", "逾期": "2", "按期办结率": "33.33%", "超期未办结": "1",
        "平均办理工作日": "13.5", "督促": "2", "批准延期": "0", "转督查室": "0", "责成重新办理": "0",
        "已评价": "1", "满意": "1", "不满意": "0", "满意率": "100%",
    }  # fmt: skip


def test_what_came_in_before_midnight_in_beijing_is_the_month_before(town: Town) -> None:
    town.at("2026-09-30T23:59:59")
    town.order()
    town.at("2026-10-01T00:00")
    town.order()

    assert figures(monthly(town, "2026-09"))["收到"] == "1"
    assert figures(monthly(town, "2026-10"))["收到"] == "1"
    assert figures(monthly(town, "2026-10"))["上期结转"] == "1"


def test_each_case_is_due_in_one_period_only(october: Town) -> None:
    """Done early counts when it was done, late counts when it fell due; over all months the sum is the cases."""
    october.at("2026-12-01T00:00")
    by_month = [int(figures(monthly(october, f"2026-{month:02}"))["应办结"]) for month in range(8, 12)]

    assert by_month == [0, 0, 3, 0]


def test_periods_hand_over_what_is_open(october: Town) -> None:
    october.at("2026-12-01T00:00")
    months = [figures(monthly(october, f"2026-{month:02}")) for month in range(8, 13)]

    for earlier, later in pairwise(months):
        assert earlier["期末在办"] == later["上期结转"]


def test_a_rate_of_nothing_is_no_rate(town: Town) -> None:
    found = monthly(town, "2026-08")

    assert figures(found)["满意率"] == "—"
    assert figures(found)["平均办理工作日"] == "—"
    assert not any("—" in sentence for sentence in found.sentences)
    assert "应办结0件，第15个工作日12:00前办结0件，本期无应办结工单，不计按期办结率" in found.sentences[1]
    assert found.sentences[1].endswith("本期无可计算的工单，不计平均办理工作日。")


def test_units_are_ranked_and_share_places(october: Town) -> None:
    october.at("2026-11-01T00:00")
    table = monthly(october, "2026-10").tables[0]

    assert [(row.place, row.name, row.values[table.table.figures.index("按期办结率")].words) for row in table.rows] == [
        (1, "市商务局", "100%"),
        (2, "市税务局", "0%"),
    ]


def test_months_so_far_stand_beside_each_other(october: Town) -> None:
    table = next(table for table in monthly(october, "2026-10").tables if table.table.by == "month")

    assert [row.name for row in table.rows][-2:] == ["9月", "10月"]
    assert [value.words for value in table.rows[-2].values][:2] == ["3", "0"]
    assert [value.words for value in table.rows[-1].values][:2] == ["0", "2"]


def test_every_figure_has_its_cases_behind_it(october: Town) -> None:
    october.at("2026-11-01T00:00")
    view, officer = monthly(october, "2026-10"), october.officer("supervision_office")

    with october.app.read() as reader:
        for row in (row for row in view.figures if row.counts):
            found = cases_behind(reader, october.app.vault, officer, "monthly", "2026-10", row.figure.name)
            assert str(len(found.view.rows)) == row.value.words, row.figure.name
        for table in view.tables:
            for line in table.rows:
                for name, value in zip(table.table.figures, line.values, strict=True):
                    if value.kind == "count":
                        found = cases_behind(
                            reader, october.app.vault, officer, "monthly", "2026-10", name, by=table.table.by,
                            value=line.key,
                        )  # fmt: skip
                        assert str(len(found.view.rows)) == value.words, (name, line.name)


def test_the_overdue_are_listed(october: Town) -> None:
    october.at("2026-11-01T00:00")
    with october.app.read() as reader:
        (found,) = lists(reader, october.app.vault, october.officer("platform"), monthly(october, "2026-10").chosen)

    (row,) = found.rows
    assert row.cells[0] == "1"
    assert row.cells[3:] == ("市税务局", "2026-09-29", "2026-10-26 12:00", "回复初步处理情况")


def test_readers_are_named_and_all_others_refused(october: Town) -> None:
    for unit, role in (("supervision_office", "officer"), ("audit_office", "auditor"), ("city_leaders", "officer")):
        assert figures(monthly(october, "2026-10", unit, role))["办结"] == "2"
    for unit, role in (("commerce", "officer"), ("platform", "administrator"), ("city_leaders", "process_owner")):
        with october.app.read() as reader:
            assert reports(reader, october.officer(unit, role)) == ()
        with pytest.raises(NotAllowed):
            monthly(october, "2026-10", unit, role)


def test_the_leaders_to_whom_a_bulletin_goes_read_its_lists_and_open_no_case_by_them(october: Town) -> None:
    """Their bulletin said 无 under 超期未办结清单 while a case was overdue."""
    october.at("2026-11-01T00:00")
    with october.app.read() as reader:
        leader = october.officer("city_leaders")
        found = cases_behind(reader, october.app.vault, leader, "monthly", "2026-10", "办结")
        (listed,) = lists(reader, october.app.vault, leader, found.chosen)

    assert (len(found.view.rows), len(listed.rows)) == (2, 1)
    assert not any(row.opens for row in (*found.view.rows, *listed.rows))


def test_a_reader_who_leads_nobody_opens_only_cases_of_the_own_unit(october: Town) -> None:
    october.at("2026-11-01T00:00")
    files = dict(files_of("zibo"))
    text = files["zibo/reports/monthly.toml"].decode().replace('["city_leaders"]', '["human_resources"]')
    with october.app.begin(Machine("test")) as work:
        deploy(work, files | {"zibo/reports/monthly.toml": text.encode()}, note="")
    with october.app.read() as reader:
        actor = october.officer("human_resources")
        view = report(reader, actor, "monthly", "2026-10")
        found = cases_behind(reader, october.app.vault, actor, "monthly", "2026-10", "办结")
        (listed,) = lists(reader, october.app.vault, actor, found.chosen)

    assert found.view.rows == listed.rows == ()
    paper = ZipFile(io.BytesIO(bulletin(view, [listed])))
    said = "清单按权限未列出（共1件）。"
    assert said in paper.read("word/document.xml").decode()
    assert said in str(list(load_workbook(io.BytesIO(workbook(view, [listed])))["超期未办结清单"].values))


def test_a_period_that_is_yet_to_begin_has_no_report(town: Town) -> None:
    with pytest.raises(NotFound) as refused:
        monthly(town, "2026-10")
    assert refused.value.chinese == "2026年10月尚未开始，没有数据。"


def test_a_unit_that_kept_no_limit_stands_on_the_leaders_page_and_is_first_of_nobody(town: Town) -> None:
    """0 % of one case is something: without it the units do not add up to the headline."""
    town.do(town.order().case_id, "dispatch", handling_unit="human_resources")
    town.at("2026-11-01T00:00")
    with town.app.read() as reader:
        found, _ = overview(reader, town.officer("platform"), "month", "2026-10")
    assert found is not None
    place = next(place for place, row in enumerate(found.figures) if row.figure.name == "按期办结率")
    (unit,) = found.units
    assert (unit.key, unit.values[place].words, unit.values[place].whole) == ("human_resources", "0%", 1)
    assert found.figures[place].value.whole == 1
    assert set(unit.places) == {None}
    assert [value.words for row in monthly(town, "2026-10").tables[0].rows for value in row.values][4] == "0%"


def test_equal_ones_share_a_place_and_nobody_is_first_with_nought() -> None:
    assert places({"a": 0.0, "b": 50.0, "c": None}, lowest_first=False) == {"b": 1, "a": 2}
    assert places({"a": 3.0, "b": 3.0, "c": 5.0}, lowest_first=True) == {"a": 1, "b": 1, "c": 3}
    assert places({"a": 0.0, "b": 0.0, "c": None}, lowest_first=False) == {}
    assert places({"a": 0.0}, lowest_first=True) == places({"a": 100.0}, lowest_first=False) == {"a": 1}


def test_texts_behind_a_figure_are_veiled(town: Town) -> None:
    town.request(subject=f"{COMPANY['name']}反映许可迟迟不办", complained_of_unit="commerce")
    with town.app.read() as reader:
        for unit in ("supervision_office", "platform"):
            found = cases_behind(reader, town.app.vault, town.officer(unit), "monthly", "2026-09", "收到")
            assert (COMPANY["name"] in found.view.rows[0].cells[1]) == (unit == "platform")


@pytest.mark.parametrize(("figure", "by"), [("满意率", ""), ("没有", ""), ("收到", "channel"), ("收到", "x")])
def test_what_counts_no_cases_has_none_behind_it(town: Town, figure: str, by: str) -> None:
    with town.app.read() as reader, pytest.raises(NotFound):
        cases_behind(reader, town.app.vault, town.officer("platform"), "monthly", "2026-09", figure, by=by, value="x")


def test_the_running_period_is_the_one_asked_for_unless_said(town: Town) -> None:
    found = monthly(town, "")

    assert found.period == Period.at("month", datetime(2026, 9, 29, 16, tzinfo=BEIJING))
    assert not found.over
    assert found.sentences[0].startswith("2026年9月，市“接诉即办”平台共接收企业诉求0件")
