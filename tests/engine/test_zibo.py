"""淄博 接诉即办 as its process owners drew it (processes/zibo), played in the engine alone."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bihuan.engine import Definition, Refused
from tests.engine.play import Case, at

PROCESSES = Path(__file__).parents[2] / "processes"


def zibo() -> Definition:
    files = {
        str(path.relative_to(PROCESSES)): path.read_bytes()
        for folder in ("common", "zibo")
        for path in sorted((PROCESSES / folder).glob("*.*mn"))
    }
    settings = tomllib.loads((PROCESSES / "zibo" / "locality.toml").read_text("utf8"))
    return Definition.parse(files, {name: found["workdays"] for name, found in settings["internal_limits"].items()})


ZIBO = zibo()


def received(origin: str = "province", now: str = "2026-11-02 09:00", **more: Any) -> Case:
    control = {"origin": origin, "category": "finance", "complained_of_unit": "", **more}
    return Case(ZIBO, "request", at(now), **control)


def dispatched(**more: Any) -> Case:
    return received(**more).do("dispatch", handling_unit="commerce")


def notices(case: Case) -> list[str]:
    sent = [fact for fact in case.facts if fact.kind == "message_thrown"]
    return [fact.detail["payload"]["template"] for fact in sent]


def test_the_happy_life_of_a_portal_request() -> None:
    case = dispatched(origin="portal")
    assert (case.due("first_reply_due"), case.due("resolve_due")) == (["2026-11-05 12:00"], ["2026-11-23 12:00"])
    case.do("first_reply").do("resolve").do("verify", sound=True)
    assert case.buttons == ["rated"]
    case.press("rated", rating=5)
    assert (case.ended, case.exit) == (True, "closed")
    assert "urge_resolve" not in notices(case)


def test_make_up_workdays_and_the_national_holiday_count_as_the_state_council_says() -> None:
    case = dispatched(now="2026-09-29 16:00")
    assert (case.due("first_reply_due"), case.due("resolve_due")) == (["2026-10-09 12:00"], ["2026-10-26 12:00"])


def test_exactly_at_noon_the_first_reply_is_late_and_the_task_stays() -> None:
    case = dispatched()
    case.now = at("2026-11-05 12:00")
    case.do("first_reply")
    assert "urge_first_reply" in notices(case)
    assert case.open == ["resolve"]


def test_dragged_on_the_supervision_office_takes_it_over_and_confirms_once_resolved() -> None:
    case = dispatched().at("2026-12-01 09:00")
    assert (case.open, case.milestones["taken_over"]) == (["first_reply", "supervise"], "2026-11-30 12:00")
    case.do("first_reply").do("resolve")
    assert "confirm_resolved" in case.open
    assert case.do("confirm_resolved", settled=False).open == ["continue_handling"]
    assert case.do("continue_handling").do("confirm_resolved", settled=True).open == ["verify"]


def test_an_extension_needs_its_conditions_and_is_signed_in_order_while_the_clock_runs_on() -> None:
    case = dispatched()
    declared = {"multi_level": True, "multi_department": True, "institutional": True, "new_due_on": "2026-12-15"}
    for wrong in ({"multi_level": False}, {"new_due_on": "2026-11-20"}, {"new_due_on": "2026-10-01"}):
        with pytest.raises(Refused):
            case.press("ask_extension", **{**declared, **wrong})
    case.press("ask_extension", **declared)
    for element in ("sign_principal", "forward", "sign_city_leader", "review_province"):
        assert case.open == sorted(["first_reply", element])
        assert case.due("resolve_due") == ["2026-11-23 12:00"]
        case.do(element, approved=True)
    assert (case.due("resolve_due"), case.due("drag_on_due")) == (["2026-12-15 12:00"], ["2026-12-22 12:00"])


def test_sent_back_and_dispatched_again_the_first_clock_goes_on() -> None:
    case = dispatched().press("send_back").do("decide_send_back", agreed=True)
    assert case.open == ["redispatch"]
    case.now = at("2026-11-04 10:00")
    case.do("redispatch", handling_unit="housing")
    assert case.due("resolve_due") == ["2026-11-23 12:00"]


def test_the_province_sends_it_back_and_rework_is_ordered_with_a_clock_of_its_own() -> None:
    case = dispatched().do("first_reply").do("resolve").do("verify", sound=True).done("upload")
    assert case.open == ["province_review"]
    case.do("province_review", returned=True).do("order_rework")
    assert case.due("rework_due") == ["2026-11-16 12:00"]
    assert case.do("rework").open == ["verify"]


def test_a_silent_province_and_a_silent_company_do_not_keep_a_case_open() -> None:
    case = dispatched().do("first_reply").do("resolve").do("verify", sound=True).done("upload")
    case.at("2027-01-29 09:00")
    assert (case.ended, case.exit) == (True, "closed")


def test_an_unsatisfied_company_sends_it_back_to_verification_once() -> None:
    case = dispatched(origin="portal").do("first_reply").do("resolve").do("verify", sound=True).press("rated", rating=1)
    assert case.open == ["verify"]
    assert case.do("verify", sound=True).press("rated", rating=1).ended
