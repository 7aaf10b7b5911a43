"""A complainant's own deeds: to remind once a day by Beijing's date, and to add; nobody else's, and recorded."""

from dataclasses import replace
from uuid import uuid4

import pytest

from bihuan.commands.remind import remind
from bihuan.commands.supplement import supplement
from bihuan.domain.access import COMPLAINANT, OFFICER, Complainant, Visitor
from bihuan.domain.errors import InvalidAnswers, NotAllowed, TaskNotOpen
from bihuan.domain.ids import CaseId
from bihuan.locality.folder import NOT_SOLVED
from bihuan.queries.history import history, verify
from tests.people import Town


def reminded(town: Town, case: CaseId) -> bool:
    """Remind; whether it was anew."""
    with town.app.begin(Complainant(case)) as work:
        return remind(work, case).anew


def test_a_day_begins_at_midnight_in_beijing(town: Town) -> None:
    case = town.request().case_id
    town.at("2026-09-29T23:59")
    assert reminded(town, case)
    assert not reminded(town, case)
    town.at("2026-09-30T00:00")
    assert reminded(town, case)
    with town.app.snapshot() as reader:
        assert [event.actor for event in history(reader, case) if event.kind == "reminded"] == ["complainant"] * 2
        assert verify(reader, case).ok


def test_nobody_reminds_or_adds_but_the_cases_own_complainant(town: Town) -> None:
    case, other = town.request().case_id, town.request().case_id
    for actor in (Complainant(other), Visitor("zibo"), town.officer("platform")):
        with pytest.raises(NotAllowed), town.app.begin(actor) as work:
            remind(work, case)
        with pytest.raises(NotAllowed), town.app.begin(actor) as work:
            supplement(work, case, {"words": "补充说明。"}, submission_id=uuid4())


def test_a_case_that_has_ended_is_neither_reminded_of_nor_added_to(town: Town) -> None:
    case = town.request().case_id
    town.do(case, "dispatch", handling_unit="commerce")
    town.do(case, "first_reply", progress="正在核实有关情况。")
    town.do(case, "resolve", outcome="resolved", reply_to_company="已经办结。", report_to_platform="已办结报告。")
    town.do(case, "verify", follow_up_method="phone", follow_up_record="企业认可。", sound="true")
    town.press(case, "rated", by=Complainant(case), rating="5")
    with pytest.raises(TaskNotOpen), town.app.begin(Complainant(case)) as work:
        remind(work, case)
    with pytest.raises(TaskNotOpen), town.app.begin(Complainant(case)) as work:
        supplement(work, case, {"words": "补充说明。"}, submission_id=uuid4())


def test_nobody_with_an_account_rates_or_withdraws_whatever_their_unit_is_called(town: Town) -> None:
    """A unit by the name of the complainant's group would let its officers rate every case."""
    staff = replace(town.officer("platform"), memberships=frozenset({("platform", OFFICER), (COMPLAINANT, OFFICER)}))
    case = town.request().case_id
    with pytest.raises(NotAllowed):
        town.press(case, "withdraw", by=staff)
    town.do(case, "dispatch", handling_unit="commerce")
    town.do(case, "first_reply", progress="正在核实有关情况。")
    town.do(case, "resolve", outcome="resolved", reply_to_company="已经办结。", report_to_platform="已办结报告。")
    town.do(case, "verify", follow_up_method="phone", follow_up_record="企业认可。", sound="true")
    with pytest.raises(NotAllowed):
        town.press(case, "rated", by=staff, rating="5")


def test_what_is_added_twice_by_one_form_is_added_once(town: Town) -> None:
    """History keeps its hash, never the words; what is empty is refused."""
    case, form = town.request().case_id, uuid4()
    for _ in range(2):
        with town.app.begin(Complainant(case)) as work:
            supplement(work, case, {"words": "补充一份收件回执。"}, submission_id=form)
    with pytest.raises(InvalidAnswers), town.app.begin(Complainant(case)) as work:
        supplement(work, case, {"words": " "}, submission_id=uuid4())
    with town.app.snapshot() as reader:
        given = [event for event in history(reader, case) if event.kind == "supplement_given"]
        assert verify(reader, case).ok
    assert len(given) == 1
    assert set(given[0].detail) == {"sha256"}
    assert [to for template, to in town.notices(case) if template == "supplement"] == ["platform"]


def test_who_is_not_being_heard_asks_for_no_rework(town: Town) -> None:
    case = town.request().case_id
    with pytest.raises(TaskNotOpen), town.app.begin(Complainant(case)) as work:
        supplement(work, case, {"reasons": "没有解决。", "evidence": "照片。"}, submission_id=uuid4(), form=NOT_SOLVED)
