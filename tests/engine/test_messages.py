"""Messages: notices and messages thrown, messages of other cases awaited by name and key, delivered to exactly one
wait.
"""

import pytest

from bihuan.domain.ids import Key
from bihuan.engine import Deliver, ExecutionFault, NotOpen
from tests.engine.diagrams import (
    boundary,
    catch,
    decide,
    dmn,
    end,
    flows,
    gate,
    limit,
    message,
    process,
    start,
    throw,
    user,
    when,
)
from tests.engine.play import Case, define

REQUEST = define(
    process(
        "p",
        start() + user("register") + throw("book", message("booking"), correlation_key="session_no",
                                           payload='{"case_no": case_no, "first": 1 > 0}')
        + catch("heard", message("heard"), correlation_key="case_no") + gate("ok", "done") + user("again")
        + end("done", message("closed"), correlation_key="case_no", payload='{"rating": 5}')
        + flows("s register book heard ok done", "again done") + when("ok", "again", "not resolved"),
        messages="booking heard closed",
    )
)  # fmt: skip


def request() -> Case:
    return Case(REQUEST, session_no="2026-11", case_no="R1").do("register")


def test_a_thrown_message_is_a_fact_with_its_key_and_payload() -> None:
    fact = request().fact("message_thrown")
    assert (str(fact.key), dict(fact.detail)) == (
        "p/book/1",
        {"name": "booking", "correlation_key": "2026-11", "payload": {"case_no": "R1", "first": True}, "clause": ""},
    )


def test_a_message_is_awaited_under_the_key_it_was_frozen_with() -> None:
    assert [(m.name, m.correlation_key) for m in request().waits.messages] == [("heard", "R1")]


def test_a_delivered_message_goes_on_with_its_data_and_an_end_may_send_one() -> None:
    case = request().deliver("heard", resolved=False)
    assert case.open == ["again"]
    assert request().deliver("heard", resolved=True).happened("message_thrown") == ["book", "done"]


def test_a_message_thrown_never_reaches_a_wait_of_its_own_case_where_stock_broadcasts_it() -> None:
    diagram = process(
        "p",
        start() + gate("f", kind="parallel") + throw("t", message("m"), correlation_key='"mine"')
        + catch("c", message("m"), correlation_key='"mine"') + user("a") + end() + flows("s f", "f c a e", "f t e"),
        messages="m",
    )  # fmt: skip
    case = Case(define(diagram))
    assert ([m.name for m in case.waits.messages], case.open) == (["m"], [])


def test_delivering_twice_or_elsewhere_is_not_open() -> None:
    case = request()
    key = case.waits.messages[0].key
    with pytest.raises(NotOpen):
        case.apply(Deliver(Key("p", "heard", 7)))
    case.deliver("heard", resolved=False)
    with pytest.raises(NotOpen):
        case.apply(Deliver(key))


def test_a_message_may_come_again_and_again_while_an_activity_is_open() -> None:
    diagram = process(
        "p",
        start() + user("a") + boundary("evidence", "a", message("evidence"), interrupting=False, correlation_key="no")
        + user("look") + end() + flows("s a e", "evidence look e"),
        messages="evidence",
    )  # fmt: skip
    case = Case(define(diagram), no="R1").deliver("evidence", n=1)
    assert (case.waits.messages, case.control) == ((), {"no": "R1"})
    case.do("look").deliver("evidence", n=2)
    assert case.open == ["a", "look"]
    assert case.do("look").do("a").happened("message_dismissed") == ["evidence"]


def test_a_notice_names_its_template_and_whom_it_goes_to_and_may_say_a_limit() -> None:
    diagram = process(
        "p",
        start(milestone="received") + user("a", "${unit}") + limit("t", "a", "workdays(1, since=received_at)")
        + end("urge", message("notice"), payload='{"template": "urge", "to": unit, "due_at": deadline("t")}',
              clause="ZB-22")
        + end() + flows("s a e", "t urge"),
        messages="notice",
    )  # fmt: skip
    fact = Case(define(diagram), unit="commerce").at("2026-11-04 00:00").fact("message_thrown")
    assert fact.detail["payload"] == {"template": "urge", "to": "commerce", "due_at": "2026-11-03T16:00:00+00:00"}


@pytest.mark.parametrize("payload", ['"text"', "[1]", "{1: 2}", "nothing"])
def test_a_payload_that_names_nothing_is_a_fault(payload: str) -> None:
    diagram = process("p", start() + throw("t", message("m"), payload=payload) + end() + flows("s t e"), messages="m")
    with pytest.raises(ExecutionFault, match="payload"):
        Case(define(diagram))


def test_an_empty_correlation_key_is_a_fault() -> None:
    with pytest.raises(ExecutionFault, match="correlation key"):
        Case(REQUEST, session_no="").do("register")


def test_a_decision_is_a_fact_and_becomes_control_data() -> None:
    diagram = process("p", start() + decide("d", "duty") + user("u", "${unit}") + end() + flows("s d u e"))
    table = dmn("duty", "category", "unit", '"tax" | "tax_office"', '- | "platform"')
    case = Case(define(diagram, table), category="tax")
    assert case.control == {"category": "tax", "unit": "tax_office"}
    fact = case.fact("decision_made")
    assert (str(fact.key), dict(fact.detail)) == ("p/d/1", {"table": "duty", "outputs": {"unit": "tax_office"}})
