"""A scenario told in Chinese sentences, for people who do not read TOML."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bihuan.domain.workdays import due_day_and_time
from bihuan.engine import Definition
from bihuan.locality.folder import Locality
from bihuan.play.checking import told
from bihuan.play.life import FORMS, PROVINCE
from bihuan.play.naming import SYSTEM, plain
from bihuan.play.scenario import Deed, ExpectedEvent, ExpectedNotice, ExpectedTask, Scenario, Step
from bihuan.play.words import ENDS, KINDS, LAMPS, REFUSALS

Labels = Mapping[str, Mapping[str, str]]
"""What the fields of a form are called, by the name of the element it belongs to, or by the request's origin."""


def labels_of(locality: Locality) -> Labels:
    """The labels of all forms of a locality."""
    definition = Definition.parse(locality.diagrams, locality.limits)
    forms = {plain(element.name): element.form for element in definition.elements() if element.form}
    return {
        name: {field.key: field.label for field in locality.form(form).fields}
        for name, form in (*forms.items(), *FORMS.items())
    }


def told_scenario(scenario: Scenario, labels: Labels) -> str:
    """Title, rules, and each step as one paragraph."""
    how = "省平台转来一件工单" if scenario.origin == PROVINCE else "企业在市门户提交一件诉求"
    lines = [
        f"【{scenario.title}】（{'、'.join(scenario.rules)}）",
        f"{told(scenario.now)}，{how}{_told_answers(scenario.request, labels.get(scenario.origin, {}))}。",
    ]
    for deed in scenario.done:
        when = f"{told(deed.at)}，" if deed.at else ""
        lines.append(f"{when}{_told_deed(deed, labels)}。")
    lines += [f"{number}. {_told_step(step, labels)}" for number, step in enumerate(scenario.steps, start=1)]
    return "\n".join(lines)


def _told_step(step: Step, labels: Labels) -> str:
    sentences = [f"{told(step.at)}，{_told_deed(step.deed, labels) if step.deed else '到了这个时刻'}"]
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
    if step.no:
        sentences.append(f"至此没有发生：{_listed([_told_no(word) for word in step.no])}")
    return "。".join(sentences) + "。"


def _told_deed(deed: Deed, labels: Labels) -> str:
    what = f"{deed.does}“{deed.task}”" if deed.task else f"办理“{deed.does}”"
    who = "系统" if deed.who == SYSTEM else deed.who
    answers = _told_answers(deed.answers, labels.get(plain(deed.does), {}))
    return f"{who}{what}{answers}{'，并签字' if deed.signed else ''}"


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
