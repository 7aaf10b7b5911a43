"""What reports say of the cases of a scenario holds, in every locality, and another figure would be noticed."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

from bihuan.domain.errors import BadInput
from bihuan.locality.folder import Locality
from bihuan.play.expected_report import ExpectedReport
from bihuan.play.life import Play
from bihuan.play.performance import perform
from bihuan.play.scenario import Scenario, Step, read_scenario
from bihuan.play.stage import Stage
from bihuan.play.telling import told_scenario, vocabulary_of
from tests.people import files_of
from tests.play.conftest import ROOT
from tests.processes.play import scenarios

LOCALITIES = sorted(path.parent for path in (ROOT / "processes").glob("*/reports") if path.parent.name != "common")
REPORTING = {
    f"{folder.name}/{scenario.id}": scenario
    for folder in LOCALITIES
    for scenario in scenarios(folder.name).values()
    if any(step.report for step in scenario.steps)
}
MONTHLY = REPORTING["zibo/report-monthly"]


@cache
def locality(where: Stage, name: str) -> Play:
    return Play(where, where.deploy(files_of(name)).locality)


@pytest.mark.parametrize("name", REPORTING)
def test_the_report_says_so(where: Stage, name: str) -> None:
    outcome = perform(locality(where, name.partition("/")[0]), REPORTING[name])

    assert outcome.ok, f"{name} step {outcome.step}: {outcome.difference}"


def test_every_report_of_every_locality_is_shown_by_a_scenario() -> None:
    for folder in LOCALITIES:
        there = {path.stem for path in (folder / "reports").glob("*.toml")}
        shown = {
            step.report.id
            for name, scenario in REPORTING.items()
            if name.startswith(f"{folder.name}/")
            for step in scenario.steps
            if step.report and not step.report.refused
        }
        assert shown == there, folder.name


def test_every_rule_of_a_report_is_cited_by_a_scenario_of_it() -> None:
    for folder in LOCALITIES:
        carried = {rule for report in _reports(folder.name).values() for rule in report}
        cited = {
            rule
            for name, scenario in REPORTING.items()
            if name.startswith(f"{folder.name}/")
            for rule in scenario.rules
        }
        assert carried - cited == _SHOWN_ELSEWHERE.get(folder.name, frozenset()), folder.name


_SHOWN_ELSEWHERE: Mapping[str, frozenset[str]] = {"zibo": frozenset({"ZB-24", "ZB-25"})}
"""Rules that a report also counts, and the scenarios of cases show."""


def _reports(name: str) -> Mapping[str, tuple[str, ...]]:
    found = Locality.of(files_of(name)).reports
    return {report.id: report.rules for report in found.values()}


def with_report(number: int, **changes: object) -> Scenario:
    """The zibo scenario, whose step's report promises something else."""
    steps = list(MONTHLY.steps)
    expected = steps[number].report
    assert expected is not None
    changed: Step = replace(steps[number], report=replace(expected, **changes))  # type: ignore[arg-type]
    steps[number] = changed
    return replace(MONTHLY, steps=tuple(steps[: number + 1]))


def expected(number: int) -> ExpectedReport:
    found = MONTHLY.steps[number].report
    assert found is not None
    return found


FIGURES = dict(expected(1).says)


@pytest.mark.parametrize("figure", FIGURES)
def test_another_figure_is_noticed(where: Stage, figure: str) -> None:
    found = perform(locality(where, "zibo"), with_report(1, says=FIGURES | {figure: "7"}))

    assert found.difference is not None
    assert figure in found.difference.what
    assert found.difference.got == FIGURES[figure]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"tables": {"按承办单位": {"市商务局": {"名次": "1"}}}}, "按承办单位"),
        ({"tables": {"按承办单位": {"市商务局": {"名次": "2"}, "市税务局": {}}}}, "市商务局"),
        ({"lists": {"超期未办结清单": ()}}, "超期未办结清单"),
        ({"lists": {"超期未办结清单": ({"承办单位": "市商务局"},)}}, "第1行"),
        ({"refused": True}, "报表 monthly"),
        ({"who": "市商务局"}, "报表 monthly"),
    ],
)
def test_another_row_or_reader_is_noticed(where: Stage, changes: dict[str, object], told: str) -> None:
    found = perform(locality(where, "zibo"), with_report(1, **changes))

    assert found.difference is not None
    assert told in found.difference.what


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "yearly"}, {"period": "2026-13"}, {"says": {"没有": "1"}}, {"tables": {"没有": {}}},
        {"lists": {"没有": ()}}, {"lists": {"超期未办结清单": ({"没有": ""},)}}, {"who": "没有"},
    ],
)  # fmt: skip
def test_what_does_not_exist_is_a_fault_of_the_scenario(where: Stage, changes: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        perform(locality(where, "zibo"), with_report(1, **changes))


@pytest.mark.parametrize(
    "report",
    [
        '{ id = "monthly", period = "2026-10", who = "平台" }',
        '{ id = "monthly", period = "2026-10", who = "平台", says = { "收到" = 1 }, say = {} }',
        '{ id = "monthly", period = "2026-10", who = "平台", says = { "收到" = true } }',
        '{ id = "monthly", period = "2026-10", who = "平台", says = ["收到"] }',
        '{ id = "monthly", period = "2026-10", who = "平台", tables = { "表" = 1 } }',
        '{ id = "monthly", period = "2026-10", who = "平台", lists = { "表" = {} } }',
        '{ id = "monthly", period = "2026-10", says = { "收到" = 1 } }',
    ],
)
def test_a_promise_is_read_strictly(report: str) -> None:
    text = f"""id = "x"
title = "x"
rules = ["ZB-17"]
[given]
now = "2026-10-01 09:00"
origin = "portal"
[[step]]
at = "2026-10-01 09:00"
open = []
report = {report}
"""
    with pytest.raises(BadInput):
        read_scenario("zibo/scenarios/x.toml", text.encode())


def test_a_report_is_told_in_sentences() -> None:
    told = told_scenario(MONTHLY, vocabulary_of(Locality.of(files_of("zibo"))))

    assert "市委督查室、市政府督查室查看 2026-10 的报表 monthly：收到 0；上期结转 3" in told
    assert "“超期未办结清单”列 1 件（承办单位 市税务局" in told
    assert "市税务局查看 2026-10 的报表 monthly：无权查看" in told
