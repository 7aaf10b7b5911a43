"""Rules about what a report counts: forms, milestones, notices, limits and data that its folder really has."""

from collections.abc import Iterator
from typing import Final

from bihuan.domain.access import EVERY_UNIT
from bihuan.locality.documents import ON
from bihuan.locality.fields import Option, plain_value
from bihuan.locality.reports import (
    FILTERS,
    MOMENTS,
    OF_PERIOD,
    WITH_LIMIT,
    Average,
    Condition,
    Count,
    Figure,
    Report,
)
from bihuan.locality.rules.drawn import Drawn, Fault
from bihuan.locality.rules.needs import known_names

BULLETIN_WORDS: Final = ("title", "period", "as_of", "text", "locality")
"""What the template of a bulletin may say."""


def readers_are_known(drawn: Drawn) -> Iterator[Fault]:
    """Every reader of a report or of one of its lists is a group of the organisation, or all units."""
    for report in drawn.locality.reports.values():
        for reader in (*report.readers, *(reader for one in report.lists for reader in one.readers)):
            if reader != EVERY_UNIT and not drawn.locality.organisation.knows(reader):
                yield _fault(
                    report, "readers", f"没有单位或角色 {reader}", "写单位 id、单位 id:角色，或 units 表示各单位"
                )


def reports_count_what_there_is(drawn: Drawn) -> Iterator[Fault]:
    """Every process, limit, milestone, notice, form, field and value that a report names is one of its folder."""
    for report in drawn.locality.reports.values():
        if report.process and report.process not in drawn.processes:
            yield _fault(
                report, "process", f"流程 {report.process} 没有画出", f"可用：{'、'.join(sorted(drawn.processes))}"
            )
        for figure in report.figures:
            yield from _of_figure(drawn, report, figure)
        for where, name in _fields(report):
            if name not in known_names(drawn):
                yield _fault(report, where, f"没有控制字段 {name}", "写表单中的控制字段或决策表的输出")
        for one in report.lists:
            for column in one.columns:
                yield from _of_column(drawn, report, one.title, column.shows)


def bulletins_say_what_can_be_said(drawn: Drawn) -> Iterator[Fault]:
    """Templates of bulletins use only placeholders from the closed list."""
    for template in drawn.locality.bulletins.values():
        for word in sorted(template.placeholders.difference(BULLETIN_WORDS)):
            cure = f"可用：{'、'.join(BULLETIN_WORDS)}"
            yield Fault(template.file, word, "", f"占位符 {{{{ {word} }}}} 不能用", cure)


def _of_figure(drawn: Drawn, report: Report, figure: Figure) -> Iterator[Fault]:
    where, formula = f"figure {figure.name}", figure.formula
    if isinstance(formula, Count):
        yield from _of_count(drawn, report, where, formula)
    if isinstance(formula, Average):
        for moment in {formula.since, formula.until} - {*MOMENTS} - drawn.milestones():
            yield _fault(report, where, f"没有元素设置里程碑 {moment}", f"可用：{'、'.join(MOMENTS)}，或里程碑")
    if isinstance(formula, Count | Average):
        for condition in (*formula.only, *formula.without):
            yield from _of_condition(drawn, report, where, condition)


def _of_count(drawn: Drawn, report: Report, where: str, count: Count) -> Iterator[Fault]:
    locality = drawn.locality
    if count.counts in WITH_LIMIT:
        for rule in sorted({*count.limit} - _limits(drawn)):
            yield _fault(report, where, f"没有时限引用规则 {rule}", "写时限（定时器）上 clause 的规则编号，或它的 id")
    if count.counts == "resolved" and "resolved" not in drawn.milestones():
        yield _fault(report, where, "没有元素设置里程碑 resolved", '改用 counts = "reached" 和 milestone')
    if count.milestone and count.milestone not in drawn.milestones():
        yield _fault(report, where, f"没有元素设置里程碑 {count.milestone}", "核对名称")
    for notice in sorted({*count.notices} - locality.notices.keys()):
        yield _fault(report, where, f"没有通知模板 {notice}", "核对 notices/ 中的名称")
    if count.form:
        if count.form not in locality.forms:
            yield _fault(report, where, f"没有表单 {count.form}", "核对 forms/ 中的名称")
            return
        fields = {field.key: field for field in locality.form(count.form).fields}
        for given in count.given:
            if given.of not in fields:
                yield _fault(report, where, f"表单 {count.form} 没有字段 {given.of}", f"可用：{'、'.join(fields)}")
            else:
                yield from _of_values(report, where, given, fields[given.of].options)


def _of_condition(drawn: Drawn, report: Report, where: str, condition: Condition) -> Iterator[Fault]:
    locality, key = drawn.locality, condition.of.removeprefix("field:")
    fields = [field for form in locality.forms.values() for field in form.fields if field.key == key]
    if OF_PERIOD in condition.values:
        months = report.period in ("month", "quarter", "year")
        if fields or condition.of in FILTERS or len(condition.values) > 1 or not months:
            yield _fault(
                report, where, f"{OF_PERIOD} 在这里不能用", "按月、季、年的报表，单独写在由流程算出月份的控制字段上"
            )
    elif condition.of == "reached":
        for milestone in sorted({str(value) for value in condition.values} - drawn.milestones()):
            yield _fault(report, where, f"没有元素设置里程碑 {milestone}", "核对名称")
    elif condition.of == "unit":
        yield from _of_values(report, where, condition, locality.options()["units"])
    elif condition.of == "category":
        yield from _of_values(report, where, condition, locality.options()["categories"])
    elif condition.of not in FILTERS:
        options = tuple(option for field in fields for option in field.options)
        # A field of which one form has no fixed choices may be anything.
        if fields and all(field.options for field in fields):
            yield from _of_values(report, where, condition, options)


def _of_values(report: Report, where: str, given: Condition, options: tuple[Option, ...]) -> Iterator[Fault]:
    known = {plain_value(option.value) for option in options}
    for value in given.values:
        if known and plain_value(value) not in known:
            yield _fault(
                report, where, f"{given.of} 没有取值 {plain_value(value)}", f"可用：{'、'.join(sorted(known))}"
            )


def _fields(report: Report) -> Iterator[tuple[str, str]]:
    """The control fields that a report asks for, and where."""
    for condition in report.conditions():
        if condition.of not in FILTERS:
            yield "figure", condition.of.removeprefix("field:")
    tables = [(f"table {table.title}", table.by) for table in report.tables]
    for where, by in [*tables, *((f"list {one.title}", one.by) for one in report.lists)]:
        if by.startswith("field:"):
            yield where, by.removeprefix("field:")


def _of_column(drawn: Drawn, report: Report, title: str, shows: str) -> Iterator[Fault]:
    if not shows.startswith("answer:"):
        return
    form, _, key = shows.removeprefix("answer:").partition(".")
    if form not in drawn.locality.forms:
        yield _fault(report, f"list {title}", f"没有表单 {form}", "核对 forms/ 中的名称")
    elif key not in {ON, *(field.key for field in drawn.locality.form(form).fields)}:
        yield _fault(report, f"list {title}", f"表单 {form} 没有字段 {key}", "核对字段的 key")


def _limits(drawn: Drawn) -> set[str]:
    timers = [place.node for place in drawn.places.values() if place.node.event == "timer"]
    return {rule for node in timers for rule in (node.id, *node.properties.get("clause", "").split())}


def _fault(report: Report, place: str, fault: str, cure: str) -> Fault:
    return Fault(report.file, place, report.title, fault, cure)
