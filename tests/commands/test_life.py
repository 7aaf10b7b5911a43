"""Whole lives of cases through the commands, on real PostgreSQL, in virtual time; dates as the rules work them out."""

from uuid import uuid4

import pytest

from bihuan.domain.access import Complainant
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotAllowed, Refused, SignatureRequired, TaskNotOpen
from bihuan.domain.ids import CaseId
from bihuan.queries.history import verify
from tests.people import Town


def dispatched(town: Town, unit: str = "commerce", **answers: str) -> CaseId:
    case = town.order(**answers).case_id
    town.do(case, "dispatch", handling_unit=unit)
    return case


def due(town: Town, case: CaseId, element: str) -> str:
    return f"{town.open_tasks(case)[element]['due_at'].astimezone(BEIJING):%m-%d %H:%M}"


def first_reply(town: Town, case: CaseId) -> None:
    town.do(case, "first_reply", progress="已联系企业，正在核实。")


def resolve(town: Town, case: CaseId, element: str = "resolve") -> None:
    town.do(
        case,
        element,
        outcome="resolved",
        reply_to_company="已办结，请查收。",
        report_to_platform="已按期办结，企业认可。",
    )


def found(town: Town, case: CaseId, sound: bool) -> None:
    town.do(case, "verify", follow_up_method="phone", follow_up_record="企业确认。", sound=sound)


def whole(town: Town, case: CaseId) -> None:
    with town.app.read() as reader:
        assert verify(reader, case).faults == ()


def test_a_case_goes_from_order_to_struck_off_in_time(town: Town) -> None:
    case = dispatched(town)
    assert list(town.open_tasks(case)) == ["first_reply"]
    assert due(town, case, "first_reply") == "10-09 12:00"  # ZB-17
    first_reply(town, case)
    assert due(town, case, "resolve") == "10-26 12:00"  # ZB-18
    town.at("2026-10-20 10:00")
    resolve(town, case)
    found(town, case, sound=True)
    town.ring()  # the upload to the province is a job
    town.do(case, "province_review", returned=False)
    town.press(case, "rated", by=Complainant(case), rating=5)
    assert town.open_tasks(case) == {}
    whole(town, case)


def test_noon_of_the_third_workday_is_late_and_a_moment_before_is_not(town: Town) -> None:
    early, late = dispatched(town), dispatched(town)
    town.at("2026-10-09 11:59:59")
    first_reply(town, early)
    town.at("2026-10-09 12:00:00")
    first_reply(town, late)
    assert "urge_first_reply" not in [template for template, _ in town.notices(early)]
    assert ("urge_first_reply", "commerce") in town.notices(late)


def test_a_case_that_drags_on_is_taken_over_and_confirmed_by_the_supervision_office(town: Town) -> None:
    case = dispatched(town)
    first_reply(town, case)
    town.at("2026-10-26 12:00")
    assert list(town.open_tasks(case)) == ["resolve"]
    assert ("urge_resolve", "commerce") in town.notices(case)  # ZB-22
    town.at("2026-11-02 11:59:59")
    assert list(town.open_tasks(case)) == ["resolve"]
    town.at("2026-11-02 12:00")
    assert set(town.open_tasks(case)) == {"resolve", "supervise"}  # ZB-25: the unit's task stays
    resolve(town, case)
    assert "confirm_resolved" in town.open_tasks(case)
    town.do(case, "confirm_resolved", settled=True, opinion="已解决。")
    assert list(town.open_tasks(case)) == ["verify"]
    whole(town, case)


def test_a_person_acts_only_for_their_own_group(town: Town) -> None:
    case = dispatched(town)
    with pytest.raises(NotAllowed):
        town.do(case, "first_reply", by=town.officer("taxation"), progress="越权。")
    with pytest.raises(NotAllowed):
        town.do(case, "first_reply", by=town.officer("commerce", "principal"), progress="越权。")
    assert list(town.open_tasks(case)) == ["first_reply"]


def test_the_same_submission_twice_is_one_and_another_is_refused(town: Town) -> None:
    case = dispatched(town)
    task, once = town.open_tasks(case)["first_reply"], uuid4()
    town.do(case, "first_reply", progress="已联系企业，正在核实。", submission_id=once)
    from bihuan.commands.complete_task import complete_task

    with town.app.begin(town.officer("commerce")) as work:
        complete_task(work, task["id"], {"progress": "已联系企业，正在核实。"}, submission_id=once)
    with pytest.raises(TaskNotOpen) as fault, town.app.begin(town.officer("commerce")) as work:
        complete_task(work, task["id"], {"progress": "再来一次，不应生效。"}, submission_id=uuid4())
    assert "commerce的officer" in fault.value.chinese
    with pytest.raises(TaskNotOpen), town.app.begin(town.officer("commerce")) as work:
        complete_task(work, task["id"], {"progress": "返回后改写，再次提交。"}, submission_id=once)
    whole(town, case)


def test_a_button_pressed_again_with_other_answers_is_too_late(town: Town) -> None:
    case, once = dispatched(town), uuid4()
    key = next(key for key in town.buttons(case) if key.split("/")[1] == "send_back")

    def press(basis: str) -> None:
        officer = town.officer("commerce")
        town.press_key(case, key, by=officer, submission_id=once, reason="不属于本单位职责。", basis=basis)

    press("三定规定第三条。")
    press("三定规定第三条。")
    with pytest.raises(TaskNotOpen):
        press("改写的依据。")
    whole(town, case)


def test_an_extension_needs_its_declarations_and_five_steps_and_then_moves_the_limit(town: Town) -> None:
    case = dispatched(town)
    first_reply(town, case)
    officer = town.officer("commerce")
    good = {
        "multi_level": True, "multi_department": True, "institutional": True, "new_due_on": "2026-11-16",
        "reason": "涉及三级多部门制度性问题。", "progress": "已会商两次。",
    }  # fmt: skip
    town.at("2026-10-20 09:00")
    with pytest.raises(Refused) as refusal:
        town.press(case, "ask_extension", by=officer, **(good | {"multi_level": False}))
    assert "ZB-19" in refusal.value.clause
    with pytest.raises(Refused):
        town.press(case, "ask_extension", by=officer, **(good | {"new_due_on": "2026-10-10"}))
    town.press(case, "ask_extension", by=officer, **good)
    assert set(town.open_tasks(case)) == {"resolve", "sign_principal"}
    assert not any("ask_extension" in key for key in town.buttons(case))  # one at a time
    with pytest.raises(SignatureRequired):
        town.do(case, "sign_principal", password="not the signer's", approved=True, opinion="同意。")
    for element in ("sign_principal", "forward", "sign_city_leader", "review_province"):
        assert due(town, case, "resolve") == "10-26 12:00"
        town.do(case, element, approved=True, opinion="同意。")
    assert due(town, case, "resolve") == "11-16 12:00"
    assert town.open_tasks(case)["resolve"]["original_due_at"].astimezone(BEIJING).strftime("%m-%d") == "10-26"
    town.at("2026-11-16 11:59")
    assert "urge_resolve" not in [template for template, _ in town.notices(case)]
    whole(town, case)


def test_wanting_work_is_done_again_by_order_of_the_supervision_office(town: Town) -> None:
    case = dispatched(town)
    first_reply(town, case)
    resolve(town, case)
    found(town, case, sound=False)
    town.do(case, "order_rework", order="请重新核实。")
    assert due(town, case, "rework") == "10-19 12:00"  # ZB-24
    resolve(town, case, "rework")
    assert list(town.open_tasks(case)) == ["verify"]
    whole(town, case)


def test_a_request_of_our_own_portal_skips_the_province_and_an_unhappy_company_sends_it_back_once(town: Town) -> None:
    case = town.request().case_id
    town.do(case, "dispatch", handling_unit="housing")
    first_reply(town, case)
    resolve(town, case)
    found(town, case, sound=True)
    assert town.open_tasks(case) == {}
    town.press(case, "rated", by=Complainant(case), rating=1)
    found(town, case, sound=True)
    town.press(case, "rated", by=Complainant(case), rating=1)
    assert town.open_tasks(case) == {}
    assert town.buttons(case) == set()
    whole(town, case)


def test_a_unit_may_send_back_within_a_workday_and_the_first_clock_goes_on(town: Town) -> None:
    case = dispatched(town)
    town.at("2026-09-30 10:00")
    town.press(case, "send_back", by=town.officer("commerce"), reason="不属于我单位职责。", basis="三定方案。")
    town.do(case, "decide_send_back", agreed=True, opinion="同意。")
    town.do(case, "redispatch", handling_unit="housing", note="按三定方案改派。")
    assert town.open_tasks(case)["first_reply"]["group_key"] == "housing"
    assert due(town, case, "first_reply") == "10-09 12:00"
    whole(town, case)
