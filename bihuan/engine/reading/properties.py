"""What a process owner may write on an element: the properties, where they belong, and what they may say."""

import re
from collections.abc import Callable

from bihuan.engine.control import is_name
from bihuan.engine.reading.faults import Faults
from bihuan.engine.reading.model import Node

EVERYWHERE = frozenset({"clause"})
REACHING = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "task",
        "subProcess",
        "callActivity",
    }
)
BY_KIND: dict[str, frozenset[str]] = {
    "userTask": frozenset({"signature", "ladder", "requires", "refusal"}),
    "subProcess": frozenset({"ladder"}),
    "callActivity": frozenset({"ladder"}),
    "startEvent:message": frozenset({"audience", "form", "correlation_key"}),
    "boundaryEvent:message": frozenset({"audience", "form", "until", "requires", "refusal", "correlation_key"}),
    "boundaryEvent:timer": frozenset({"ladder"}),
    "intermediateCatchEvent:message": frozenset(
        {"audience", "form", "until", "requires", "refusal", "correlation_key"}
    ),
    "intermediateCatchEvent:timer": frozenset({"ladder"}),
    "intermediateThrowEvent:message": frozenset({"correlation_key", "payload"}),
    "endEvent:message": frozenset({"correlation_key", "payload", "exit"}),
    "endEvent:error": frozenset({"payload"}),
    "endEvent:terminate": frozenset({"exit"}),
    "endEvent": frozenset({"exit"}),
}
EXITS = frozenset({"closed", "declined", "transferred", "withdrawn"})
CLAUSE = re.compile(r"[\w.()（）-]+")
MILESTONE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def type_of(node: Node) -> str:
    """`boundaryEvent:timer`, or the plain BPMN name."""
    return f"{node.tag}:{node.event}" if node.event else node.tag


def words(text: str | None) -> tuple[str, ...]:
    """A property's words."""
    return tuple((text or "").split())


def check_properties(file: str, node: Node, faults: Faults) -> None:
    """Find properties that are unknown here, or say what they may not."""
    allowed = EVERYWHERE | BY_KIND.get(type_of(node), frozenset())
    if node.tag in REACHING:
        allowed |= {"milestone"}
    if node.instances:
        allowed |= {"collect"}
    if node.camunda.get("topic") == "deadline.move":
        allowed |= {"deadline", "to"}

    def fault(what: str, cure: str) -> None:
        faults.add("D25", file, node.id, node.name, what, cure)

    for name in node.properties.keys() - allowed:
        known = "、".join(sorted(allowed))
        fault(f"此处不认识扩展属性“{name}”", f"此处可用的属性：{known}")
    one_of("exit", EXITS, node, fault)
    one_of("signature", {"true", "false"}, node, fault)
    one_of("ladder", {"top"}, node, fault)
    for word in words(node.properties.get("milestone")):
        if not MILESTONE.fullmatch(word) or word.endswith("_at") or not is_name(word):
            fault(f"里程碑名称“{word}”不合规定", "里程碑用小写英文字母、数字和下划线，不以 _at 结尾")
    for word in words(node.properties.get("clause")):
        if not CLAUSE.fullmatch(word):
            fault(f"条款编号“{word}”不合规定", "条款编号如 ZB-17，多个之间用空格隔开")


def one_of(name: str, values: set[str] | frozenset[str], node: Node, fault: Callable[[str, str], None]) -> None:
    """A property that may only say one of a few words."""
    value = node.properties.get(name)
    if value is not None and value not in values:
        fault(f"扩展属性“{name}”的值“{value}”不合规定", f"可填：{'、'.join(sorted(values))}")
