"""Rules about how a diagram is connected: what can be said without reading a single expression."""

from bihuan.engine.reading.faults import Faults
from bihuan.engine.reading.model import Body, Node, Process, SequenceFlow

ACTIVITIES = frozenset({"userTask", "serviceTask", "subProcess", "callActivity"})
"""What boundary events may stand on: what stays open for a while."""
BRANCHING = frozenset({"exclusiveGateway", "parallelGateway", "eventBasedGateway"})
CATCHING = frozenset({"intermediateCatchEvent"})


def check_graph(process: Process, faults: Faults) -> None:
    """Find every fault of the process' connections."""
    for body, holder in process.bodies():
        _Checker(process, body, holder, faults).check()


class _Checker:
    def __init__(self, process: Process, body: Body, holder: Node | None, faults: Faults) -> None:
        self.process, self.body, self.holder, self.faults = process, body, holder, faults

    def check(self) -> None:
        self._ends()
        for flow in self.body.flows:
            self._flow(flow)
        for node in self.body.nodes.values():
            self._connections(node)
            if node.tag == "boundaryEvent":
                self._boundary(node)
            elif node.tag == "exclusiveGateway":
                self._exclusive(node)
            elif node.tag == "eventBasedGateway":
                self._event_gateway(node)
            elif node.tag == "parallelGateway":
                self._parallel(node)
        self._reachable()

    def fault(self, rule: str, node: Node | SequenceFlow | None, fault: str, cure: str) -> None:
        where = node or self.holder
        id_, name = (where.id, where.name) if where else (self.process.id, self.process.name)
        self.faults.add(rule, self.process.file, id_, name, fault, cure)

    def _ends(self) -> None:
        where = "子流程" if self.holder else "流程"
        starts = self.body.starts()
        if len(starts) != 1:
            self.fault("D04", None, f"{where}有 {len(starts)} 个开始事件", f"每个{where}应有且只有一个开始事件")
        if not any(node.tag == "endEvent" for node in self.body.nodes.values()):
            self.fault("D04", None, f"{where}没有结束事件", "请画出结束事件")
        for start in starts:
            if self.holder and start.event:
                self.fault("D04", start, "子流程的开始事件不能有触发方式", "请改为普通开始事件")

    def _flow(self, flow: SequenceFlow) -> None:
        source, target = self.body.nodes.get(flow.source), self.body.nodes.get(flow.target)
        if source is None or target is None:
            self.fault("D05", flow, "连线的一端缺失，或连到了别的子流程里", "请把连线重新接到同一层的元素上")
        elif flow.condition is not None and source.tag != "exclusiveGateway":
            self.fault(
                "D07",
                flow,
                f"从“{source.name or source.id}”引出的连线写了条件",
                "请在其后加一个排他网关，把条件写在网关的出线上",
            )

    def _connections(self, node: Node) -> None:
        out, into = self.body.outgoing(node.id), self.body.incoming(node.id)
        if node.tag == "endEvent":
            if out:
                self.fault("D05", node, "结束事件之后还有连线", "请删除结束事件的出线")
        elif not out:
            self.fault("D06", node, "没有出线，流程到此停住", "请连到下一个元素或结束事件")
        if len(out) > 1 and node.tag not in BRANCHING:
            self.fault("D07", node, "有多条出线", "请用并行网关或排他网关分支")
        if into and node.tag in {"startEvent", "boundaryEvent"}:
            self.fault("D05", node, "此类事件不能有入线", "请把连线接到其后的元素上")
        if node.attributes.get("default") and node.tag != "exclusiveGateway":
            self.fault("D07", node, "默认出线只能用于排他网关", "请删除默认出线标记")

    def _boundary(self, node: Node) -> None:
        on = self.body.nodes.get(node.on or "")
        if on is None or on.tag not in ACTIVITIES or on.camunda.get("topic", "").startswith("deadline."):
            self.fault(
                "D27", node, "边界事件没有附着在可以等待的元素上", "请附着在人工任务、服务任务、子流程或调用活动上"
            )
        elif on.instances:
            self.fault("D16", node, "不能在多实例上放边界事件", "请把任务放进多实例的子流程，边界事件放在子流程里面")
        if node.event == "error" and not node.interrupting:
            self.fault("D22", node, "错误边界事件必须是中断的", "请改为中断边界事件")

    def _exclusive(self, node: Node) -> None:
        out, default = self.body.outgoing(node.id), node.attributes.get("default")
        if len(out) < 2:
            return
        if default not in {flow.id for flow in out}:
            self.fault("D08", node, "没有默认出线", "请指定一条默认出线，条件都不成立时走这条线")
        for flow in out:
            if flow.id != default and not flow.condition:
                self.fault("D08", flow, "排他网关的出线没有条件", "请写明条件，或设为默认出线")
            if flow.id == default and flow.condition:
                self.fault("D08", flow, "默认出线写了条件", "请删除条件，或另设默认出线")

    def _event_gateway(self, node: Node) -> None:
        out = self.body.outgoing(node.id)
        targets = [self.body.nodes[flow.target] for flow in out if flow.target in self.body.nodes]
        if len(targets) < 2 or any(target.tag not in CATCHING for target in targets):
            self.fault("D23", node, "事件网关之后不全是中间捕获事件，或不足两个", "请连到两个以上的定时或消息捕获事件")
        for target in targets:
            if len(self.body.incoming(target.id)) > 1:
                self.fault("D23", target, "事件网关之后的事件另有入线", "请删除其他入线，或复制一个事件")

    def _parallel(self, node: Node) -> None:
        into = self.body.incoming(node.id)
        if len(into) < 2:
            return
        before = self.body.reached((start.id for start in self.body.starts()), without=node.id)
        for flow in into:
            if flow.source not in before and flow.source in self.body.nodes:
                self.fault("D24", flow, "并行网关等待一条只能由它自己引出的连线，永远等不到", "循环的入口请用排他网关")

    def _reachable(self) -> None:
        reached = self.body.reached(start.id for start in self.body.starts())
        for node in self.body.nodes.values():
            if node.id not in reached and self.body.starts():
                self.fault("D06", node, "从开始事件走不到", "请补上连线，或删除该元素")
