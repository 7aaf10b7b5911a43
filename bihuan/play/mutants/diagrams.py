"""Mutants of diagrams: limits, groups, ways, notices, buttons, milestones and ends, each drawn otherwise once."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from bihuan.domain.access import COMPLAINANT
from bihuan.engine import Definition, ElementInfo
from bihuan.engine.reading.xml import BPMN, CAMUNDA, local
from bihuan.play.mutants import edits
from bihuan.play.mutants.edits import bridge, outgoing, part, properties
from bihuan.play.mutants.mutant import Mutant, fragment
from bihuan.play.mutants.sheet import Change, Element, Sheet, remove
from bihuan.play.mutants.wording import Variant, another, to_another, variants, without_entries

STEPS: Final = frozenset(
    {"userTask", "serviceTask", "businessRuleTask", "callActivity", "task", "intermediateThrowEvent"}
)
"""What may be forgotten: an activity, or an event that only sends or marks."""

WAITS: Final = frozenset({"userTask", "subProcess", "callActivity", "intermediateCatchEvent"})
TERMINATE = f"{{{BPMN}}}terminateEventDefinition"
GROUPS, COLLECTION = f"{{{CAMUNDA}}}candidateGroups", f"{{{CAMUNDA}}}collection"
EXITS: Final = ("closed", "declined")


class Changed(NamedTuple):
    """One change: what kind, what it says in words, and how it is made."""

    operator: str
    words: str
    change: Change


def diagram_mutants(sheet: Sheet, definition: Definition, groups: tuple[str, str]) -> Iterator[Mutant]:
    """Every mutant of one file's elements. `groups`: two that may take another's place."""
    for info in definition.elements():
        if info.file != sheet.file:
            continue
        place, name = f"{info.process}/{info.id}", info.name
        for operator, words, change in _changes(info, sheet.node(info.process, info.id), groups, definition.limits):
            content = partial(sheet.changed, info.process, info.id, change)
            clauses = frozenset(info.clause.split())
            yield Mutant(place, name, operator, words, sheet.file, content, frozenset({place}), clauses)


def _changes(info: ElementInfo, node: Element, groups: tuple[str, str], limits: Mapping[str, int]) -> Iterator[Changed]:
    yield from _expressions(node, limits)
    yield from _people(info, groups)
    yield from _edges(info)
    yield from _ways(node)
    yield from _messages(info, node, groups)
    yield from _marks(info, node)
    if info.kind in STEPS and len(outgoing(node)) == 1:
        yield Changed("漏掉这一步", "", bridge)


def _expressions(node: Element, limits: Mapping[str, int]) -> Iterator[Changed]:
    """Dates, conditions of buttons, groups and collections that are worked out."""
    date = None if local(node) == "subProcess" else part(node, "timeDate")
    if date is not None:
        for one in variants(date.text, limits):
            yield _worded(one, edits.dated(one.after))
    for name in ("until", "requires", "to", "audience"):
        text = properties(node).get(name, "")
        for one in variants(text, limits) if text and (name != "audience" or "${" in text) else ():
            yield _worded(one, edits.with_property(name, f"${{{one.after}}}" if "${" in text else one.after))
    for attribute in (GROUPS, COLLECTION):
        text = node.get(attribute) or ""
        for one in variants(text) if "${" in text else ():
            yield _worded(one, edits.with_attribute(attribute, f"${{{one.after}}}"))


def _people(info: ElementInfo, groups: tuple[str, str]) -> Iterator[Changed]:
    """Somebody else's task or button; no signature."""
    if info.groups:
        other = another(info.groups, groups)
        yield Changed("改由他人办理", f"{info.groups} → {other}", edits.with_attribute(GROUPS, other))
    if info.audience:
        other = another(info.audience, groups)
        yield Changed("改由他人提出", f"{info.audience} → {other}", edits.with_property("audience", other))
    if info.signature:
        yield Changed("不须签字", "", edits.without_property("signature"))


def _edges(info: ElementInfo) -> Iterator[Changed]:
    """Deadlines and buttons on an activity: interrupting or not, without a condition, or not there at all."""
    if info.kind == "boundaryEvent" and info.event != "error":
        to = "不中断" if info.interrupting else "中断"
        yield Changed("中断与否互换", f"→ {to}", edits.with_interrupting(not info.interrupting))
        yield Changed("去掉时限" if info.event == "timer" else "去掉按钮", "", remove)
    for name, operator in (("until", "不限何时提出"), ("requires", "不问条件")):
        if info.properties.get(name) or getattr(info, name):
            yield Changed(operator, "", edits.without_property(name))


def _ways(node: Element) -> Iterator[Changed]:
    """The conditions of a gateway's ways, and which way is taken otherwise."""
    if local(node) != "exclusiveGateway":
        return
    for flow in outgoing(node):
        condition = part(flow, "conditionExpression")
        if condition is None:
            continue
        for one in variants(condition.text, condition=True):
            yield _worded(one, edits.with_condition(flow.get("id"), f"${{{one.after}}}"))
        if len(outgoing(node)) > 2:  # of two ways, the negated condition says the same
            yield Changed("默认去向互换", flow.get("id"), edits.with_default_swapped(flow.get("id")))


def _messages(info: ElementInfo, node: Element, groups: tuple[str, str]) -> Iterator[Changed]:
    """Notices not sent, or sent to somebody else; messages and errors that carry less."""
    payload = info.payload or properties(node).get("payload", "")
    if not payload:
        return
    for one in (*variants(payload), *(() if info.message == "notice" else without_entries(payload))):
        yield _worded(one, edits.with_property("payload", one.after))
    if info.message == "notice":
        for one in to_another(payload, groups if COMPLAINANT in payload else (*groups[1:], groups[0])):
            yield _worded(one, edits.with_property("payload", one.after))
        if local(node) == "endEvent":
            yield Changed("不发通知", "", edits.silenced)


def _marks(info: ElementInfo, node: Element) -> Iterator[Changed]:
    """Milestones reached elsewhere or not at all; other ends."""
    ways = outgoing(node)
    for milestone in info.milestones:
        yield Changed("不登记节点", milestone, edits.without_milestone(milestone))
        if len(ways) == 1 and _waits(ways[0]):
            yield Changed("节点登记过晚", milestone, edits.with_milestone_after(milestone, ways[0].get("targetRef")))
    if info.exit:
        other = EXITS[1] if info.exit == EXITS[0] else EXITS[0]
        yield Changed("改变结束方式", f"{info.exit} → {other}", edits.with_property("exit", other))
    if info.terminate:
        yield Changed("不终止其他待办", "", edits.without_part(TERMINATE))


def _waits(flow: Element) -> bool:
    """Whether what a flow leads to takes time; what passes at once would reach a milestone at the same instant."""
    return any(
        node.get("id") == flow.get("targetRef") and local(node) in WAITS for node in flow.getparent().iterchildren()
    )


def _worded(one: Variant, change: Change) -> Changed:
    return Changed(one.operator, fragment(one.before, one.after), change)
