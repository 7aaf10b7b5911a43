"""What is refused when a deployment is parsed: every rule, every fault at once, in the process owner's language."""

import pytest

from bihuan.engine import Definition, DiagramFault, DiagramFaults, Finding
from bihuan.engine.reading.faults import RULES
from tests.engine.diagrams import (
    boundary,
    button,
    call,
    catch,
    decide,
    each,
    element,
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
    throw,
    timer,
    user,
    when,
)
from tests.engine.play import lint

FINE = start() + user("a") + end() + flows("s a e")
TIMED = start(milestone="received") + user("a") + end() + flows("s a e")


def findings(body: str, *others: str, messages: str = "m notice", errors: str = "bad") -> list[Finding]:
    files = {"p.bpmn": process("p", body, messages=messages, errors=errors).encode()}
    return lint(files | {f"o{n}.bpmn": other.encode() for n, other in enumerate(others)})


def rules(body: str, *others: str, messages: str = "m notice", errors: str = "bad") -> set[str]:
    return {finding.rule for finding in findings(body, *others, messages=messages, errors=errors)}


def test_a_sound_diagram_has_no_fault() -> None:
    assert findings(FINE) == []


TAGS = [
    "scriptTask", "sendTask", "receiveTask", "manualTask", "inclusiveGateway", "complexGateway", "transaction",
    "adHocSubProcess", "dataObject", "choreographyTask",
]  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_an_element_outside_the_dialect_is_refused(tag: str) -> None:
    body = start() + element(tag, "x") + end() + flows("s x e")
    assert rules(body) & {"D02", "D18"}


@pytest.mark.parametrize("kind", ["signal", "link", "escalation", "conditional", "compensate", "cancel"])
def test_an_event_outside_the_dialect_is_refused_where_stock_leaves_it_silently_dead(kind: str) -> None:
    assert "D02" in rules(start() + throw("t", f"<bpmn:{kind}EventDefinition/>") + end() + flows("s t e"))
    assert "D02" in rules(FINE + boundary("b", "a", f"<bpmn:{kind}EventDefinition/>") + flows("b e"))


def test_an_event_sub_process_is_refused_where_stock_changes_the_shared_definition() -> None:
    inner = start("s1") + end("e1") + flows("s1 e1")
    body = FINE + element("subProcess", "x", inner, 'triggeredByEvent="true"')
    assert "D18" in rules(body)


CASES: list[tuple[str, str]] = [
    ("D03", start("Start") + end() + flows("Start e")),
    ("D03", start() + end("End") + flows("s End")),
    ("D03", start("1x") + end() + flows("1x e")),
    ("D03", FINE + user("a")),
    ("D03", FINE + sub("w", start("s1") + user("a") + end("e1") + flows("s1 a e1"))),
    ("D04", user("a") + end() + flows("a e")),
    ("D04", start() + start("s2") + end() + flows("s e", "s2 e")),
    ("D04", start() + user("a") + flows("s a")),
    ("D04", start() + sub("w", user("b") + end("e1") + flows("b e1")) + end() + flows("s w e")),
    ("D05", FINE + flows("a nowhere")),
    ("D05", start() + sub("w", start("s1") + user("b") + end("e1") + flows("s1 b e1")) + end() + flows("s w e", "b e")),
    ("D05", FINE + user("b") + flows("e b e")),
    ("D05", FINE + flows("a s")),
    ("D06", FINE + user("lonely") + flows("lonely e")),
    ("D06", start() + user("a") + user("b") + end() + flows("s a e")),
    ("D06", start() + gate("g", "a") + user("a") + end() + flows("s g a")),
    ("D07", start() + user("a") + end() + flows("s a") + when("a", "e", "x")),
    ("D07", start() + user("a") + user("b") + end() + flows("s a e", "a b e")),
    ("D07", start() + user("a") + end() + flows("s") + when("s", "a", "x") + flows("a e")),
    ("D08", start() + gate("g") + user("a") + end() + flows("s g a e") + when("g", "e", "x")),
    ("D08", start() + gate("g", "a") + user("a") + end() + flows("s g a e", "g e")),
    ("D09", start() + element("userTask", "a") + end() + flows("s a e")),
    ("D09", start() + user("a", "two words") + end() + flows("s a e")),
    ("D10", TIMED + limit("t", "a", '"2026-01-01"') + flows("t e")),
    ("D10", TIMED + limit("t", "a", "days_left") + flows("t e")),
    ("D10", start(body=timer("weekly(1)")) + end() + flows("s e")),
    ("D11", TIMED + limit("t", "a", "now()") + flows("t e")),
    ("D11", start() + user("a", "${a.b}") + end() + flows("s a e")),
    ("D11", FINE + button("b", "a", requires="open('x')", name="m") + flows("b e")),
    ("D11", FINE + button("b", "a", until="pressed_at", name="m") + flows("b e")),
    ("D12", TIMED + limit("t", "a", "workdays(3)") + flows("t e")),
    ("D12", TIMED + limit("t", "a", "workdays(3, 4, since=received_at)") + flows("t e")),
    ("D12", TIMED + limit("t", "a", "workday_of_month(3)") + flows("t e")),
    ("D12", TIMED + limit("t", "a", "day_of_month(of=received_at)") + flows("t e")),
    ("D12", TIMED + limit("t", "a", 'workdays(limit("x"), since=received_at)') + flows("t e")),
    ("D12", TIMED + limit("t", "a", "workdays(limit(x), since=received_at)") + flows("t e")),
    ("D12", FINE + button("b", "a", until='deadline("never")', name="m") + flows("b e")),
    ("D13", FINE + boundary("b", "a", message("m")) + flows("b e")),
    ("D13", FINE + boundary("b", "a", "<bpmn:messageEventDefinition/>", audience="x") + flows("b e")),
    ("D13", FINE + boundary("b", "a", message("m"), correlation_key="x", until="on(day)") + flows("b e")),
    ("D13", start() + throw("t", message("notice")) + end() + flows("s t e")),
    ("D13", FINE + button("b", "a", audience="a b", name="m") + flows("b e")),
    ("D13", FINE + button("b", "a", correlation_key="x", name="m") + flows("b e")),
    ("D14", TIMED.replace(flows("s a e"), flows("s a mv e")) + job("mv", "deadline.move", deadline="t", to="on(day)")
        + limit("t", "a", "on(day)") + end("te") + flows("t te")),
    ("D12", TIMED.replace(flows("s a e"), flows("s a c e")) + limit("t", "a", "on(day)") + end("te") + flows("t te")
        + user("c") + button("b", "c", until='deadline("t")', name="m") + end("be") + flows("b be")),
    ("D14", start() + element("serviceTask", "j") + end() + flows("s j e")),
    ("D14", start() + job("j", "deadline.stop") + end() + flows("s j e")),
    ("D14", start() + job("j", "deadline.move", deadline="t") + end() + flows("s j e")),
    ("D14", start() + job("j", "deadline.move", deadline="t", to="on(day)") + end() + flows("s j e")),
    ("D15", start() + call("c", "nowhere") + end() + flows("s c e")),
    ("D15", start() + call("c", "p") + end() + flows("s c e")),
    ("D16", start() + user("a", body='<bpmn:multiInstanceLoopCharacteristics/>') + end() + flows("s a e")),
    ("D16", start() + user("a", body=each("x", "x_at")) + end() + flows("s a e")),
    ("D16", start() + mark("a").replace("</bpmn:task>", each("x", "y") + "</bpmn:task>") + end() + flows("s a e")),
    ("D16", start() + user("a", body=each("x", "y").replace("camunda:coll", 'isSequential="true" camunda:coll'))
        + end() + flows("s a e")),
    ("D16", start() + user("a", body=each("x", "y")) + end() + flows("s a e") + button("b", "a", name="m")
        + flows("b e")),
    ("D17", start() + user("a", body="<bpmn:standardLoopCharacteristics/>") + end() + flows("s a e")),
    ("D22", FINE + boundary("b", "a", error("bad"), interrupting=False) + flows("b e")),
    ("D22", start() + user("a") + end("x", error("bad")) + flows("s a x")),
    ("D22", start() + sub("w", start("s1") + end("x", error("bad")) + flows("s1 x")) + end() + flows("s w e")),
    ("D22", FINE + end("x", "<bpmn:errorEventDefinition/>") + button("b", "a", name="m") + flows("b x")),
    ("D23", start() + gate("g", kind="eventBased") + catch("c", message("m"), audience="x") + end() + flows("s g c e")),
    ("D23", start() + gate("g", kind="eventBased") + catch("c", message("m"), audience="x") + user("u") + end()
        + flows("s g c e", "g u e")),
    ("D23", start() + gate("f", kind="parallel") + gate("g", kind="eventBased")
        + catch("c", message("m"), audience="x") + catch("d", message("m"), audience="x") + end()
        + flows("s f g c e", "f c", "g d e")),
    ("D24", start() + gate("j", kind="parallel") + user("a") + gate("g", "e") + end() + flows("s j a g e")
        + when("g", "j", "again")),
    ("D25", start() + user("a", deadlin="x") + end() + flows("s a e")),
    ("D25", start() + user("a", exit="closed") + end() + flows("s a e")),
    ("D25", start() + user("a") + end(exit="gone") + flows("s a e")),
    ("D25", start() + user("a", signature="yes") + end() + flows("s a e")),
    ("D25", start() + user("a", milestone="done_at") + end() + flows("s a e")),
    ("D25", start() + user("a", milestone="Done") + end() + flows("s a e")),
    ("D25", start() + user("a", clause="ZB-1;x") + end() + flows("s a e")),
    ("D27", FINE + boundary("b", "nothing", error("bad")) + flows("b e")),
    ("D27", start() + mark("m") + end() + flows("s m e") + boundary("b", "m", error("bad")) + flows("b e")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "body"), CASES, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(CASES)])
def test_a_fault_is_found_by_its_rule(rule: str, body: str) -> None:
    assert rule in rules(body)


CODE = [
    ("camunda:assignee", "${x}"),
    ("camunda:candidateUsers", "x"),
    ("camunda:dueDate", "${x}"),
    ("camunda:asyncBefore", "true"),
    ("camunda:class", "Evil"),
    ("camunda:expression", "${evil()}"),
    ("camunda:delegateExpression", "${evil}"),
    ("camunda:formData", "x"),
]


@pytest.mark.parametrize(
    "attribute",
    ['isForCompensation="true"', 'startQuantity="2"', 'instantiate="true"', 'eventGatewayType="Parallel"', 'x="1"'],
)
def test_a_plain_attribute_that_would_be_ignored_is_refused(attribute: str) -> None:
    body = start() + user("a").replace('name="a"', f'name="a" {attribute}') + end() + flows("s a e")
    assert "D19" in rules(body)
    usual = attribute.replace("true", "false").replace("2", "1").replace("Parallel", "Exclusive")
    assert ("D19" in rules(body.replace(attribute, usual))) is ("x=" in attribute)


@pytest.mark.parametrize(("name", "value"), CODE)
def test_an_attribute_that_would_be_ignored_or_carries_code_is_refused(name: str, value: str) -> None:
    body = start() + user("a").replace('name="a"', f'name="a" {name}="{value}"') + end() + flows("s a e")
    assert "D19" in rules(body)


EXTENSIONS = [
    '<camunda:executionListener class="Evil" event="start"/>',
    '<camunda:taskListener expression="${evil()}" event="create"/>',
    '<camunda:inputOutput><camunda:inputParameter name="x">${evil()}</camunda:inputParameter></camunda:inputOutput>',
    '<camunda:formData><camunda:formField id="x"/></camunda:formData>',
    '<camunda:connector/>',
    '<camunda:in source="x" target="y"/>',
    '<x:thing xmlns:x="http://elsewhere"/>',
]  # fmt: skip


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_an_extension_with_code_or_of_unknown_make_is_refused(extension: str) -> None:
    body = start() + element("userTask", "a", "", 'camunda:candidateGroups="x"', extension) + end() + flows("s a e")
    assert "D19" in rules(body)


@pytest.mark.parametrize(
    "passing",
    [
        '<camunda:in variables="all"/>',
        '<camunda:out variables="all"/>',
        '<camunda:in source="x"/>',
        '<camunda:in businessKey="x"/>',
        '<camunda:in source="x" target="y_at"/>',
    ],
)
def test_data_goes_in_and_out_of_a_call_by_name_only(passing: str) -> None:
    body = start() + element("callActivity", "c", "", 'calledElement="q"', passing) + end() + flows("s c e")
    assert rules(body, process("q", FINE)) & {"D15", "D26"}


def test_a_duration_or_a_cycle_is_refused_where_stock_fires_without_completing() -> None:
    for kind in ("timeDuration", "timeCycle"):
        definition = f"<bpmn:timerEventDefinition><bpmn:{kind}>P3D</bpmn:{kind}></bpmn:timerEventDefinition>"
        assert "D10" in rules(FINE + boundary("t", "a", definition) + flows("t e"))


def test_processes_that_call_each_other_in_a_circle_are_refused() -> None:
    other = process("q", start() + call("c", "p") + end() + flows("s c e"))
    assert "D15" in rules(start() + call("c", "q") + end() + flows("s c e"), other)


def test_processes_that_call_each_other_too_deep_are_refused() -> None:
    def chain(count: int) -> list[str]:
        inner = [process(f"q{n}", start() + call("c", f"q{n + 1}") + end() + flows("s c e")) for n in range(count)]
        return [*inner, process(f"q{count}", FINE)]

    assert findings(start() + call("c", "q0") + end() + flows("s c e"), *chain(7)) == []
    assert rules(start() + call("c", "q0") + end() + flows("s c e"), *chain(8)) == {"D15"}


def test_two_processes_of_one_id_are_refused() -> None:
    assert "D04" in rules(FINE, process("p", FINE))


def test_a_missing_table_is_refused() -> None:
    assert "D21" in rules(start() + decide("d", "none") + end() + flows("s d e"))


def test_an_error_caught_by_every_caller_is_fine() -> None:
    called = process("q", start() + user("u") + end("x", error("bad")) + flows("s u x"), errors="bad")
    body = start() + call("c", "q") + boundary("b", "c", error("bad")) + end() + flows("s c e", "b e")
    assert findings(body, called) == []
    assert "D22" in rules(start() + call("c", "q") + end() + flows("s c e"), called)


def test_timed_and_message_starts_are_told_to_whoever_starts_cases() -> None:
    timed = Definition.parse(
        {"p.bpmn": process("p", start(body=timer('monthly(day=5, at="09:00")')) + FINE[len(start()) :]).encode()}
    )
    assert timed.element("p", timed.processes["p"].start).timer == 'monthly(day=5, at="09:00")'
    assert findings(start(body=message("m"), audience="platform", form="x") + FINE[len(start()) :]) == []


def test_all_faults_come_at_once_each_with_file_element_fault_and_cure_in_chinese() -> None:
    body = start() + user("reply", "two words") + user("lonely") + end() + flows("s reply e")
    with pytest.raises(DiagramFaults) as raised:
        Definition.parse({"zibo/request.bpmn": process("p", body).encode()})
    found = raised.value.findings
    assert [(f.rule, f.element) for f in found] == [("D06", "lonely"), ("D06", "lonely"), ("D09", "reply")]
    first = raised.value
    assert isinstance(first, DiagramFault)
    assert (first.rule, first.file, first.element) == ("D06", "zibo/request.bpmn", "lonely")
    assert "没有出线" in first.fault
    assert "连到下一个元素" in first.cure
    assert "zibo/request.bpmn" in first.message_zh
    assert len(str(raised.value).splitlines()) == 3


def test_every_rule_is_broken_by_some_diagram_here_or_next_door() -> None:
    elsewhere = {"D01", "D02", "D18", "D19", "D20", "D21", "D26"}
    assert {rule for rule, _ in CASES} | elsewhere == set(RULES)
