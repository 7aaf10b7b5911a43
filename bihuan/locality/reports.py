"""Periodic reports (报表、通报、台账) of a locality, from `reports/*.toml`: what is counted, in which tables and lists.

Read strictly, with words from closed lists, so that a report can count only what the house knows how to count, and
never shows who complained to anybody who may not know it. `bihuan.queries.reports` counts; docs/reports.md describes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bihuan.domain.workdays.periods import PERIOD_KINDS, PeriodKind
from bihuan.locality.compared import OUT_OF_PLACE, kind_of
from bihuan.locality.faults import Notes
from bihuan.locality.fields import Value
from bihuan.locality.rulebook import RULE_ID
from bihuan.locality.sentences import placeholders
from bihuan.locality.tables import Table, read_toml
from bihuan.locality.target import Target, read_target

COUNTS: Final[Mapping[str, str]] = {
    "received": "期内收到",
    "accepted": "期内收到，未不予受理",
    "declined": "期内不予受理",
    "dispatched": "期内交办",
    "resolved": "期内（首次）办结",
    "closed": "期内销号",
    "ended": "期内结束，不论何种方式",
    "handled": "期内曾在办（含上期结转）",
    "carried": "上期结转：期初尚未结束",
    "open": "期末尚未结束",
    "due": "期内应办：期内办毕，或期内到期而未办毕",
    "on_time": "期内应办而按期办毕",
    "late": "期内应办而逾期",
    "overdue": "期末尚未结束，逾期而未办结",
    "reached": "期内到达节点",
    "noticed": "期内发出通知",
    "answered": "期内填报表单",
}
"""What a figure may count: cases, each once, whatever happened to them how often."""

WITH_LIMIT: Final = frozenset({"due", "on_time", "late", "overdue"})
DIMENSIONS: Final[Mapping[str, str]] = {
    "unit": "承办单位",
    "channel": "渠道",
    "category": "类别",
    "origin": "来源",
    "exit": "结束方式",
    "month": "月份",
}
"""What a table may break down by, besides a control field of the forms or tables (`field:grade`)."""

FILTERS: Final = ("unit", "channel", "category", "origin", "exit", "reached")
"""What `only` and `except` may ask of a case, besides control fields."""

COLUMNS: Final[Mapping[str, str]] = {
    "serial": "序号",
    "case_no": "编号",
    "subject": "诉求标题",
    "body": "诉求内容",
    "complainant": "诉求人",
    "complainant_phone": "联系电话",
    "channel": "渠道",
    "category": "诉求类别",
    "origin": "来源",
    "unit": "承办单位",
    "received_on": "收到日期",
    "dispatched_on": "交办日期",
    "resolved_on": "办结日期",
    "ended_on": "结束日期",
    "due_on": "时限",
    "late": "是否逾期",
    "state": "办理状态",
    "step": "当前环节",
    "carried": "上期未办结",
}
"""What a list may show of a case, besides an answer (`answer:archive.result`)."""

OF_PERIOD: Final = "{期间}"  # what they may ask of a field that keeps a month: one of those of the period counted
MOMENTS: Final = ("received", "dispatched", "ended")
"""Where an average may begin and end, besides milestones."""

MOST_FIGURES: Final = 60
MOST_IN_HEADLINE: Final = 8
_NAME: Final = r"[^\s{}]{1,40}"
_WORD: Final = r"[A-Za-z_][A-Za-z0-9_]{0,63}"


@dataclass(frozen=True, slots=True)
class Condition:
    """`only` or `except`: a case's unit, channel, …, or a control field has one of these values."""

    of: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """Cases counted. Of `limit`, `milestone`, `notices`, `form` and `given` what its word needs."""

    counts: str
    limit: tuple[str, ...] = ()
    milestone: str = ""
    notices: tuple[str, ...] = ()
    form: str = ""
    given: tuple[Condition, ...] = ()
    only: tuple[Condition, ...] = ()
    without: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """A rate: one figure of all of another, both counts of this report."""

    part: str
    whole: str


@dataclass(frozen=True, slots=True)
class Average:
    """Working days from one moment of a case to another, of the cases that reached the second in the period."""

    since: str
    until: str
    only: tuple[Condition, ...] = ()
    without: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a report, under the name that its pages, tables and sentences use."""

    name: str
    formula: Count | Share | Average
    target: Target | None = None
    note: str = ""
    kind: str = ""
    """What it stands for beside other localities' figures: one of KINDS, or nothing."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A table: figures by unit, channel, … `rank` sorts by one of them, with places (晾晒)."""

    title: str
    by: str
    figures: tuple[str, ...]
    rank: str = ""
    lowest_first: bool = False
    heading: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the dimension and its values are called, where no form names them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its heading as the document words it, what it shows, and what while the case is open."""

    title: str
    shows: str
    meanwhile: str = ""


@dataclass(frozen=True, slots=True)
class CaseList:
    """A list of the cases that a figure counts (清单、台账); `by` makes one list for each unit, channel, …"""

    title: str
    cases: str
    columns: tuple[Column, ...]
    by: str = ""
    note: str = ""
    readers: tuple[str, ...] = ()  # of the report's those who see all of its cases, not their own unit's alone


@dataclass(frozen=True, slots=True)
class Report:
    """One file. `readers` may see it besides the platform, the supervision office and the auditors."""

    id: str
    file: str
    title: str
    rules: tuple[str, ...]
    period: PeriodKind
    readers: tuple[str, ...]
    process: str
    note: str
    figures: tuple[Figure, ...]
    tables: tuple[Breakdown, ...] = ()
    lists: tuple[CaseList, ...] = ()
    sentences: tuple[str, ...] = field(default=())
    headline: tuple[str, ...] = field(default=())
    """The figures of the leaders' page (运行总览), in their order."""

    def figure(self, name: str) -> Figure | None:
        """The figure of this name."""
        return next((figure for figure in self.figures if figure.name == name), None)

    def conditions(self) -> Iterator[Condition]:
        """Every `only` and `except` of its figures."""
        for figure in self.figures:
            if not isinstance(figure.formula, Share):
                yield from figure.formula.only
                yield from figure.formula.without


def read_report(file: str, content: bytes) -> Report:
    """The report in a file. Raises FolderFault with everything that is wrong with it."""
    notes = Notes(file, "L08")
    table = read_toml(content, notes)
    notes.refuse_if_any()
    found = Report(
        table.text("id", pattern=r"[a-z][a-z0-9-]{0,39}", cure="用小写英文字母、数字和连字符，与文件同名"),
        file,
        table.text("title"),
        table.texts("rules", default=()),
        _period(table),
        table.texts("readers", default=()),
        table.text("process", pattern=rf"({_WORD})?", default=""),
        table.text("note", default="", pattern=r".{0,200}"),
        tuple(_figure(one, notes) for one in table.tables("figure")),
        tuple(_breakdown(one) for one in table.tables("table")),
        tuple(_list(one, notes) for one in table.tables("list")),
        tuple(table.texts("sentences", default=())),
        table.texts("headline", default=()),
    )
    table.close()
    _require_sense(found, notes)
    notes.refuse_if_any()
    return found


def _period(table: Table) -> PeriodKind:
    found = table.choice("period", PERIOD_KINDS)
    return next((kind for kind in PERIOD_KINDS if kind == found), "month")


def _figure(one: Table, notes: Notes) -> Figure:
    name = one.text("name", pattern=_NAME, cure="填写不超过 40 字的名称，不含空格和花括号")
    kinds = [kind for kind in ("counts", "share", "average") if kind in one.names()]
    if len(kinds) != 1:
        notes.add(f"figure {name}", "应写且只写 counts、share、average 之一", "计数、比率或平均用时，选一种")
        formula: Count | Share | Average = Count("received")
        for kind in kinds:
            one.discard(kind)
    elif kinds[0] == "counts":
        formula = _count(one, name, notes)
    elif kinds[0] == "share":
        formula = Share(one.text("share", pattern=_NAME), one.text("of", pattern=_NAME))
    else:
        formula = _average(one, name, notes)
    target = one.table("target") if "target" in one.names() else None
    note = one.text("note", default="", pattern=r".{0,200}")
    return Figure(name, formula, read_target(target, name, notes), note, kind_of(one, name, kinds, notes))


def _count(one: Table, name: str, notes: Notes) -> Count:
    counts = one.choice("counts", tuple(COUNTS))
    return Count(
        counts,
        limit=_needed(one, name, "limit", counts in WITH_LIMIT, notes),
        milestone=next(iter(_needed(one, name, "milestone", counts == "reached", notes)), ""),
        notices=_needed(one, name, "notices", counts == "noticed", notes),
        form=next(iter(_needed(one, name, "form", counts == "answered", notes)), ""),
        given=_conditions(one, "given", notes) if counts == "answered" else (),
        only=_conditions(one, "only", notes),
        without=_conditions(one, "except", notes),
    )


def _needed(one: Table, name: str, word: str, needed: bool, notes: Notes) -> tuple[str, ...]:
    """A list that this kind of count needs; with another kind it is left, and told as unknown."""
    if not needed:
        return ()
    found = one.texts(word)
    pattern = f"{RULE_ID}|{_WORD}" if word == "limit" else _WORD
    for wrong in (value for value in found if not re.fullmatch(pattern, value)):
        notes.add(f"figure {name}", f"{word} 中的 {wrong} 不能用", "填写规则编号，或流程、表单、通知中的名称")
    return found


def _average(one: Table, name: str, notes: Notes) -> Average:
    ends = one.texts("average")
    if len(ends) != 2:
        notes.add(f"figure {name}", "average 应写起止两个时点", '写作 average = ["dispatched", "resolved"]')
        ends = ("received", "ended")
    return Average(ends[0], ends[1], _conditions(one, "only", notes), _conditions(one, "except", notes))


def _conditions(one: Table, word: str, notes: Notes) -> tuple[Condition, ...]:
    table = one.table(word)
    found = []
    for name in table.names():
        values = table.values(name)
        if not values or not re.fullmatch(rf"(field:)?{_WORD}", name):
            notes.add(f"{word}.{name}", "应写出各个取值", f'写作 {word} = {{ outcome = ["resolved"] }}')
        found.append(Condition(name, values))
    return tuple(found)


def _breakdown(one: Table) -> Breakdown:
    fields = "|".join(DIMENSIONS)
    return Breakdown(
        one.text("title"),
        one.text("by", pattern=rf"{fields}|field:{_WORD}", cure=f"可填：{'、'.join(DIMENSIONS)}，或 field:控制字段"),
        one.texts("figures"),
        one.text("rank", pattern=rf"({_NAME})?", default=""),
        one.flag("lowest_first"),
        one.text("heading", default="", pattern=r".{0,40}"),
        _names(one.table("names")),
    )


def _names(table: Table) -> Mapping[str, str]:
    return {name: table.text(name, pattern=r".{1,40}") for name in table.names()}


def _list(one: Table, notes: Notes) -> CaseList:
    by = "|".join(name for name in DIMENSIONS if name != "month")
    title, cases = one.text("title"), one.text("cases", pattern=_NAME)
    columns = tuple(
        Column(
            column.text("title", pattern=r".{1,60}"),
            column.text(
                "shows", pattern="|".join(COLUMNS) + rf"|answer:{_WORD}\.{_WORD}",
                cure=f"可填：{'、'.join(COLUMNS)}，或 answer:表单.字段",
            ),
            column.text("meanwhile", default="", pattern=r".{0,20}"),
        )
        for column in one.tables("columns")
    )  # fmt: skip
    if not columns:
        notes.add(f"list {title}", "没有列", '写作 columns = [{ title = "编号", shows = "case_no" }]')
    return CaseList(
        title, cases, columns, one.text("by", pattern=rf"({by}|field:{_WORD})?", default=""),
        one.text("note", default="", pattern=r".{0,200}"), one.texts("readers", default=()),
    )  # fmt: skip


def _require_sense(report: Report, notes: Notes) -> None:
    if report.id and report.id != report.file.rsplit("/", 1)[-1].removesuffix(".toml"):
        notes.add("id", f"{report.id} 与文件名不同", "改为文件名（不含 .toml）")
    for rule in report.rules:
        if not re.fullmatch(RULE_ID, rule):
            notes.add("rules", f"规则编号 {rule} 不合写法", "写作 KH-23")
    names = [figure.name for figure in report.figures]
    if not any(isinstance(figure.formula, Count) for figure in report.figures) or len(names) > MOST_FIGURES:
        notes.add("figure", "没有计数的数据项，或数据项过多", f"写 1 至 {MOST_FIGURES} 个 [[figure]]")
    for twice in sorted({name for name in names if names.count(name) > 1}):
        notes.add(f"figure {twice}", "重名", "每个数据项用不同的名称")
    counts = [figure.name for figure in report.figures if isinstance(figure.formula, Count)]
    if len(report.headline) > MOST_IN_HEADLINE:
        notes.add("headline", "列出的数据项过多", f"至多 {MOST_IN_HEADLINE} 项")
    kinds = [figure.kind for figure in report.figures if figure.kind]
    for figure in report.figures:
        if figure.kind and (figure.name not in report.headline or kinds.count(figure.kind) > 1):
            notes.add(f"figure {figure.name}", *OUT_OF_PLACE)
    for place, wanted, known in _mentions(report, counts, names):
        if wanted not in known:
            notes.add(place, f"没有数据项 {wanted}", f"可用：{'、'.join(known)}")


def _mentions(report: Report, counts: list[str], names: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Where a figure is named, which, and those that may be named there."""
    for figure in report.figures:
        if isinstance(figure.formula, Share):
            yield f"figure {figure.name}", figure.formula.part, counts
            yield f"figure {figure.name}", figure.formula.whole, counts
    for table in report.tables:
        for name in (*table.figures, *([table.rank] if table.rank else [])):
            yield f"table {table.title}", name, names
    for one in report.lists:
        yield f"list {one.title}", one.cases, counts
    for name in report.headline:
        yield "headline", name, names
    for sentence in report.sentences:
        for name in placeholders(sentence):
            yield "sentences", name, ["期间", "截至", "辖区", *names]
