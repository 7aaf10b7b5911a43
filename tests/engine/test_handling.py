"""限期办理 as 淄博 needs it: work inside handling, limits and buttons on the work, a way back into the handling, a
call within.
"""

from tests.engine.diagrams import (
    TERMINATE,
    boundary,
    button,
    call,
    end,
    error,
    flows,
    gate,
    job,
    limit,
    mark,
    message,
    process,
    start,
    sub,
    user,
    when,
)
from tests.engine.play import Case, define, local

EXTENSION = process(
    "extension",
    start("asked") + user("sign", '${unit + ":principal"}', signature="true") + user("forward") + gate("g1", "no")
    + gate("g2", "no") + end("no") + end("yes") + flows("asked sign g1 no", "forward g2 no")
    + when("g1", "forward", "approved") + when("g2", "yes", "approved"),
)  # fmt: skip
WORK = (
    start("w0") + user("first_reply", "${unit}") + user("resolve", "${unit}", milestone="resolved")
    + limit("first_reply_due", "first_reply", 'workdays(3, since=dispatched_at, at="12:00")', clause="ZB-17")
    + end("urge_reply", message("notice"), payload='{"template": "urge", "to": unit}', clause="ZB-22")
    + end("done", TERMINATE) + flows("w0 first_reply resolve done", "first_reply_due urge_reply")
)  # fmt: skip
HANDLING = (
    start("h0") + sub("unit_work", WORK)
    + limit("resolve_due", "unit_work", 'workdays(15, since=dispatched_at, at="12:00")', clause="ZB-18")
    + end("urge", message("notice"), payload='{"template": "urge", "to": unit}')
    + limit("drag_on_due", "unit_work",
            'workdays(limit("drag_on"), since=workdays(15, since=dispatched_at, at="12:00"), at="12:00")')
    + mark("take_over", milestone="taken_over") + user("supervise", "supervision_office") + end("supervised")
    + button("ask_extension", "unit_work", audience="${unit}", until='deadline("resolve_due")', clause="ZB-19",
             requires='on(new_due_on, at="12:00") > max(pressed_at, deadline("resolve_due"))')
    + call("extension", "extension", ins="unit>unit", outs="approved>granted") + gate("granted_q", "refused")
    + job("move_resolve", "deadline.move", deadline="resolve_due", to='on(new_due_on, at="12:00")')
    + job("move_drag_on", "deadline.move", deadline="drag_on_due",
          to='workdays(limit("drag_on"), since=on(new_due_on, at="12:00"), at="12:00")')
    + end("granted") + end("refused")
    + button("send_back", "unit_work", audience="${unit}", until='workdays(1, since=assigned_at)')
    + user("decide_send_back") + gate("agreed_q", "kept") + end("kept")
    + end("reassign", error("reassign"), payload='{"sent_back_by": unit}')
    + gate("taken_over_q", "handled") + user("confirm", "supervision_office") + gate("settled_q", "continue_handling")
    + user("continue_handling", "${unit}") + end("handled", TERMINATE)
    + flows("h0 unit_work taken_over_q handled", "resolve_due urge", "drag_on_due take_over supervise supervised",
            "ask_extension extension granted_q refused", "move_resolve move_drag_on granted",
            "send_back decide_send_back agreed_q kept", "confirm settled_q continue_handling confirm")
    + when("granted_q", "move_resolve", "granted and taken_over_at is None") + when("agreed_q", "reassign", "agreed")
    + when("taken_over_q", "confirm", "taken_over_at is not None") + when("settled_q", "handled", "settled")
)  # fmt: skip
CASE = define(
    process(
        "p",
        start() + user("dispatch", milestone="dispatched assigned") + gate("again") + sub("handling", HANDLING)
        + boundary("reassigned", "handling", error("reassign")) + user("redispatch", milestone="assigned")
        + user("verify") + gate("sound_q", "closed") + end("closed", TERMINATE, exit="closed", milestone="closed")
        + flows("s dispatch again handling verify sound_q closed", "reassigned redispatch again")
        + when("sound_q", "again", "not sound"),
        messages="ask_extension send_back notice",
        errors="reassign",
    ),
    EXTENSION,
    limits={"drag_on": 5},
)  # fmt: skip


def dispatched() -> Case:
    return Case(CASE).do("dispatch", unit="commerce")


def test_the_work_stands_under_its_limits_and_shows_its_buttons() -> None:
    case = dispatched()
    assert (case.open, case.buttons) == (["first_reply"], ["ask_extension", "send_back"])
    assert {d.key.element: (local(d.due_at), d.internal) for d in case.waits.deadlines} == {
        "first_reply_due": ("2026-11-05 12:00", False),
        "resolve_due": ("2026-11-23 12:00", False),
        "drag_on_due": ("2026-11-30 12:00", True),
    }
    until = {b.key.element: b.until and local(b.until) for b in case.waits.buttons}
    assert until == {"ask_extension": "2026-11-23 12:00", "send_back": "2026-11-04 00:00"}


def test_done_in_time_the_case_goes_on_and_nothing_is_left() -> None:
    case = dispatched().do("first_reply").do("resolve")
    assert (case.open, case.buttons, case.waits.deadlines) == (["verify"], [], ())
    assert case.do("verify", sound=True).exit == "closed"


def test_late_the_unit_is_urged_and_then_the_supervision_office_takes_it_over() -> None:
    case = dispatched().at("2026-12-01 09:00")
    assert case.happened("message_thrown") == ["urge_reply", "urge"]
    assert (case.open, case.milestones["taken_over"]) == (["first_reply", "supervise"], "2026-11-30 12:00")
    case.do("first_reply").do("resolve")
    assert case.open == ["confirm", "supervise"], "the unit's work is done, the supervision goes on"
    case.do("confirm", settled=False).do("continue_handling").do("confirm", settled=True)
    assert case.open == ["verify"], "the terminate end takes the supervision with it"


def test_a_granted_extension_moves_both_limits_from_the_branch_of_the_button() -> None:
    case = dispatched().press("ask_extension", new_due_on="2026-12-15").do("sign", approved=True)
    assert case.buttons == ["send_back"], "one application at a time"
    case.do("forward", approved=True)
    assert (case.due("resolve_due"), case.due("drag_on_due")) == (["2026-12-15 12:00"], ["2026-12-22 12:00"])
    assert case.buttons == ["ask_extension", "send_back"]
    until = next(b.until for b in case.waits.buttons if b.key.element == "ask_extension")
    assert until is not None
    assert local(until) == "2026-12-15 12:00", "armed again, it follows the moved limit"
    assert case.control == {"unit": "commerce"}, "neither the application nor the signatures outlive their branch"


def test_a_refused_extension_changes_nothing_and_may_be_asked_again() -> None:
    case = dispatched().press("ask_extension", new_due_on="2026-12-15").do("sign", approved=False)
    assert (case.due("resolve_due"), case.buttons) == (["2026-11-23 12:00"], ["ask_extension", "send_back"])


def test_the_clock_runs_on_until_the_extension_is_granted_and_then_is_set_anew() -> None:
    case = dispatched().press("ask_extension", new_due_on="2026-12-15").do("sign", approved=True)
    case.at("2026-11-24 09:00")
    assert "resolve_due" in case.happened("deadline_passed")
    case.do("forward", approved=True)
    assert case.due("resolve_due") == ["2026-12-15 12:00"]


def test_an_agreed_send_back_leaves_the_handling_and_enters_it_again_under_the_first_clock() -> None:
    case = (
        dispatched()
        .press("ask_extension", new_due_on="2026-12-15")
        .press("send_back")
        .do("decide_send_back", agreed=True)
    )
    assert (case.open, case.waits.deadlines, case.buttons) == (["redispatch"], (), [])
    assert case.control == {"unit": "commerce", "sent_back_by": "commerce"}
    case.at("2026-11-04 10:00").do("redispatch", unit="housing")
    assert [str(t.key) for t in case.waits.tasks] == ["p/first_reply/2"]
    assert (case.due("resolve_due"), case.waits.tasks[0].groups) == (["2026-11-23 12:00"], ("housing",))


def test_a_declined_send_back_keeps_the_work_and_arms_the_button_again() -> None:
    case = dispatched().press("send_back").do("decide_send_back", agreed=False)
    assert (case.open, case.buttons) == (["first_reply"], ["ask_extension", "send_back"])


def test_rework_goes_through_the_handling_again_with_deadlines_of_its_own() -> None:
    case = dispatched()
    for number in (1, 2, 3):
        assert str(case.task("first_reply")) == f"p/first_reply/{number}"
        case.do("first_reply").do("resolve").do("verify", sound=number == 3)
    assert case.ended


def test_every_wait_of_a_long_life_is_told_apart_by_its_key() -> None:
    case = dispatched()
    for _ in range(3):
        case.press("send_back").do("decide_send_back", agreed=True).do("redispatch", unit="housing")
        case.press("ask_extension", new_due_on="2026-12-15").do("sign", approved=False)
        case.do("first_reply").do("resolve").do("verify", sound=False)
    opened = [str(f.key) for f in case.facts if f.kind in ("task_opened", "button_armed", "deadline_set")]
    assert len(opened) == len(set(opened)) > 30
