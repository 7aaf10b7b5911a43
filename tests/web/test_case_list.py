"""工单: what an auditor finds a case by: a part of its number, its unit, the day on which it came in."""

import re

from flask.testing import FlaskClient

from tests.people import COMPANY, Town
from tests.web.conftest import Enter


def numbers_of(client: FlaskClient, **asked: str) -> list[str]:
    """The cases listed, in their order."""
    answer = client.get("/cases", query_string=asked)
    assert answer.status_code == 200
    return re.findall(r'class="no"><a href="/cases/(\w+)"', answer.get_data(as_text=True))


def test_a_case_is_found_by_part_of_its_number_by_unit_and_by_day(town: Town, enter: Enter) -> None:
    """Not by its title, which may hold a name; a day begins at midnight in Beijing."""
    first = town.request(subject=f"{COMPANY['name']}反映许可迟迟不办")
    town.do(first.case_id, "dispatch", handling_unit="commerce")
    town.at("2026-09-29T23:59:59")
    second = town.request()
    town.at("2026-09-30T00:00")
    third = town.request()
    client = enter(town.officer("audit_office", "auditor"))
    assert numbers_of(client) == [third.case_no, second.case_no, first.case_no]
    assert numbers_of(client, no="0002") == numbers_of(client, no=second.case_no.lower()) == [second.case_no]
    assert numbers_of(client, unit="commerce") == [first.case_no]
    assert numbers_of(client, day="2026-09-29") == [second.case_no, first.case_no]
    assert numbers_of(client, day="2026-09-29", no="1") == numbers_of(client, unit="commerce", no="1")
    assert numbers_of(client, no=COMPANY["name"]) == numbers_of(client, no="许可") == numbers_of(client, no="%") == []
    assert numbers_of(client, day="9999-12-31") == numbers_of(client, day="0001-01-01") == []


def test_what_is_looked_for_stays_from_state_to_state(town: Town, enter: Enter) -> None:
    opened = town.request()
    page = enter(town.officer("platform")).get(f"/cases?no={opened.case_no[-3:]}&day=2026-09-29").get_data(as_text=True)
    assert f"/cases?state=open&amp;no={opened.case_no[-3:]}&amp;day=2026-09-29" in page
    assert 'name="day" value="2026-09-29"' in page


def test_a_unit_finds_the_cases_that_went_to_it_when_they_have_left_its_inbox(town: Town, enter: Enter) -> None:
    """Those of others it does not find, nor the auditors' replay; who has no part in casework finds none."""
    mine, _others = town.request(), town.request()
    town.do(mine.case_id, "dispatch", handling_unit="commerce")
    town.do(mine.case_id, "first_reply", progress="正在核实有关情况。")
    said = {"reply_to_company": "已办结。请查收。", "report_to_platform": "已办结报告。"}
    town.do(mine.case_id, "resolve", outcome="resolved", **said)
    officer = town.officer("commerce")
    client = enter(officer)
    assert mine.case_no not in client.get("/inbox").get_data(as_text=True)
    assert (
        numbers_of(client) == numbers_of(client, state="open") == numbers_of(client, unit="commerce") == [mine.case_no]
    )
    assert numbers_of(client, state="ended") == []
    page = client.get("/cases").get_data(as_text=True)
    assert "本单位正在办理和办理过的工单" in page
    assert "回放" not in page
    assert 'href="/cases" aria-current="page"' in page
    assert numbers_of(enter(town.officer("housing"))) == []
    assert enter(town.officer("platform", "administrator")).get("/cases").status_code == 403


def test_a_number_that_is_not_in_the_inbox_is_looked_for_among_all_cases(town: Town, enter: Enter) -> None:
    opened = town.request()
    page = enter(town.officer("commerce")).get(f"/inbox?no={opened.case_no}").get_data(as_text=True)
    assert f'href="/cases?no={opened.case_no}"' in page
