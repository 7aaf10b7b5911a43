"""Short diagrams for tests: each function writes one element; layout (DI) is left out, the engine does not read it.

process("p", start() + user("reply") + end() + flows("s reply e"))
"""

from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  id="D" targetNamespace="http://bihuan.cn/processes">
"""
TERMINATE = "<bpmn:terminateEventDefinition/>"


def process(pid: str, body: str, *, messages: str = "", errors: str = "") -> str:
    """A file with one process; `messages` and `errors` are names, separated by spaces."""
    declared = "".join(f'<bpmn:message id="m_{name}" name="{name}"/>' for name in messages.split())
    declared += "".join(f'<bpmn:error id="{code}" errorCode="{code}"/>' for code in errors.split())
    return (
        f'{HEAD}{declared}<bpmn:process id="{pid}" name="{pid}" isExecutable="true">{body}</bpmn:process>'
        "</bpmn:definitions>"
    )


def properties(**written: str) -> str:
    """Extension properties."""
    found = "".join(f'<camunda:property name="{k}" value={quoteattr(v)}/>' for k, v in written.items())
    return f"<camunda:properties>{found}</camunda:properties>" if found else ""


def element(tag: str, eid: str, body: str = "", attributes: str = "", more: str = "", **written: str) -> str:
    """Any element; `more` goes beside its properties."""
    extensions = properties(**written) + more
    extensions = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return f'<bpmn:{tag} id="{eid}" name="{eid}" {attributes}>{extensions}{body}</bpmn:{tag}>'


def flows(*chains: str) -> str:
    """Sequence flows along chains of ids; each is called `source__target`."""
    return "".join(
        f'<bpmn:sequenceFlow id="{a}__{b}" sourceRef="{a}" targetRef="{b}"/>'
        for chain in chains
        for a, b in pairwise(chain.split())
    )


def when(source: str, target: str, condition: str) -> str:
    """A conditional flow."""
    return (
        f'<bpmn:sequenceFlow id="{source}__{target}" sourceRef="{source}" targetRef="{target}">'
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(condition)}</bpmn:conditionExpression>'
        "</bpmn:sequenceFlow>"
    )


def start(eid: str = "s", body: str = "", **written: str) -> str:
    """A start event."""
    return element("startEvent", eid, body, **written)


def end(eid: str = "e", body: str = "", **written: str) -> str:
    """An end event."""
    return element("endEvent", eid, body, **written)


def user(eid: str, groups: str = "platform", body: str = "", form: str = "", **written: str) -> str:
    """A user task."""
    attributes = f"camunda:candidateGroups={quoteattr(groups)} " + (f'camunda:formKey="{form}"' if form else "")
    return element("userTask", eid, body, attributes, **written)


def job(eid: str, topic: str = "province.upload", **written: str) -> str:
    """A service task."""
    return element("serviceTask", eid, "", f'camunda:type="external" camunda:topic="{topic}"', **written)


def mark(eid: str, **written: str) -> str:
    """A plain task."""
    return element("task", eid, **written)


def decide(eid: str, table: str) -> str:
    """A business rule task."""
    return element("businessRuleTask", eid, "", f'camunda:decisionRef="{table}"')


def gate(eid: str, default: str = "", kind: str = "exclusive") -> str:
    """A gateway; `default` is the element its default flow leads to."""
    return element(f"{kind}Gateway", eid, "", f'default="{eid}__{default}"' if default else "")


def throw(eid: str, body: str = "", **written: str) -> str:
    """An intermediate throw event."""
    return element("intermediateThrowEvent", eid, body, **written)


def catch(eid: str, body: str, **written: str) -> str:
    """An intermediate catch event."""
    return element("intermediateCatchEvent", eid, body, **written)


def boundary(eid: str, on: str, body: str, *, interrupting: bool = True, **written: str) -> str:
    """A boundary event."""
    attributes = f'attachedToRef="{on}" cancelActivity="{str(interrupting).lower()}"'
    return element("boundaryEvent", eid, body, attributes, **written)


def limit(eid: str, on: str, date: str, *, interrupting: bool = False, **written: str) -> str:
    """A deadline on an activity."""
    return boundary(eid, on, timer(date), interrupting=interrupting, **written)


def button(
    eid: str, on: str, *, interrupting: bool = False, audience: str = "platform", name: str = "", **written: str
) -> str:
    """A button on an activity; its message is called like itself unless `name` says otherwise."""
    return boundary(eid, on, message(name or eid), interrupting=interrupting, audience=audience, **written)


def timer(date: str) -> str:
    """A timer event definition."""
    return (
        '<bpmn:timerEventDefinition><bpmn:timeDate xsi:type="bpmn:tFormalExpression">'
        f"{escape(date)}</bpmn:timeDate></bpmn:timerEventDefinition>"
    )


def message(name: str) -> str:
    """A message event definition."""
    return f'<bpmn:messageEventDefinition messageRef="m_{name}"/>'


def error(code: str = "") -> str:
    """An error event definition; without a code it takes every error."""
    return f'<bpmn:errorEventDefinition errorRef="{code}"/>' if code else "<bpmn:errorEventDefinition/>"


def each(collection: str, variable: str) -> str:
    """Parallel multi-instance."""
    return (
        f"<bpmn:multiInstanceLoopCharacteristics camunda:collection={quoteattr(collection)} "
        f'camunda:elementVariable="{variable}"/>'
    )


def sub(eid: str, body: str, **written: str) -> str:
    """An embedded sub-process."""
    return element("subProcess", eid, body, **written)


def call(eid: str, what: str, body: str = "", ins: str = "", outs: str = "", **written: str) -> str:
    """A call activity; `ins` and `outs` are pairs `source>target`, separated by semicolons."""
    passing = _passing("in", ins) + _passing("out", outs)
    return element("callActivity", eid, body, f'calledElement="{what}"', passing, **written)


def _passing(tag: str, pairs: str) -> str:
    found = ""
    for pair in filter(None, (pair.strip() for pair in pairs.split(";"))):
        source, target = pair.rsplit(">", 1)
        attribute = "source" if source.isidentifier() else "sourceExpression"
        found += f'<camunda:{tag} {attribute}={quoteattr(source)} target="{target}"/>'
    return found


def dmn(table: str, inputs: str, outputs: str, *rows: str, policy: str = "UNIQUE") -> str:
    """A DMN file with one table; a row is its cells, separated by `|`."""
    width = len(inputs.split())
    columns = "".join(
        f'<input id="i{n}"><inputExpression id="x{n}"><text>{escape(name)}</text></inputExpression></input>'
        for n, name in enumerate(inputs.split())
    ) + "".join(f'<output id="o{n}" name="{name}"/>' for n, name in enumerate(outputs.split()))
    rules = "".join(
        f'<rule id="r{n}">'
        + "".join(
            f"<{'inputEntry' if place < width else 'outputEntry'}><text>{escape(cell.strip())}</text>"
            f"</{'inputEntry' if place < width else 'outputEntry'}>"
            for place, cell in enumerate(row.split("|"))
        )
        + "</rule>"
        for n, row in enumerate(rows)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><definitions id="d" '
        'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">'
        f'<decision id="{table}" name="{table}"><decisionTable id="t" hitPolicy="{policy}">{columns}{rules}'
        "</decisionTable></decision></definitions>"
    )
