"""Files strangers hand in: no entity is resolved, no network asked, and nothing takes long."""

import time

import pytest

from bihuan.engine import Definition, DiagramFault, ExecutionFault
from bihuan.engine.reading.xml import MOST_BYTES
from tests.engine.diagrams import HEAD, decide, dmn, end, flows, gate, process, start, sub, user, when
from tests.engine.play import Case, define, lint

FINE = process("p", start() + user("a") + end() + flows("s a e"))
BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><x>&c;</x>"""
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
REMOTE = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><x/>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"\x00\xff\xfe",
        BOMB.encode(),
        OUTSIDE.encode(),
        REMOTE.encode(),
        b"<x/>",
        (HEAD + "</bpmn:definitions>").encode(),
        FINE.encode().replace(b"UTF-8", b"no-such-encoding"),
        b" " * (MOST_BYTES + 1),
        b"<a>" * 5000 + b"</a>" * 5000,
        b"<a>" + b"<b/>" * 70_000 + b"</a>",
        b"<a " + b" ".join(b'x%d="1"' % n for n in range(50_000)) + b"/>",
    ],
    ids=range(13),
)
def test_what_is_no_diagram_is_refused_quickly(content: bytes) -> None:
    began = time.perf_counter()
    for name in ("x.bpmn", "x.dmn"):
        assert lint({name: content}), name
    assert time.perf_counter() - began < 10


def test_an_entity_is_never_resolved() -> None:
    content = FINE.replace("<bpmn:definitions", '<!DOCTYPE x [<!ENTITY a "platform">]><bpmn:definitions').replace(
        'camunda:candidateGroups="platform"', 'camunda:candidateGroups="&a;"'
    )
    findings = lint({"p.bpmn": content.encode()})
    assert [finding.rule for finding in findings] == ["D01"]


def test_a_diagram_of_two_thousand_elements_is_refused_and_a_large_one_is_quick() -> None:
    def chain(count: int) -> bytes:
        ids = [f"u{n}" for n in range(count)]
        body = start() + "".join(user(each) for each in ids) + end() + flows(" ".join(["s", *ids, "e"]))
        return process("p", body).encode()

    began = time.perf_counter()
    assert "D01" in {finding.rule for finding in lint({"p.bpmn": chain(2500)})}
    Definition.parse({"p.bpmn": chain(900)})
    assert time.perf_counter() - began < 10


def test_many_joins_and_conditions_take_no_more_than_a_moment() -> None:
    ids = [f"j{n}" for n in range(300)]
    joins = "".join(gate(each, kind="parallel") for each in ids)
    more = "".join(f'<bpmn:sequenceFlow id="x{n}" sourceRef="j{n}" targetRef="j{n + 1}"/>' for n in range(len(ids) - 1))
    body = start() + joins + end() + flows(" ".join(["s", *ids, "e"])) + more
    began = time.perf_counter()
    lint({"p.bpmn": process("p", body).encode()})
    assert time.perf_counter() - began < 10


def test_sub_processes_nested_too_deep_are_refused() -> None:
    body = start("s0") + end("e0") + flows("s0 e0")
    for n in range(1, 80):
        body = start(f"s{n}") + sub(f"w{n}", body) + end(f"e{n}") + flows(f"s{n} w{n} e{n}")
    assert [finding.rule for finding in lint({"p.bpmn": process("p", body).encode()})] == ["D01"]


def test_calls_that_multiply_at_every_level_are_judged_once_each() -> None:
    files, names = {}, [f"c{n}" for n in range(40)]
    for level in range(8):
        inner = "".join(
            user(name) if level == 7 else f'<bpmn:callActivity id="{name}" calledElement="p{level + 1}"/>'
            for name in names
        )
        body = start() + inner + end() + flows(" ".join(["s", *names, "e"]))
        files[f"{level}.bpmn"] = process(f"p{level}", body).encode()
    began = time.perf_counter()
    assert lint(files) == []
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("name", ["x" * 300, "a\nb" * 200])
def test_a_name_without_end_is_refused(name: str) -> None:
    with pytest.raises(DiagramFault):
        Definition.parse({"p.bpmn": FINE.replace('name="a"', f'name="{name}"').encode()})


def test_a_condition_in_a_script_language_is_refused() -> None:
    body = (
        start()
        + gate("g", "e")
        + user("a")
        + end()
        + flows("s g e", "a e")
        + when("g", "a", "x").replace(
            'xsi:type="bpmn:tFormalExpression"', 'xsi:type="bpmn:tFormalExpression" language="groovy"'
        )
    )
    assert "D11" in {finding.rule for finding in lint({"p.bpmn": process("p", body).encode()})}


@pytest.mark.parametrize(
    "grown",
    [
        (f'"{"x" * 900}"', "+".join(["a"] * 10), f"[{','.join(['b'] * 60)}]", "+".join(["c"] * 40)),
        ("[1,1,1,1,1,1,1,1,1,1]", "+".join(["a"] * 40), f"[{','.join(['b'] * 60)}]", "+".join(["c"] * 40)),
    ],
    ids=["texts", "lists"],
)
def test_tables_that_multiply_each_others_answers_stop_at_the_first_that_is_too_much(grown: tuple[str, ...]) -> None:
    """Each list is short, each text, too: a list of lists of texts would fill the machine, and the history."""
    names = "abcd"[: len(grown)]
    body = start() + "".join(decide(f"d{name}", f"t{name}") for name in names) + user("u") + end()
    diagram = process("p", body + flows(" ".join(["s", *(f"d{name}" for name in names), "u", "e"])))
    tables = [dmn(f"t{name}", "none", name, f"- | {said}") for name, said in zip(names, grown, strict=True)]
    began = time.perf_counter()
    with pytest.raises(ExecutionFault, match="more control data at a time"):
        Case(define(diagram, *tables))
    assert time.perf_counter() - began < 5
