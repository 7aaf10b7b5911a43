"""Reading DMN files. A cell is `-`, `"a"`, `"a","b"`, `not("a","b")`, `>= 3`, `[1..5]`, `(1..5]`, or an expression
with `?`.
"""

import re

from lxml import etree

from bihuan.engine.control import is_name
from bihuan.engine.decisions import Rule, Table
from bihuan.engine.expressions import MOST_CHARS, Expression, Unsafe, expression_of
from bihuan.engine.reading.faults import Faults
from bihuan.engine.reading.xml import local, text_of

MOST_ROWS, MOST_COLUMNS = 1_000, 20
RANGE = re.compile(r"([\[\]\(])(.+?)\.\.(.+?)([\]\[\)])")
COMPARISON = re.compile(r"(<=|>=|<|>|!=)(.+)")
NEGATION = re.compile(r"not\s*\((.*)\)", re.DOTALL)
QUESTION = re.compile(r'\?(?=(?:[^"]|"[^"]*")*$)')


def read_tables(file: str, root: etree._Element, faults: Faults) -> list[Table]:
    """The decision tables of one file, as far as they can be read."""
    found = []
    for decision in root.iter():
        if local(decision) == "decision":
            table = _TableReader(file, decision, faults).read()
            if table is not None:
                found.append(table)
    if not found and not any(finding.file == file for finding in faults.findings):
        faults.add("D20", file, "", "", "文件中没有决策表", "请画出决策表后再保存")
    return found


class _TableReader:
    def __init__(self, file: str, decision: etree._Element, faults: Faults) -> None:
        self.file, self.decision, self.faults = file, decision, faults
        self.id, self.name = decision.get("id", ""), decision.get("name", "")
        self.good = True

    def fault(self, what: str, cure: str) -> None:
        self.good = False
        self.faults.add("D20", self.file, self.id, self.name, what, cure)

    def read(self) -> Table | None:
        tables = [child for child in self.decision if local(child) == "decisionTable"]
        if len(tables) != 1:
            self.fault("决策不是决策表", "请改为决策表（decision table）")
            return None
        table = tables[0]
        policy = table.get("hitPolicy", "UNIQUE")
        if policy not in {"UNIQUE", "FIRST", "COLLECT"} or table.get("aggregation"):
            self.fault(f"不支持命中策略“{policy}”", "请用 UNIQUE、FIRST 或不带汇总的 COLLECT")
        inputs = [self._expression(_text(each, "inputExpression"), "输入列") for each in _parts(table, "input")]
        outputs = tuple(each.get("name", "") for each in _parts(table, "output"))
        self._names(outputs, len(inputs))
        rules = tuple(self._rule(each, number) for number, each in enumerate(_parts(table, "rule"), 1))
        self._complete(rules, len(inputs), len(outputs))
        if policy == "FIRST" and any(rule.catches_all for rule in rules[:-1]):
            self.fault("命中策略为 FIRST 时，兜底行之后的行永远轮不到", "请把兜底行移到最后")
        if not self.good:
            return None
        return Table(self.id, self.name, self.file, policy, tuple(e for e in inputs if e), outputs, rules)

    def _names(self, outputs: tuple[str, ...], inputs: int) -> None:
        if not outputs or len(outputs) + inputs > MOST_COLUMNS:
            self.fault("决策表没有输出列，或列数过多", f"请给出输出列，总列数不超过 {MOST_COLUMNS}")
        for name in outputs:
            if not is_name(name) or outputs.count(name) > 1:
                self.fault(f"输出列名称“{name}”不合规定或重复", "输出列名称应是普通数据名称，不以 _at 结尾")

    def _complete(self, rules: tuple[Rule, ...], inputs: int, outputs: int) -> None:
        if len(rules) > MOST_ROWS:
            self.fault(f"决策表超过 {MOST_ROWS} 行", "请拆成几张表")
        if any(len(rule.tests) != inputs or len(rule.outputs) != outputs for rule in rules):
            self.fault("有的行缺少单元格", "请用建模工具重新保存")
        elif not any(rule.catches_all for rule in rules):
            self.fault("没有兜底行", "请在最后加一行，各输入均填“-”")

    def _rule(self, rule: etree._Element, number: int) -> Rule:
        tests = tuple(self._test(_text(cell, "text", own=True), number) for cell in _parts(rule, "inputEntry"))
        texts = [_text(cell, "text", own=True) for cell in _parts(rule, "outputEntry")]
        return Rule(tests, tuple(self._expression(text, f"第 {number} 行输出") if text else None for text in texts))

    def _test(self, cell: str, number: int) -> Expression | None:
        try:
            text = cell_test(cell)
        except ValueError:
            self.fault(f"第 {number} 行的单元格“{cell[:40]}”写法有误", '如 "a","b"、>= 3、[1..5]、not("a")、-')
            return None
        return None if text is None else self._expression(text, f"第 {number} 行单元格“{cell}”")

    def _expression(self, text: str, where: str) -> Expression | None:
        try:
            return expression_of(text)
        except Unsafe as error:
            self.fault(f"{where}：{error}", "请按决策表单元格的写法修改")
            return None


def cell_test(cell: str) -> str | None:
    """The cell as an expression over `cell`; None for anything. Raises ValueError when it is malformed."""
    cell = cell.strip()
    if len(cell) > MOST_CHARS:
        raise ValueError(cell[:20])
    if cell in ("", "-"):
        return None
    if match := NEGATION.fullmatch(cell):
        inner = cell_test(match[1])
        if inner is None:
            raise ValueError(cell)
        return f"not ({inner})"
    return " or ".join(_one(part) for part in _split(cell))


def _one(part: str) -> str:
    if not part:
        raise ValueError(part)
    if match := RANGE.fullmatch(part):
        left, low, high, right = match.groups()
        return f"(({low}) {'<=' if left == '[' else '<'} cell {'<=' if right == ']' else '<'} ({high}))"
    if match := COMPARISON.fullmatch(part):
        return f"(cell {match[1]} ({match[2].strip()}))"
    if "?" in re.sub(r'"[^"]*"', "", part):
        return "(" + QUESTION.sub("cell", part) + ")"
    return f"(cell == ({part}))"


def _split(text: str) -> list[str]:
    """The text cut at commas outside quotes and brackets."""
    parts, depth, quoted, part = [], 0, False, ""
    for letter in text:
        if letter == '"':
            quoted = not quoted
        if not quoted:
            depth += (letter in "([") - (letter in ")]")
        if letter == "," and not quoted and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += letter
    return [*parts, part.strip()]


def _parts(node: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in node if local(child) == name]


def _text(node: etree._Element, name: str, *, own: bool = False) -> str:
    """The text of a cell (`own`), or of the `text` inside the named part."""
    parts = _parts(node, name)
    if own:
        return text_of(parts[0]) if parts else ""
    return text_of(next(iter(_parts(parts[0], "text")), None)) if parts else ""
