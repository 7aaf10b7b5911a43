"""Where data lives: calls, sub-processes, several units at once, side branches; and milestones per scope."""

import pytest

from bihuan.domain.ids import Key
from bihuan.engine import AddItem, ExecutionFault, NotOpen
from tests.engine.diagrams import (
    TERMINATE,
    button,
    call,
    each,
    end,
    flows,
    gate,
    limit,
    process,
    start,
    sub,
    throw,
    user,
    when,
)
from tests.engine.play import Case, define

CALLED = process(
    "q",
    start() + user("ask", "${unit}", milestone="asked") + user("see", "${secret}") + gate("g", "e") + end()
    + flows("s ask g e") + when("g", "see", "secret is not None") + flows("see e"),
)  # fmt: skip


def test_only_named_data_goes_into_a_call_and_comes_out_where_stock_copies_everything() -> None:
    main = process(
        "p",
        start() + call("c", "q", ins="housing>unit; 2 > 1>written", outs="decision>granted; never>empty; len(unit)>n")
        + user("z") + end() + flows("s c z e"),
    )  # fmt: skip
    case = Case(define(main, CALLED), housing="housing", secret="x", decision="mine")
    assert [t.groups for t in case.waits.tasks] == [("housing",)]
    case.do("ask", decision=True, other=1)
    assert case.open == ["z"], "the called process never saw the caller's secret"
    assert case.control == {
        "housing": "housing", "secret": "x", "decision": "mine", "granted": True, "empty": None, "n": 7
    }  # fmt: skip


def test_milestones_of_the_caller_are_seen_and_those_of_the_called_are_set_outside_too() -> None:
    called = process(
        "q", start() + user("u", milestone="inner") + limit("t", "u", "workdays(1, since=outer_at)") + end()
        + flows("s u e", "t e"),
    )  # fmt: skip
    main = process("p", start(milestone="outer") + call("c", "q") + user("z") + end() + flows("s c z e"))
    case = Case(define(main, called))
    assert case.due("t") == ["2026-11-04 00:00"]
    assert list(case.do("u").milestones) == ["outer", "inner"]


def test_data_leaves_a_sub_process_also_through_a_terminate_end() -> None:
    inner = start("s1") + user("a") + end("e1", TERMINATE) + flows("s1 a e1")
    case = Case(define(process("p", start() + sub("w", inner) + user("z") + end() + flows("s w z e"))))
    assert case.do("a", outcome="served").control == {"outcome": "served"}


def test_a_terminate_end_ends_its_own_body_only() -> None:
    inner = (
        start("s1") + gate("f", kind="parallel") + user("a") + user("b") + end("e1", TERMINATE) + end("e2")
        + flows("s1 f", "f a e1", "f b e2")
    )  # fmt: skip
    diagram = process(
        "p",
        start() + gate("g", kind="parallel") + sub("w", inner) + user("other") + gate("j", kind="parallel") + end()
        + flows("s g", "g w j", "g other j e"),
    )  # fmt: skip
    case = Case(define(diagram)).do("a")
    assert case.open == ["other"]
    assert case.do("other").ended


def test_everything_else_automatic_happens_before_a_terminate_end() -> None:
    diagram = process(
        "p",
        start() + gate("f", kind="parallel") + end("done", TERMINATE, exit="closed") + throw("t1", milestone="one")
        + throw("t2", milestone="two") + end() + flows("s f", "f done", "f t1 t2 e"),
    )  # fmt: skip
    case = Case(define(diagram))
    assert (case.ended, list(case.milestones)) == (True, ["one", "two"])


UNIT = process(
    "support_unit",
    start("u1") + user("support", "${unit}")
    + limit("late", "support", 'workdays(5 if unit == "b" else 10, since=dispatched_at, at="12:00")')
    + user("chase") + end("ue") + flows("u1 support ue", "late chase ue"),
)  # fmt: skip
JOINT_FILES = (
    process(
        "p",
        start() + user("dispatch", milestone="dispatched") + sub(
            "joint",
            start("s1") + gate("f", kind="parallel") + gate("j", kind="parallel") + user("lead", "${lead_unit}")
            + call("supporting", "support_unit", each("units", "unit"), ins="unit>unit")
            + button("add", "lead", audience="${lead_unit}") + call("more", "support_unit", ins="unit>unit")
            + end("je") + end("me") + flows("s1 f", "f lead j", "f supporting j", "j je", "add more me"),
        )
        + user("sum_up") + end() + flows("s dispatch joint sum_up e"),
        messages="add",
    ),
    UNIT,
)  # fmt: skip
JOINT = define(*JOINT_FILES)


def joint() -> Case:
    return Case(JOINT, lead_unit="l", units=["a", "b"]).do("dispatch")


def test_each_unit_has_its_own_task_group_and_deadline() -> None:
    case = joint()
    assert {str(t.key): t.groups for t in case.waits.tasks} == {
        "p/lead/1": ("l",),
        "support_unit/support/1/a": ("a",),
        "support_unit/support/2/b": ("b",),
    }
    assert case.due("late") == ["2026-11-09 12:00", "2026-11-16 12:00"]


def test_several_instances_end_in_another_worker_where_stocks_multi_instance_never_completes() -> None:
    case = joint()
    for element, item in (("support", "a"), ("lead", None), ("support", "b")):
        case.definition = define(*JOINT_FILES)
        case.do(element, item)
    assert case.open == ["sum_up"]


def test_one_more_instance_joins_while_others_run() -> None:
    case = joint().do("support", "a").grow("p/supporting/1", "c")
    assert case.open == ["lead", "support(b)", "support(c)"]
    assert case.fact("item_added").detail == {"item": "c"}
    assert case.do("lead").do("support", "b").do("support", "c").open == ["sum_up"]


def test_a_multi_instance_is_also_found_by_any_wait_inside_it() -> None:
    assert "support(c)" in joint().grow("support_unit/support/1/a", "c").open


@pytest.mark.parametrize(("key", "item"), [("p/supporting/1", "a"), ("p/lead/1", "c"), ("p/supporting/2", "c")])
def test_an_instance_that_is_there_or_has_no_place_is_not_open(key: str, item: str) -> None:
    with pytest.raises(NotOpen):
        joint().apply(AddItem(Key.parse(key), item))


def test_one_more_unit_drawn_as_a_button_and_the_sub_process_waits_for_it() -> None:
    case = joint().press("add", unit="c")
    assert case.due("late") == ["2026-11-09 12:00", "2026-11-16 12:00", "2026-11-16 12:00"]
    case.do("lead").do("support", "a").do("support", "b")
    assert case.open == ["support"], "the added unit's own"
    assert case.do("support").open == ["sum_up"]


def test_results_of_each_unit_are_collected_and_can_be_decided_by() -> None:
    diagram = process(
        "p",
        start() + user("ask", "${unit}", each("units", "unit"), collect="agreed") + gate("g", "z") + user("z")
        + user("no") + end() + flows("s ask g z e", "no e") + when("g", "no", "False in values(agreed_by_unit)"),
    )  # fmt: skip
    case = Case(define(diagram), units=["a", "b"]).do("ask", "b", agreed=False, text=1).do("ask", "a", agreed=True)
    assert case.control == {"units": ["a", "b"], "agreed_by_unit": {"b": False, "a": True}}
    assert case.open == ["no"]


def test_the_keys_of_several_instances_share_an_occurrence_and_differ_by_item() -> None:
    diagram = process(
        "p",
        start() + gate("m") + user("ask", "${unit}", each("units", "unit")) + user("again") + gate("g", "e") + end()
        + flows("s m ask again g e") + when("g", "m", "more"),
    )  # fmt: skip
    case = Case(define(diagram), units=["a", "b"])
    assert [str(t.key) for t in case.waits.tasks] == ["p/ask/1/a", "p/ask/1/b"]
    case.do("ask", "a").do("ask", "b").do("again", more=True)
    assert [str(t.key) for t in case.waits.tasks] == ["p/ask/2/a", "p/ask/2/b"]


def test_a_milestone_of_several_instances_is_reached_when_all_are_done() -> None:
    diagram = process(
        "p", start() + user("ask", "${unit}", each("units", "unit"), milestone="asked") + user("z") + end()
        + flows("s ask z e"),
    )  # fmt: skip
    case = Case(define(diagram), units=["a", "b"]).do("ask", "a")
    assert case.milestones == {}
    assert list(case.do("ask", "b").milestones) == ["asked"]


def test_no_items_at_all_goes_straight_on() -> None:
    diagram = process(
        "p", start() + user("ask", "${unit}", each("units", "unit")) + user("z") + end() + flows("s ask z e")
    )
    assert Case(define(diagram), units=[]).open == ["z"]


@pytest.mark.parametrize("units", [None, "abc", ["a", "a"], [""], [None], [True], [str(n) for n in range(101)]])
def test_a_collection_must_be_a_short_list_of_different_plain_items(units: object) -> None:
    diagram = process(
        "p", start() + user("ask", "platform", each("units", "unit")) + user("z") + end() + flows("s ask z e")
    )
    with pytest.raises(ExecutionFault):
        Case(define(diagram), units=units)


def test_data_set_in_one_instance_is_not_seen_in_another_or_outside() -> None:
    inner = start("s1") + user("a", "${unit}") + user("b", "${handler}") + end("e1") + flows("s1 a b e1")
    diagram = process("p", start() + sub("all", each("units", "unit") + inner) + user("z") + end() + flows("s all z e"))
    case = Case(define(diagram), units=["x", "y"]).do("a", "x", handler="h1").do("a", "y", handler="h2")
    assert sorted(t.groups for t in case.waits.tasks) == [("h1",), ("h2",)]
    assert case.do("b", "x").do("b", "y").control == {"units": ["x", "y"]}
