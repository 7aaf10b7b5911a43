"""A scenario told in Chinese sentences, for people who do not read TOML."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.domain.workdays import due_day_and_time
from bihuan.engine import Definition, ProcessInfo
from bihuan.locality.folder import Locality
from bihuan.locality.rules.examples import SYSTEM, plain
from bihuan.play.checking import told
from bihuan.play.expected_report import ExpectedReport
from bihuan.play.life import FORMS, PROVINCE
from bihuan.play.scenario import Deed, ExpectedEvent, ExpectedNotice, ExpectedTask, Opening, Scenario, Step
from bihuan.play.words import ENDS, KINDS, LAMPS, REFUSALS

Labels = Mapping[str, Mapping[str, str]]
"""What the fields of a form are called, by the name of the element it belongs to."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a locality calls things. `opened_by`: the labels of the form a case is opened with, by its origin or the
    id of its procedure; `procedures`: their names by id.
    """

    labels: Labels
    opened_by: Labels
    procedures: Mapping[str, str]


def vocabulary_of(locality: Locality) -> Vocabulary:
    """The words of a locality."""
    definition = Definition.parse(locality.diagrams, locality.limits)

    def labels(form: str | None) -> Mapping[str, str]:
        found = locality.forms.get(form or "")
        return {field.key: field.label for field in found.fields} if found else {}

    opened_by = {process.id: definition.element(process.id, process.start).form for process in _openable(definition)}
    return Vocabulary(
        {plain(element.name): labels(element.form) for element in definition.elements() if element.form},
        {name: labels(form) for name, form in (*opened_by.items(), *FORMS.items())},
        {process.id: plain(process.name) for process in _openable(definition)},
    )


def _openable(definition: Definition) -> list[ProcessInfo]:
    return [process for process in definition.processes.values() if not process.called_by]


def told_scenario(scenario: Scenario, words: Vocabulary) -> str:
    """Title, rules, and each step as one paragraph."""
    labels = words.labels
    lines = [
        f"【{scenario.title}】（{'、'.join(scenario.rules)}）",
        f"{told(scenario.now)}，{_told_opening(scenario.opening, words)}。",
    ]
    lines += [f"{told(one.at)}，{_told_opening(one, words)}{_told_name(one)}。" for one in scenario.also]
    for deed in scenario.done:
        when = f"{told(deed.at)}，" if deed.at else ""
        lines.append(f"{_told_case(deed.case)}{when}{_told_deed(deed, labels)}。")
    lines += [f"{number}. {_told_step(step, labels)}" for number, step in enumerate(scenario.steps, start=1)]
    return "\n".join(lines)


def _told_opening(opening: Opening, words: Vocabulary) -> str:
    answers = _told_answers(opening.answers, words.opened_by.get(opening.origin or opening.process, {}))
    refused = f"：不予办理：{REFUSALS.get(opening.refused, opening.refused)}" if opening.refused else ""
    if opening.origin:
        how = "省平台转来一件工单" if opening.origin == PROVINCE else "企业在市门户提交一件诉求"
        return f"{how}{answers}{refused}"
    opened = words.procedures.get(opening.process, opening.process)
    return f"{opening.who or '日历到期，系统'}开办“{opened}”{answers}{refused}"


def _told_name(opening: Opening) -> str:
    return "" if opening.refused else f"，以下称“{opening.name}”"


def _told_step(step: Step, labels: Labels) -> str:
    sentences = [
        f"{_told_case(step.case)}{told(step.at)}，{_told_deed(step.deed, labels) if step.deed else '到了这个时刻'}"
    ]
    if step.refused:
        sentences.append(f"不予办理：{REFUSALS.get(step.refused, f'不符合 {step.refused}')}，一切如前")
    if step.note:
        sentences[0] += f"（{step.note}）"
    if step.ended:
        sentences.append(f"工单结束：{ENDS.get(step.ended, step.ended)}")
    if step.open is not None:
        sentences.append(f"此时待办：{_listed([_told_task(task) for task in step.open])}")
    if step.buttons is not None:
        sentences.append(f"可以另行提出：{_listed(list(step.buttons))}")
    if step.jobs is not None:
        sentences.append(f"系统正在办理：{_listed(list(step.jobs))}")
    if step.sent is not None:
        sentences.append(f"发出通知：{_listed([_told_notice(notice) for notice in step.sent])}")
    if step.record is not None:
        sentences.append(f"流转记录中有：{_listed([_told_event(event) for event in step.record])}")
    if step.report:
        sentences.append(_told_report(step.report))
    if step.no:
        sentences.append(f"至此没有发生：{_listed([_told_no(word) for word in step.no])}")
    return "。".join(sentences) + "。"


def _told_deed(deed: Deed, labels: Labels) -> str:
    what = f"{deed.does}“{deed.task}”" if deed.task else f"办理“{deed.does}”"
    who = "系统" if deed.who == SYSTEM else deed.who
    answers = _told_answers(deed.answers, labels.get(plain(deed.does), {}))
    return f"{who}{what}{answers}{'，并签字' if deed.signed else ''}"


def _told_case(name: str) -> str:
    return f"【{name}】" if name else ""


def _told_answers(answers: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    if not answers:
        return ""
    told_answers = (f"{labels.get(name, name)}：{_told_value(value)}" for name, value in answers.items())
    return f"（{'，'.join(told_answers)}）"


def _told_value(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _told_task(task: ExpectedTask) -> str:
    parts = [task.of]
    if task.due:
        parts.append(f"{_told_due(task.due)} 前")
    if task.was:
        parts.append(f"原为 {_told_due(task.was)} 前")
    if task.late:
        parts.append("已逾期")
    if task.lamp:
        parts.append(LAMPS[task.lamp])
    return f"{task.task}（{'，'.join(parts)}）"


def _told_due(due_at: datetime) -> str:
    return "{} {}".format(*due_day_and_time(due_at))


def _told_report(report: ExpectedReport) -> str:
    said = f"{report.who}查看 {report.period} 的报表 {report.id}"
    if report.refused:
        return f"{said}：无权查看"
    parts = [f"{name} {value}" for name, value in report.says.items()]
    for title, rows in report.tables.items():
        told_rows = [f"{name}（{_told_cells(cells)}）" for name, cells in rows.items()]
        parts.append(f"“{title}”中有 {'、'.join(told_rows) or '无'}")
    for title, listed in report.lists.items():
        parts.append(f"“{title}”列 {len(listed)} 件" + "".join(f"（{_told_cells(cells)}）" for cells in listed))
    return f"{said}：{'；'.join(parts)}"


def _told_cells(cells: Mapping[str, str]) -> str:
    return "，".join(f"{name} {value or '空白'}" for name, value in cells.items())


def _told_no(word: str) -> str:
    what, _, name = word.partition(":")
    return {"task": f"待办“{name}”", "notice": f"通知“{name}”"}.get(what, KINDS.get(name, name))


def _told_notice(notice: ExpectedNotice) -> str:
    says = f"，写明 {'、'.join(notice.says)}" if notice.says else ""
    return f"{notice.notice}（送{notice.to}{says}）"


def _told_event(event: ExpectedEvent) -> str:
    parts = [event.element, event.at and told(event.at), event.by]
    parts += [f"{name} 为 {_told_value(value)}" for name, value in event.has.items()]
    found = "，".join(str(part) for part in parts if part)
    kind = KINDS.get(event.event, event.event)
    return f"{kind}（{found}）" if found else kind


def _listed(parts: list[str]) -> str:
    return "；".join(parts) if parts else "无"
