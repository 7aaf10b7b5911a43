"""Buttons (按钮): message boundary events people press on a task or a sub-process, one application at a time."""

from datetime import date

import pytest

from bihuan.domain.workdays import Calendar, Override
from bihuan.engine import NotOpen, Press, Recount, Refused
from tests.engine.diagrams import TERMINATE, button, each, end, flows, job, limit, process, start, sub, user
from tests.engine.play import Case, at, define, local

UNIT = (
    start("s1")
    + user("handle", "${unit}")
    + button("send_back", "handle", interrupting=True, audience="${unit}", form="send_back")
    + button("extend", "handle", audience="${unit}", form="extension", clause="ZB-19")
    + user("approve")
    + user("redispatch")
    + end("e1")
    + flows("s1 handle e1", "extend approve e1", "send_back redispatch e1")
)
UNITS = define(
    process(
        "p",
        start() + sub("each_unit", each("units", "unit") + UNIT) + user("z") + end() + flows("s each_unit z e"),
        messages="send_back extend",
    )
)
ONE = define(
    process(
        "p",
        start(milestone="received")
        + user("handle")
        + button(
            "extend", "handle", audience="commerce", clause="ZB-19", refusal="不符合延期条件",
            until='workdays(5, since=received_at, at="12:00")',
            requires='complex and on(new_due_on, at="12:00") > pressed_at',
        )
        + user("approve")
        + end()
        + end("over", TERMINATE)
        + flows("s handle over", "extend approve e"),
        messages="extend",
    )
)  # fmt: skip


def units() -> Case:
    return Case(UNITS, units=["a", "b", "c"])


def test_each_open_task_has_buttons_of_its_own_with_form_audience_and_clause() -> None:
    case = units()
    shown = [each_ for each_ in case.waits.buttons if each_.key.item == "b"]
    assert {(b.key.element, b.form, b.audience, b.interrupting, b.clause, str(b.on)) for b in shown} == {
        ("extend", "extension", ("b",), False, "ZB-19", "p/handle/2/b"),
        ("send_back", "send_back", ("b",), True, "", "p/handle/2/b"),
    }
    assert len(case.waits.buttons) == 6


def test_pressing_one_leaves_the_siblings_alone_where_stock_spiff_hits_them_all() -> None:
    case = units().press("send_back", "b")
    assert case.open == ["handle(a)", "handle(c)", "redispatch(b)"]
    assert case.buttons == ["extend(a)", "extend(c)", "send_back(a)", "send_back(c)"]


def test_a_button_that_does_not_interrupt_can_be_pressed_again_when_its_branch_is_done_where_stock_fires_once() -> None:
    case = units().press("extend", "a")
    assert "extend(a)" not in case.buttons, "one application at a time"
    case.do("approve", "a").press("extend", "a")
    assert case.open.count("approve(a)") == 1


def test_an_armed_button_again_has_a_new_occurrence() -> None:
    case = Case(ONE).press("extend", complex=True, new_due_on="2026-12-01")
    assert case.do("approve").button("extend").occurrence == 2


def test_a_button_dies_with_its_task() -> None:
    case = units()
    pressed = case.button("extend", "a")
    case.do("handle", "a")
    with pytest.raises(NotOpen):
        case.apply(Press(pressed))


def test_pressing_twice_is_refused_and_changes_nothing() -> None:
    case = units()
    key = case.button("send_back", "a")
    case.apply(Press(key))
    state = case.state
    with pytest.raises(NotOpen):
        case.apply(Press(key))
    assert case.state == state


def test_the_data_of_a_press_stays_on_its_branch() -> None:
    case = Case(ONE).press("extend", complex=True, new_due_on="2026-12-01")
    assert case.control == {}
    case.do("approve", approved=True)
    assert case.control == {}


def test_the_data_of_an_interrupting_press_goes_on_with_the_case() -> None:
    diagram = process(
        "p",
        start() + user("a") + button("b", "a", interrupting=True) + user("c", "${unit}") + end()
        + flows("s a e", "b c e"),
        messages="b",
    )  # fmt: skip
    case = Case(define(diagram)).press("b", unit="housing")
    assert (case.open, case.control) == (["c"], {"unit": "housing"})


def test_until_is_frozen_when_the_button_is_armed_and_exclusive() -> None:
    case = Case(ONE)
    until = case.waits.buttons[0].until
    assert until is not None
    assert local(until) == "2026-11-09 12:00"
    case.now = at("2026-11-09 11:59")
    case.press("extend", complex=True, new_due_on="2026-12-01")
    late = Case(ONE)
    late.now = at("2026-11-09 12:00")
    with pytest.raises(Refused) as refused:
        late.press("extend", complex=True, new_due_on="2026-12-01")
    assert (refused.value.clause, refused.value.chinese) == ("ZB-19", "不符合延期条件")


@pytest.mark.parametrize(
    "control",
    [
        {"complex": False, "new_due_on": "2026-12-01"},
        {"complex": True, "new_due_on": "2026-11-01"},
        {"complex": True},
        {"complex": True, "new_due_on": "soon"},
        {},
    ],
)
def test_requires_refuses_what_is_not_met_or_was_left_out_and_changes_nothing(control: dict[str, object]) -> None:
    case = Case(ONE)
    state = case.state
    with pytest.raises(Refused):
        case.press("extend", **control)
    assert case.state == state


def test_a_button_on_a_sub_process_is_there_whichever_task_inside_is_open() -> None:
    inner = start("s1") + user("a") + user("b") + end("e1") + flows("s1 a b e1")
    diagram = process(
        "p",
        start() + sub("work", inner) + button("withdraw", "work", interrupting=True) + user("w") + end()
        + flows("s work e", "withdraw w e"),
        messages="withdraw",
    )  # fmt: skip
    case = Case(define(diagram)).do("a")
    assert str(case.waits.buttons[0].on) == "p/work/1"
    assert case.press("withdraw").open == ["w"]
    assert "task_cancelled" in [fact.kind for fact in case.facts]


SEVERAL = define(
    process(
        "p",
        start(milestone="received")
        + user("handle")
        + button(
            "extend", "handle", audience="commerce", until='workdays(5, since=received_at, at="12:00")',
            requires='(level and complex) and on(new_due_on, at="12:00") > pressed_at',
            refusal="应在期限届满前申请；仅限复杂问题；新期限应晚于现在。",
        )
        + end()
        + end("over", TERMINATE)
        + flows("s handle over", "extend e"),
        messages="extend",
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("control", "said"),
    [
        ({"level": True, "complex": False, "new_due_on": "2026-12-01"}, "仅限复杂问题。"),
        ({"level": True, "complex": True, "new_due_on": "2026-11-01"}, "新期限应晚于现在。"),
        ({"new_due_on": "soon"}, "仅限复杂问题；新期限应晚于现在。"),
    ],
)
def test_of_several_conditions_those_are_told_that_do_not_hold(control: dict[str, object], said: str) -> None:
    with pytest.raises(Refused) as refused:
        Case(SEVERAL).press("extend", **control)
    assert refused.value.chinese == said


def test_who_is_too_late_is_told_that_and_nothing_else() -> None:
    case = Case(SEVERAL)
    case.at("2026-11-10 12:00")
    with pytest.raises(Refused) as refused:
        case.press("extend")
    assert refused.value.chinese == "应在期限届满前申请。"


UNTIL_THE_LIMIT = define(
    process(
        "p",
        start(milestone="received") + user("handle")
        + limit("due", "handle", 'workdays(5, since=received_at, at="12:00")', interrupting=False)
        + button("extend", "handle", audience="a", until='deadline("due")')
        + button("send_back", "handle", audience="a", until='workdays(5, since=received_at, at="12:00")')
        + user("approve") + job("prolong", "deadline.move", deadline="due", to='on("2026-11-20", at="12:00")')
        + user("late") + user("back") + end() + end("e2") + end("e3") + end("e4")
        + flows("s handle e", "extend approve prolong e2", "due late e3", "send_back back e4"),
        messages="extend send_back",
    )
)  # fmt: skip
STORM = Calendar({date(2026, 11, 3): Override("holiday", "台风停工")}, version=1)
FLOOD = Calendar({date(2026, 11, day): Override("holiday", "洪水") for day in (3, 4)}, version=2)


def last_moments(case: Case) -> dict[str, str]:
    return {one.key.element: local(one.until) for one in case.waits.buttons if one.until}


def test_a_last_moment_goes_where_a_new_calendar_moves_the_limit_it_reads_and_one_of_its_own_days_stays() -> None:
    case = Case(UNTIL_THE_LIMIT)
    before, after = "2026-11-09 12:00", "2026-11-10 12:00"
    assert last_moments(case) == {"extend": before, "send_back": before}
    case.calendar = STORM
    case.apply(Recount())
    assert (last_moments(case), case.due("due")[-1]) == ({"extend": after, "send_back": before}, after)
    assert case.facts[-1].detail["why"] == "calendar"
    facts = len(case.facts)
    case.apply(Recount())
    assert len(case.facts) == facts, "again, nothing happens"
    case.now = at("2026-11-10 11:00")
    assert "approve" in case.press("extend").open
    case.do("approve")
    assert last_moments(case)["extend"] == "2026-11-20 12:00", "armed again after an extension"
    case.calendar = FLOOD
    case.apply(Recount())
    assert last_moments(case)["extend"] == "2026-11-20 12:00", "the date somebody gave stays, and so does this"
