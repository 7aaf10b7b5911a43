"""The state: plain bytes, the same for the same life, nothing of Spiff's in it, never half changed."""

import json
import re
import threading
from datetime import timedelta

import pytest

from bihuan.engine import Complete, Definition, ExecutionFault, NotOpen, Press, Start, Tick, advance, waits
from bihuan.engine.reading.build import build
from bihuan.engine.reading.faults import Faults
from tests.engine.diagrams import TERMINATE, button, end, flows, gate, limit, process, start, sub, throw, user, when
from tests.engine.play import CALENDAR, NOW, Case, at, define

INNER = (
    start("s1")
    + user("a")
    + button("b", "a")
    + user("c")
    + end("e1")
    + end("e2", TERMINATE)
    + flows("s1 a e2", "b c e1")
)
FILES = (
    process(
        "p",
        start(milestone="received") + sub("w", INNER) + limit("t", "w", "workdays(5, since=received_at)") + user("z")
        + gate("g", "e") + user("y", "${unit}") + end() + flows("s w z g e", "t e", "y e") + when("g", "y", "more"),
        messages="b",
    ),
)  # fmt: skip
DEFINITION = define(*FILES)


def life() -> Case:
    return Case(DEFINITION).press("b", n=1).do("c").press("b", n=2)


def test_the_same_life_gives_the_same_bytes_where_stocks_ids_are_random() -> None:
    assert life().state == life().state


def test_a_state_holds_nothing_of_spiffs_own_and_nothing_of_the_definition() -> None:
    text = (life().state or b"").decode()
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|[0-9a-f]{32}|Spiff|spec_key|last_state", text)
    assert "platform" in text, "the frozen group is there"
    assert "workdays(5, since" not in text, "the diagram's text is not"


def test_a_state_is_plain_json_that_orders_nothing_by_name_where_stock_needs_its_own_serialiser() -> None:
    case = life()
    shuffled = json.dumps(json.loads(case.state or b""), sort_keys=True).encode()
    assert waits(DEFINITION, shuffled) == case.waits
    case.state = shuffled
    assert case.do("c").do("a").do("z").ended


def test_data_may_be_called_typename_where_stock_could_not_load_it_again() -> None:
    case = Case(DEFINITION, typename="x").do("a", data_objects=1)
    assert case.control == {"typename": "x", "data_objects": 1}


def test_a_deed_done_twice_is_not_open_and_changes_nothing_where_stock_runs_it_again() -> None:
    case = Case(DEFINITION)
    key = case.task("a")
    state = case.do("a").state
    with pytest.raises(NotOpen):
        case.apply(Complete(key))
    assert case.state == state


def test_a_fault_in_the_middle_of_a_step_leaves_the_state_as_it_was_where_stock_is_left_half_changed() -> None:
    case = Case(DEFINITION).do("a")
    with pytest.raises(ExecutionFault) as fault:
        case.do("z", more=True)
    assert (fault.value.process, fault.value.element) == ("p", "y")
    assert case.open == ["z"]
    assert case.do("z", more=True, unit="commerce").open == ["y"]


def test_a_step_is_the_same_however_often_it_is_tried() -> None:
    case = life()
    deed = Complete(case.task("c"))
    steps = [advance(DEFINITION, case.state, deed, NOW, calendar=CALENDAR) for _ in range(3)]
    assert steps[0] == steps[1] == steps[2]


def test_a_state_loads_on_any_fresh_parse_of_the_same_files() -> None:
    case = life()
    case.definition = define(*FILES)
    assert case.do("c").do("a").open == ["z"]


def test_a_state_of_another_definition_is_refused_and_not_guessed_at() -> None:
    other = define(process("p", start() + user("other") + end() + flows("s other e")))
    for state in (life().state or b"", b"{}", b"[]", b"nonsense"):
        with pytest.raises(ValueError, match=r".+"):
            waits(other, state)


def test_a_tick_with_nothing_due_changes_nothing() -> None:
    case = life()
    state = case.state
    case.at("2026-11-03 09:00")
    assert (case.state, case.last and case.last.facts) == (state, ())


def test_an_ended_case_waits_for_nothing_and_takes_nothing() -> None:
    case = life()
    key = case.button("b") if case.buttons else None
    case.do("a").do("z")
    assert case.ended
    assert key is None or _not_open(case, Press(key))
    assert advance(DEFINITION, case.state, Tick(), NOW + timedelta(days=900), calendar=CALENDAR).ended


def _not_open(case: Case, deed: Press) -> bool:
    with pytest.raises(NotOpen):
        case.apply(deed)
    return True


def test_exit_and_end_are_told_once() -> None:
    diagram = process(
        "p", start() + user("a") + end("closed", TERMINATE, exit="closed", milestone="closed") + flows("s a closed")
    )
    case = Case(define(diagram)).do("a")
    assert (case.exit, case.ended) == ("closed", True)
    assert [f.detail for f in case.facts if f.kind == "case_ended"] == [{"exit": "closed"}]
    assert case.facts[-1].kind == "case_ended"


def test_the_path_names_every_automatic_element_and_flow_once_a_settled_moment() -> None:
    diagram = process(
        "p", start() + gate("g", "t") + throw("t") + user("a") + end() + flows("s g t a e") + when("g", "a", "x")
    )
    case = Case(define(diagram))
    assert case.fact("path_taken").detail == {
        "elements": ["p/s", "p/g", "p/t"],
        "flows": ["p/s__g", "p/g__t", "p/t__a"],
    }


def test_one_definition_serves_many_threads() -> None:
    done: list[bytes] = []

    def work() -> None:
        for _ in range(10):
            done.append(life().do("c").do("a").do("z").state or b"")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 40
    assert len(set(done)) == 1


def test_a_process_that_is_not_there_cannot_be_started() -> None:
    with pytest.raises(ValueError, match="no 'x'"):
        advance(DEFINITION, None, Start("x"), at("2026-11-02 09:00"), calendar=CALENDAR)


def test_a_definition_tells_what_is_drawn() -> None:
    definition = Definition.parse({"a.bpmn": FILES[0].encode()})
    info = definition.element("p", "b")
    assert (info.type, info.on, info.inside, info.interrupting) == ("boundaryEvent:message", "a", "w", False)
    assert [element.id for element in definition.elements("p")][:2] == ["s", "w"]
    assert (definition.processes["p"].start, definition.processes["p"].file) == ("s", "a.bpmn")


def test_the_names_that_diagrams_read_and_set_are_told() -> None:
    built = build({"a.bpmn": FILES[0].encode()}, {}, Faults())
    assert (built.read, built.read - built.written) == ({"received_at", "more", "unit"}, {"more", "unit"})
