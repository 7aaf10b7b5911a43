"""Making one element of the engine from one node of the model, and judging what its owner wrote on it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from bihuan.engine.control import is_name
from bihuan.engine.decisions import Table
from bihuan.engine.elements import bodies, boundary, events, gateways, messages, people, timers, work
from bihuan.engine.elements.base import Element
from bihuan.engine.elements.conditions import Conditions
from bihuan.engine.expressions import Expression, Unsafe
from bihuan.engine.info import ElementInfo
from bihuan.engine.reading.faults import Faults
from bihuan.engine.reading.model import Body, Node, Process
from bihuan.engine.reading.properties import check_properties, type_of, words
from bihuan.engine.reading.texts import Texts, uses_limit
from bihuan.engine.schedule import Schedule
from bihuan.engine.spiff import WorkflowSpec

INSTANCES = frozenset({"userTask", "subProcess", "callActivity"})
ACTIONS = frozenset({"deadline.move"})
PRESSED = frozenset({"pressed_at"})


class Maker:
    """Makes one element."""

    def __init__(
        self,
        process: Process,
        body: Body,
        node: Node,
        holder: ElementInfo | None,
        texts: Texts,
        tables: Mapping[str, Table],
        processes: Mapping[str, Process],
        faults: Faults,
        written: set[str],
    ) -> None:
        self.process, self.body, self.node, self.texts = process, body, node, texts
        self.tables, self.processes, self.written = tables, processes, written
        check_properties(process.file, node, faults)
        self.written |= {f"{name}_at" for name in words(node.properties.get("milestone"))}
        self.info = self._info(holder)

    def make(self, spec: WorkflowSpec) -> Element | None:
        """The element, or None when a fault forbids it."""
        makers: Mapping[str, Callable[[WorkflowSpec, str], Element | None]] = {
            "startEvent": self._start,
            "endEvent": self._end,
            "intermediateCatchEvent": self._catch,
            "intermediateThrowEvent": self._throw,
            "boundaryEvent": self._boundary,
            "userTask": self._user_task,
            "serviceTask": self._service_task,
            "businessRuleTask": self._decision,
            "task": lambda spec, name: events.Mark(spec, name, self.info),
            "subProcess": self._sub_process,
            "callActivity": self._call,
            "exclusiveGateway": lambda spec, name: gateways.Exclusive(spec, name, self.info),
            "parallelGateway": lambda spec, name: gateways.Parallel(spec, name, self.info),
            "eventBasedGateway": lambda spec, name: events.EventGate(spec, name, self.info),
        }
        if self.node.id in spec.task_specs:
            return None  # a doubled id: its fault is known
        name = f"{self.node.id} item" if self.node.instances else self.node.id
        return makers[self.node.tag](spec, name)

    def each(self, spec: WorkflowSpec, instance: Element) -> None:
        """Put a multi-instance around an element."""
        collection = self.texts.expression(self.node.collection, "多实例的集合")
        if self.node.tag not in INSTANCES:
            self.texts.fault("D16", "此类元素不能多实例", "请用于人工任务、子流程或调用活动")
        elif collection is None or not is_name(self.node.variable):
            cure = "请写明 camunda:collection（表达式）和 camunda:elementVariable（名称）"
            self.texts.fault("D16", "多实例没有写明集合或每项的名称，或名称不合规定", cure)
        else:
            self.written.add(self.node.variable or "")
            if self.info.collect:
                self.written.add(f"{self.info.collect}_by_{self.node.variable}")
            instance.info = replace(self.info, milestones=())
            bodies.Each(spec, self.node.id, self.info, instance, collection)

    def _info(self, holder: ElementInfo | None) -> ElementInfo:
        node, written = self.node, self.node.properties
        return ElementInfo(
            process=self.process.id,
            id=node.id,
            type=type_of(node),
            name=node.name or node.id,
            file=self.process.file,
            form=node.camunda.get("formKey") or written.get("form"),
            clause=written.get("clause", ""),
            lane=self.process.lanes.get(node.id) or (holder.lane if holder else None),
            groups=node.camunda.get("candidateGroups"),
            audience=written.get("audience"),
            signature=written.get("signature") == "true",
            exit=written.get("exit"),
            milestones=words(written.get("milestone")),
            documentation=node.documentation,
            internal=uses_limit(node.date, written.get("to"), written.get("until")),
            ladder=written.get("ladder"),
            on=node.on,
            interrupting=node.interrupting,
            inside=holder.id if holder else None,
            timer=node.date,
            until=written.get("until"),
            requires=written.get("requires"),
            refusal=written.get("refusal"),
            message=self.process.messages.get(node.reference or "") if node.event == "message" else None,
            correlation_key=written.get("correlation_key"),
            payload=written.get("payload"),
            error=self.process.errors.get(node.reference or "") if node.event == "error" else None,
            topic=node.camunda.get("topic"),
            deadline=written.get("deadline"),
            to=written.get("to"),
            decision=node.camunda.get("decisionRef"),
            called=node.attributes.get("calledElement") if node.tag == "callActivity" else None,
            ins=tuple(node.ins),
            outs=tuple(node.outs),
            collection=node.collection,
            variable=node.variable,
            collect=written.get("collect"),
            terminate=node.event == "terminate",
            properties=MappingProxyType(dict(written)),
        )

    def _start(self, spec: WorkflowSpec, name: str) -> Element:
        if self.node.event == "message":
            self._message_name()
            self.texts.audience(self.info.audience, "D13", "适用对象")
            self.texts.expression(self.info.correlation_key, "correlation_key")
        elif self.node.event == "timer":
            try:
                Schedule.parse(self.node.date or "")
            except Unsafe as error:
                self.texts.fault("D10", f"定时开始“{self.node.date or ''}”不合规定", str(error))
        return events.Start(spec, name, self.info)

    def _end(self, spec: WorkflowSpec, name: str) -> Element:
        if self.node.event == "terminate":
            return events.Terminate(spec, name, self.info)
        if self.node.event == "error":
            if not self.info.error:
                self.texts.fault("D22", "错误结束事件没有写明错误代码", "请选择错误并填写错误代码（errorCode）")
            return events.ErrorEnd(spec, name, self.info, self._payload())
        return events.End(spec, name, self.info, self._sender())

    def _throw(self, spec: WorkflowSpec, name: str) -> Element:
        return messages.Throw(spec, name, self.info, self._sender())

    def _catch(self, spec: WorkflowSpec, name: str) -> Element | None:
        if self.node.event == "timer":
            date = self._date()
            return events.CatchTimer(spec, name, self.info, date) if date else None
        if self.node.event == "message":
            return self._asked_or_expected(spec, name, events.CatchAnswer, events.CatchMessage)
        return None

    def _boundary(self, spec: WorkflowSpec, name: str) -> Element | None:
        match self.node.event:
            case "timer":
                date = self._date()
                return timers.BoundaryTimer(spec, name, self.info, date) if date else None
            case "message":
                return self._asked_or_expected(spec, name, messages.Button, messages.BoundaryMessage)
            case "error":
                if self.node.reference and not self.info.error:
                    self.texts.fault(
                        "D22", "错误边界事件所指的错误没有代码", "请填写错误代码（errorCode），或不选错误以接收全部"
                    )
                if not self.node.reference:
                    self.info = replace(self.info, error=None)
                return boundary.BoundaryError(spec, name, self.info)
        return None

    def _asked_or_expected(
        self,
        spec: WorkflowSpec,
        name: str,
        asked: type[messages.Asked],
        expected: type[messages.Expected],
    ) -> Element | None:
        self._message_name()
        key = self.texts.expression(self.info.correlation_key, "correlation_key")
        if self.info.audience is not None and key is not None:
            self.texts.fault("D13", "同时写了适用对象（audience）和 correlation_key", "按钮和工单之间的消息只能选一种")
        if self.info.audience is None:
            only = [p for p in ("form", "until", "requires", "refusal") if p in self.node.properties]
            if only or key is None:
                cure = "按钮请写 audience；等待其他工单的消息请写 correlation_key"
                self.texts.fault("D13", "消息事件没有写明适用对象（audience），也没有写明 correlation_key", cure)
            return expected(spec, name, self.info, key)
        audience = self.texts.audience(self.info.audience, "D13", "适用对象")
        until = self.texts.date(self.info.until, "截止时间（until）")
        return asked(spec, name, self.info, audience, until, self._conditions()) if audience else None

    def _conditions(self) -> Conditions:
        requires = self.texts.expression(self.info.requires, "条件（requires）", PRESSED)
        return Conditions(self.info, requires)

    def _user_task(self, spec: WorkflowSpec, name: str) -> Element | None:
        if not self.info.groups:
            self.texts.fault("D09", "人工任务没有写明承办对象", "请填写 camunda:candidateGroups")
        groups = self.texts.audience(self.info.groups, "D09", "承办对象")
        conditions = self._conditions()
        return people.Person(spec, name, self.info, groups, conditions) if groups else None

    def _service_task(self, spec: WorkflowSpec, name: str) -> Element | None:
        topic = self.info.topic
        if not topic or self.node.camunda.get("type", "external") != "external":
            self.texts.fault("D14", "服务任务没有写明处理主题", "请把类型设为 external，并填写 camunda:topic")
            return None
        if topic.startswith("message."):
            self.texts.fault("D14", f"处理主题“{topic}”为系统保留", "请换一个不以 message. 开头的名称")
            return None
        if not topic.startswith("deadline."):
            return work.Job(spec, name, self.info)
        if topic not in ACTIONS:
            self.texts.fault("D14", f"没有名为“{topic}”的内部动作", f"可用：{'、'.join(sorted(ACTIONS))}")
            return None
        to = self.texts.date(self.info.to, "新的到期时间（to）")
        if to is None or not self.texts.is_deadline(self.info.deadline):
            cure = "请写 deadline（外层活动上定时边界事件的编号）和 to（新的到期时间）"
            self.texts.fault("D14", "deadline.move 没有写明移动哪个时限、移到何时，或时限不存在", cure)
            return None
        return work.MoveDeadline(spec, name, self.info, to)

    def _decision(self, spec: WorkflowSpec, name: str) -> Element | None:
        table = self.tables.get(self.info.decision or "")
        if self.node.camunda.get("mapDecisionResult", "singleResult") != "singleResult":
            self.texts.fault("D21", "不支持此种结果映射", "请选 singleResult，结果按输出列的名称成为数据")
        if table is None:
            self.texts.fault("D21", "业务规则任务引用的决策表不存在", "请填写 camunda:decisionRef，并提交决策表文件")
            return None
        self.written.update(table.outputs)
        for each in table.inputs:
            self.texts.read |= each.names
        for rule in table.rules:
            for cell in (*rule.tests, *rule.outputs):
                self.texts.read |= (cell.names if cell else frozenset()) - {"cell"}
        return work.Decision(spec, name, self.info, table)

    def _sub_process(self, spec: WorkflowSpec, name: str) -> Element:
        return bodies.SubProcess(spec, name, self.info, f"{self.process.id}/{self.node.id}")

    def _call(self, spec: WorkflowSpec, name: str) -> Element:
        if self.info.called not in self.processes:
            self.texts.fault("D15", f"调用的流程“{self.info.called or ''}”不存在", "请填写已有流程的编号")
        for _, target in (*self.node.ins, *self.node.outs):
            if not is_name(target):
                self.texts.fault("D26", f"数据名称“{target}”不合规定", "名称不能以 _at 结尾，不能是保留名称")
        self.written.update(target for _, target in (*self.node.ins, *self.node.outs))
        ins = self._pairs(self.node.ins, "传入")
        return bodies.Call(spec, name, self.info, self.info.called or "", ins, self._pairs(self.node.outs, "传出"))

    def _pairs(self, pairs: list[tuple[str, str]], what: str) -> list[tuple[Expression, str]]:
        found = [(self.texts.expression(source, what), target) for source, target in pairs]
        return [(source, target) for source, target in found if source is not None]

    def _date(self) -> Expression | None:
        return self.texts.date(self.node.date, "到期时间") if self.node.date else None

    def _payload(self) -> Expression | None:
        return self.texts.expression(self.info.payload, "payload")

    def _sender(self) -> messages.Sender | None:
        if self.node.event != "message":
            return None
        self._message_name()
        key = self.texts.expression(self.info.correlation_key, "correlation_key")
        if self.info.message == "notice" and self.info.payload is None:
            cure = '请写 payload，如 {"template": "urge", "to": handling_unit}'
            self.texts.fault("D13", "通知没有写明模板和接收对象", cure)
        return messages.Sender(self.info.message or "", key, self._payload())

    def _message_name(self) -> None:
        if not self.info.message:
            self.texts.fault("D13", "消息事件没有写明是什么消息", "请选择消息并填写名称")
