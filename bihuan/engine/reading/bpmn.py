"""Reading a BPMN file into the model. Refuses here what the dialect does not know; the other rules see the model
only.
"""

import re

from lxml import etree

from bihuan.engine.reading.faults import Faults
from bihuan.engine.reading.model import Body, Node, Process, SequenceFlow
from bihuan.engine.reading.xml import BPMN, CAMUNDA, bpmn, local, space, text_of

MOST_NODES, MOST_PROCESSES, MOST_NAME, MOST_VALUE = 2_000, 50, 200, 2_000
NAME = re.compile(r"[^\W\d][\w.-]*")
RESERVED_IDS = frozenset({"Start", "End", "Root"})

NODES = frozenset(
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
        "exclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
    }
)
PICTURES = frozenset({"textAnnotation", "association", "group", "laneSet", "documentation", "extensionElements"})
PARTS = frozenset({"incoming", "outgoing", "documentation", "extensionElements"})
EVENTS = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "errorEventDefinition": "error",
    "terminateEventDefinition": "terminate",
}
POSSIBLE = {
    "startEvent": {"", "message", "timer"},
    "endEvent": {"", "message", "error", "terminate"},
    "intermediateCatchEvent": {"message", "timer"},
    "intermediateThrowEvent": {"", "message"},
    "boundaryEvent": {"message", "timer", "error"},
}
"""What each kind of event may react to; empty: nothing."""
CAMUNDA_KNOWN: dict[str, frozenset[str]] = {
    "userTask": frozenset({"formKey", "candidateGroups"}),
    "startEvent": frozenset({"formKey"}),
    "serviceTask": frozenset({"type", "topic"}),
    "businessRuleTask": frozenset({"decisionRef", "mapDecisionResult"}),
}
CAMUNDA_HARMLESS = frozenset(
    {"versionTag", "modelerTemplate", "modelerTemplateVersion", "historyTimeToLive", "isStartableInTasklist"}
)
PLAIN = frozenset({"id", "name", "default", "attachedToRef", "cancelActivity", "calledElement", "gatewayDirection"})
USUAL = {
    "triggeredByEvent": "false",
    "instantiate": "false",
    "eventGatewayType": "Exclusive",
    "isForCompensation": "false",
    "startQuantity": "1",
    "completionQuantity": "1",
    "parallelMultiple": "false",
    "isInterrupting": "true",
}
"""Attributes of BPMN that are fine as long as they say what they say by default."""
WORDS = {
    "scriptTask": "脚本任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "manualTask": "手工任务",
    "inclusiveGateway": "包容网关",
    "complexGateway": "复杂网关",
    "transaction": "事务子流程",
    "adHocSubProcess": "临时子流程",
    "signalEventDefinition": "信号事件",
    "linkEventDefinition": "链接事件",
    "escalationEventDefinition": "升级事件",
    "conditionalEventDefinition": "条件事件",
    "compensateEventDefinition": "补偿事件",
    "cancelEventDefinition": "取消事件",
}


class Reader:
    """Reads one file."""

    def __init__(self, file: str, root: etree._Element, faults: Faults) -> None:
        self.file, self.root, self.faults = file, root, faults
        self.seen: set[str] = set()

    def processes(self) -> list[Process]:
        """The processes of the file, as far as they can be read."""
        if self.root.tag != f"{{{BPMN}}}definitions":
            self.fault("D01", "", "", "根元素不是 BPMN 2.0 的 definitions", "请用支持 BPMN 2.0 的建模工具重新保存")
            return []
        messages = {node.get("id", ""): node.get("name", "") for node in bpmn(self.root, "message")}
        errors = {node.get("id", ""): node.get("errorCode", "") for node in bpmn(self.root, "error")}
        drawn = bpmn(self.root, "process")
        if len(drawn) > MOST_PROCESSES:
            self.fault("D01", "", "", f"文件中的流程超过 {MOST_PROCESSES} 个", "请分成几个文件")
        found = [self._process(node, messages, errors) for node in drawn[:MOST_PROCESSES]]
        if not found:
            self.fault("D04", "", "", "文件中没有流程", "请画出流程后再保存")
        return found

    def fault(self, rule: str, element: str, name: str, fault: str, cure: str) -> None:
        """Remember a fault of this file."""
        self.faults.add(rule, self.file, element, name, fault, cure)

    def _process(self, node: etree._Element, messages: dict[str, str], errors: dict[str, str]) -> Process:
        self.seen = set()
        id_ = self._id(node)
        lanes = {
            text_of(ref): lane.get("name") or lane.get("id", "")
            for lane in node.iter(f"{{{BPMN}}}lane")
            for ref in bpmn(lane, "flowNodeRef")
        }
        self._extensions(node, Node("process", id_, node.get("name", "")))
        body, name = self._body(node, id_), _one_line(node.get("name", ""))
        return Process(id_, name or id_, self.file, body, self._documentation(node), lanes, messages, errors)

    def _body(self, node: etree._Element, id_: str) -> Body:
        body = Body(id_)
        for child in node:
            tag = local(child)
            if space(child) == BPMN and tag == "sequenceFlow":
                if self._fits(id_):
                    body.add_flow(self._flow(child))
            elif space(child) == BPMN and tag in NODES:
                if self._fits(id_):
                    body.add_node(self._node(child, tag))
            elif tag not in PICTURES and not _is_part(node, tag):
                word = WORDS.get(tag, tag)
                rule = "D18" if tag in {"transaction", "adHocSubProcess"} else "D02"
                self.fault(rule, child.get("id", ""), child.get("name", ""), f"不支持“{word}”", "请改用支持的元素")
        return body

    def _fits(self, process: str) -> bool:
        if len(self.seen) < MOST_NODES:
            return True
        self.fault("D01", process, "", f"流程的元素和连线超过 {MOST_NODES} 个", "请把流程拆成几个可调用的流程")
        return False

    def _id(self, node: etree._Element) -> str:
        id_, name = str(node.get("id", "")), str(node.get("name", ""))
        if not NAME.fullmatch(id_) or len(id_) > 100:
            self.fault(
                "D03", id_, name, "元素没有编号，或编号含有不允许的字符", "编号以字母开头，只用字母、数字、下划线"
            )
        elif id_ in RESERVED_IDS:
            self.fault("D03", id_, name, f"编号“{id_}”为系统保留", "请换一个编号")
        elif id_ in self.seen:
            self.fault("D03", id_, name, f"编号“{id_}”重复", "同一流程内的编号不能重复")
        if len(name) > MOST_NAME:
            self.fault(
                "D03", id_, name[:20], f"名称超过 {MOST_NAME} 个字", "请缩短名称，说明写在文档（documentation）里"
            )
        self.seen.add(id_)
        return id_

    def _flow(self, node: etree._Element) -> SequenceFlow:
        condition = next(iter(bpmn(node, "conditionExpression")), None)
        if condition is not None and condition.get("language"):
            name = node.get("name", "")
            self.fault("D11", node.get("id", ""), name, "条件使用了脚本语言", "请改用表达式")
        self._extensions(node, Node("sequenceFlow", node.get("id", ""), node.get("name", "")))
        return SequenceFlow(
            self._id(node),
            node.get("name", ""),
            node.get("sourceRef", ""),
            node.get("targetRef", ""),
            None if condition is None else text_of(condition),
        )

    def _node(self, source: etree._Element, tag: str) -> Node:
        node = Node(tag, self._id(source), _one_line(source.get("name", "")))
        node.attributes = {key: value for key, value in source.attrib.items() if not key.startswith("{")}
        node.documentation = self._documentation(source)
        self._attributes(node)
        self._camunda(source, node)
        self._extensions(source, node)
        self._parts(source, node)
        if tag == "subProcess":
            if source.get("triggeredByEvent") == "true":
                self.fault("D18", node.id, node.name, "不支持事件子流程", "请改用附着在子流程上的边界事件")
            node.body = self._body(source, node.id)
        return node

    def _documentation(self, node: etree._Element) -> str:
        return "\n".join(text_of(part) for part in bpmn(node, "documentation"))

    def _attributes(self, node: Node) -> None:
        for name, value in node.attributes.items():
            if name not in PLAIN and USUAL.get(name) != value and (name, value) != ("triggeredByEvent", "true"):
                self.fault("D19", node.id, node.name, f"不支持属性“{name}”为“{value[:40]}”", "请删除该属性")

    def _camunda(self, source: etree._Element, node: Node) -> None:
        for key, value in source.attrib.items():
            if not key.startswith("{"):
                continue
            name = etree.QName(key)
            if name.namespace == CAMUNDA and name.localname in CAMUNDA_KNOWN.get(node.tag, ()):
                node.camunda[name.localname] = value
            elif not (name.namespace == CAMUNDA and name.localname in CAMUNDA_HARMLESS):
                self.fault("D19", node.id, node.name, f"不支持扩展属性“{name.localname}”", "请删除该属性")

    def _extensions(self, source: etree._Element, node: Node) -> None:
        for block in bpmn(source, "extensionElements"):
            for child in block:
                tag = local(child)
                if space(child) != CAMUNDA or tag not in {"properties", "in", "out"}:
                    self.fault("D19", node.id, node.name, f"不支持扩展内容“{tag}”", "请删除该内容，不要写代码或监听器")
                elif tag == "properties":
                    self._properties(child, node)
                else:
                    self._passing(child, tag, node)

    def _properties(self, block: etree._Element, node: Node) -> None:
        for child in block:
            name, value = child.get("name", ""), child.get("value", "")
            if name in node.properties:
                self.fault("D25", node.id, node.name, f"扩展属性“{name}”重复", "每个属性只写一次")
            if len(value) > MOST_VALUE:
                self.fault("D25", node.id, node.name, f"扩展属性“{name}”超过 {MOST_VALUE} 个字", "请缩短")
            node.properties[name] = value.strip()

    def _passing(self, child: etree._Element, tag: str, node: Node) -> None:
        source = child.get("sourceExpression") or child.get("source")
        target = child.get("target")
        if node.tag != "callActivity":
            self.fault("D19", node.id, node.name, f"“{tag}”只能用于调用活动", "请删除该内容")
        elif child.get("businessKey"):
            self.fault("D15", node.id, node.name, "不支持传递业务键（businessKey）", "请按名称逐项传递数据")
        elif child.get("variables") or not source or not target:
            self.fault(
                "D15", node.id, node.name, "数据应逐项按名称传递，不能整体传递", "请写明来源（source）和目标（target）"
            )
        else:
            (node.ins if tag == "in" else node.outs).append((source, target))

    def _parts(self, source: etree._Element, node: Node) -> None:
        """Event definitions and loop characteristics."""
        for child in source:
            tag = local(child)
            if tag in EVENTS:
                if node.event:
                    self.fault("D02", node.id, node.name, "一个事件只能有一种触发方式", "请拆成两个事件")
                node.event = EVENTS[tag]
                self._event(child, node)
            elif tag == "multiInstanceLoopCharacteristics":
                self._instances(child, node)
            elif tag == "standardLoopCharacteristics":
                self.fault("D17", node.id, node.name, "不支持标准循环", "请用排他网关画出循环")
            elif tag.endswith("EventDefinition"):
                self.fault(
                    "D02", node.id, node.name, f"不支持“{WORDS.get(tag, tag)}”", "请改用定时、消息、错误或终止事件"
                )
                node.event = node.event or "refused"
            elif node.tag != "subProcess" and tag not in PARTS:
                self.fault("D02", node.id, node.name, f"不支持“{tag}”", "请删除该内容")
        if node.tag in POSSIBLE and node.event != "refused" and node.event not in POSSIBLE[node.tag]:
            self.fault("D02", node.id, node.name, "此处的事件没有触发方式，或触发方式不受支持", "请改用规定的事件")

    def _event(self, definition: etree._Element, node: Node) -> None:
        node.reference = definition.get("messageRef") or definition.get("errorRef")
        if node.event != "timer":
            if set(definition.attrib) - {"id", "messageRef", "errorRef"} or len(definition):
                self.fault("D19", node.id, node.name, "事件定义含有不支持的内容", "请删除多余的属性")
            return
        kinds = [local(child) for child in definition]
        if kinds == ["timeDate"]:
            node.date = text_of(definition[0])
        else:
            cure = '请改用 timeDate，写明如 workdays(3, since=dispatched_at, at="12:00") 的表达式'
            self.fault("D10", node.id, node.name, "定时事件只支持到期时间，不支持时长和周期", cure)

    def _instances(self, loop: etree._Element, node: Node) -> None:
        node.instances = True
        node.collection = loop.get(f"{{{CAMUNDA}}}collection")
        node.variable = loop.get(f"{{{CAMUNDA}}}elementVariable")
        if loop.get("isSequential") == "true":
            self.fault("D16", node.id, node.name, "不支持顺序多实例", "请改为并行多实例")
        if len(loop):
            self.fault("D16", node.id, node.name, "多实例不支持循环基数和完成条件", "请用 camunda:collection 给出集合")


def _is_part(node: etree._Element, tag: str) -> bool:
    """Whether the child is part of the sub-process element itself, read elsewhere."""
    parts = {"incoming", "outgoing", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"}
    return local(node) == "subProcess" and tag in parts


def _one_line(name: str) -> str:
    """A name without the line breaks that fit it into its box, and in Chinese without blanks."""
    return " ".join(name.split()) if name.isascii() else "".join(name.split())
