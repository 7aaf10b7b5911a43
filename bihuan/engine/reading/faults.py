"""The faults found in a deployment's files: each with its rule, its place, what is wrong and how to put it right."""

from bihuan.engine.errors import DiagramFaults, Finding

RULES = {
    "D01": "文件应是有效的 BPMN 或 DMN 文件，不超过规定大小",
    "D02": "只能使用本平台支持的图形元素",
    "D03": "元素编号应唯一、规范",
    "D04": "每个流程应有一个开始事件和至少一个结束事件",
    "D05": "连线两端应完整，且在同一流程或子流程之内",
    "D06": "每个元素都应从开始事件可达，并通向结束事件",
    "D07": "条件只能写在排他网关的出线上，分支应使用网关",
    "D08": "排他网关的出线应有条件和默认出线",
    "D09": "人工任务应写明承办对象",
    "D10": "定时事件应写明到期时间（timeDate 表达式）",
    "D11": "表达式应符合语法，只用规定的函数和运算",
    "D12": "期限函数应写明起算点，引用的时限应存在",
    "D13": "消息事件应写明消息，按钮应写明适用对象",
    "D14": "服务任务应写明处理主题",
    "D15": "调用活动应调用已有流程，并逐项写明传入传出的数据",
    "D16": "多实例应并行，写明集合和每项的名称",
    "D17": "不支持标准循环",
    "D18": "不支持事件子流程、事务和临时子流程",
    "D19": "不支持带代码或本平台不认识的扩展属性",
    "D20": "决策表应完整、互不冲突",
    "D21": "业务规则任务应引用已有的决策表",
    "D22": "错误事件应写明错误代码，抛出的错误应有人接收",
    "D23": "事件网关之后应是两个以上的定时或消息事件",
    "D24": "并行网关不能等待只能由自己引出的连线",
    "D25": "扩展属性的名称和取值应符合规定",
    "D26": "数据名称应符合规定，不能使用保留名称",
    "D27": "边界事件应附着在任务、子流程或调用活动上",
}
"""Each rule of the engine's own with what it asks for; docs/dialect.md explains them."""


MOST_FINDINGS = 500


class Faults:
    """Collects the findings of one parse, so that a person sees every fault at once."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def add(self, rule: str, file: str, element: str, name: str, fault: str, cure: str) -> None:
        """Remember one finding."""
        finding = Finding(rule, file, element, name, fault, cure)
        if len(self.findings) < MOST_FINDINGS and finding not in self.findings:
            self.findings.append(finding)

    def raise_if_any(self) -> None:
        """Raise DiagramFaults when there is any."""
        if self.findings:
            raise DiagramFaults(self.findings)
