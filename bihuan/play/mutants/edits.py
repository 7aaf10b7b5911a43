"""The changes themselves, each a function of the element that is changed; and the little that is read to make them."""

from bihuan.engine.reading.xml import BPMN, CAMUNDA
from bihuan.play.mutants.sheet import Change, Element, flows, remove


def properties(node: Element) -> dict[str, str]:
    """What is written on it, by name."""
    return {one.get("name"): one.get("value") or "" for one in _properties(node)}


def part(node: Element, name: str) -> Element:
    """The first BPMN element of this name in it; None when there is none."""
    return node.find(f".//{{{BPMN}}}{name}")


def outgoing(node: Element) -> list[Element]:
    """The flows that leave it, in the order of the file."""
    return [flow for flow in flows(node.getparent()) if flow.get("sourceRef") == node.get("id")]


def bridge(node: Element) -> None:
    """Take a node with one way out away, and lead what came to it on to what followed."""
    (flow,) = outgoing(node)
    for other in flows(node.getparent()):
        if other.get("targetRef") == node.get("id"):
            other.set("targetRef", flow.get("targetRef"))
    remove(flow)
    remove(node)


def dated(text: str) -> Change:
    """Another date."""

    def change(node: Element) -> None:
        part(node, "timeDate").text = text

    return change


def with_attribute(name: str, value: str) -> Change:
    """Another attribute."""
    return lambda node: node.set(name, value)


def with_interrupting(interrupting: bool) -> Change:
    """A boundary event that interrupts, or does not."""
    return with_attribute("cancelActivity", str(interrupting).lower())


def with_property(name: str, value: str) -> Change:
    """Another value of a property that is there."""

    def change(node: Element) -> None:
        for one in _properties(node):
            if one.get("name") == name:
                one.set("value", value)

    return change


def without_property(name: str) -> Change:
    """A property less."""

    def change(node: Element) -> None:
        for one in _properties(node):
            if one.get("name") == name:
                remove(one)

    return change


def without_part(tag: str) -> Change:
    """An element without that part of it."""

    def change(node: Element) -> None:
        for one in list(node.iterchildren(tag)):
            remove(one)

    return change


def with_condition(flow: str, text: str) -> Change:
    """Another condition on one of a gateway's ways."""

    def change(node: Element) -> None:
        for one in outgoing(node):
            if one.get("id") == flow:
                part(one, "conditionExpression").text = text

    return change


def with_default_swapped(flow: str) -> Change:
    """A gateway whose default way and this one lead each where the other led."""

    def change(node: Element) -> None:
        ways = {one.get("id"): one for one in outgoing(node)}
        one, other = ways[flow], ways[node.get("default")]
        here, there = one.get("targetRef"), other.get("targetRef")
        one.set("targetRef", there)
        other.set("targetRef", here)

    return change


def silenced(node: Element) -> None:
    """An end that sends nothing."""
    without_part(f"{{{BPMN}}}messageEventDefinition")(node)
    without_property("payload")(node)


def without_milestone(milestone: str) -> Change:
    """A milestone less."""

    def change(node: Element) -> None:
        for one in _properties(node):
            if one.get("name") == "milestone":
                left = [name for name in (one.get("value") or "").split() if name != milestone]
                one.set("value", " ".join(left))
                if not left:
                    remove(one)

    return change


def with_milestone_after(milestone: str, target: str) -> Change:
    """A milestone that only the next element reaches."""

    def change(node: Element) -> None:
        without_milestone(milestone)(node)
        for other in node.getparent():
            if other.get("id") == target:
                _mark(other, milestone)

    return change


def _mark(node: Element, milestone: str) -> None:
    written = [one for one in _properties(node) if one.get("name") == "milestone"]
    if written:
        written[0].set("value", f"{written[0].get('value')} {milestone}")
        return
    extensions = node.find(f"{{{BPMN}}}extensionElements")
    if extensions is None:
        extensions = node.makeelement(f"{{{BPMN}}}extensionElements", {})
        node.insert(0, extensions)
    several = extensions.find(f"{{{CAMUNDA}}}properties")
    if several is None:
        several = extensions.makeelement(f"{{{CAMUNDA}}}properties", {})
        extensions.append(several)
    several.append(several.makeelement(f"{{{CAMUNDA}}}property", {"name": "milestone", "value": milestone}))


def _properties(node: Element) -> list[Element]:
    return list(node.findall(f"{{{BPMN}}}extensionElements/{{{CAMUNDA}}}properties/*"))
