"""`bihuan report` counts a period for people, for programs and for WPS, and names nobody."""

import json
from pathlib import Path

from openpyxl import load_workbook

from tests.cli.conftest import Run
from tests.people import COMPANY, Town


def _one_of_each(town: Town) -> None:
    """A request that lies with a unit, and one that nobody dispatched yet."""
    town.do(town.request().case_id, "dispatch", handling_unit="commerce")
    town.request()


def test_programs_get_figures_with_what_they_mean(run: Run, town: Town) -> None:
    _one_of_each(town)
    ran = run("report", "zibo", "monthly", "--period", "2026-09", "--json")

    assert ran.code == 0
    assert (ran.json["locality"], ran.json["period"]) == ("zibo", "2026-09")
    received = ran.json["figures"]["收到"]
    assert (received["number"], received["previous"]) == (2, 0)
    assert received["meaning"]


def test_people_get_lines_and_a_workbook_and_neither_names_who_complained(run: Run, town: Town, tmp_path: Path) -> None:
    _one_of_each(town)
    file = tmp_path / "九月.xlsx"
    ran = run("report", "zibo", "monthly", "--period", "2026-09", "--xlsx", str(file))

    assert "收到  2" in ran.out
    assert str(file) in ran.err
    cells = [str(cell.value) for sheet in load_workbook(file) for row in sheet for cell in row if cell.value]
    assert any("2026" in cell for cell in cells)
    for identity in (COMPANY["name"], COMPANY["phone"]):
        assert identity not in ran.out + ran.err + json.dumps(cells, ensure_ascii=False)


def test_a_report_or_period_that_is_not_there_is_bad_input(run: Run, town: Town) -> None:
    for words in (["none"], ["monthly", "--period", "2026-13"], ["monthly", "--period", "2026Q4"]):
        ran = run("report", "zibo", *words)
        assert ran.code == 2, words
        assert len(ran.err.strip().splitlines()) == 1
