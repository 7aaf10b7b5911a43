"""A scenario told in Chinese sentences, for people who do not read TOML."""

from collections.abc import Mapping
from typing import Any

from bihuan.play.checking import told
from bihuan.play.life import PROVINCE
from bihuan.play.naming import SYSTEM
from bihuan.play.scenario import Deed, ExpectedEvent, ExpectedNotice, ExpectedTask, Scenario, Step

_LAMPS = {"green": "绿灯", "amber": "黄灯", "red": "红灯"}
_ENDS = {"closed": "销号", "declined": "不予受理", "transferred": "移送", "withdrawn": "撤回"}
_REFUSALS = {
    "not-yours": "无权办理", "not-open": "已不在待办", "invalid-answers": "填写不合要求", "signature": "没有签字",
}  # fmt: skip


def told_scenario(scenario: Scenario) -> str:
    """Title, rules, and each step as one paragraph."""
    how = "省平台转来一件工单" if scenario.origin == PROVINCE else "企业在市门户提交一件诉求"
    lines = [
        f"【{scenario.title}】（{'、'.join(scenario.rules)}）",
        f"{told(scenario.now)}，{how}{_told_answers(scenario.request)}。",
    ]
    for deed in scenario.done:
        when = f"{told(deed.at)}，" if deed.at else ""
        lines.append(f"{when}{_told_deed(deed)}。")
    lines += [f"{number}. {_told_step(step)}" for number, step in enumerate(scenario.steps, start=1)]
    return "\n".join(lines)


def _told_step(step: Step) -> str:
    sentences = [f"{told(step.at)}，{_told_deed(step.deed) if step.deed else '到了这个时刻'}"]
    if step.refused:
        sentences.append(f"不予办理：{_REFUSALS.get(step.refused, f'不符合 {step.refused}')}，一切如前")
    if step.note:
        sentences[0] += f"（{step.note}）"
    if step.ended:
        sentences.append(f"工单结束：{_ENDS.get(step.ended, step.ended)}")
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
        sentences.append(f"至此没有发生：{_listed([word.partition(':')[2] for word in step.no])}")
    return "。".join(sentences) + "。"


def _told_deed(deed: Deed) -> str:
    what = f"{deed.does}“{deed.task}”" if deed.task else f"办理“{deed.does}”"
    who = "系统" if deed.who == SYSTEM else deed.who
    return f"{who}{what}{_told_answers(deed.answers)}{'，并签字' if deed.signed else ''}"


def _told_answers(answers: Mapping[str, Any]) -> str:
    if not answers:
        return ""
    return f"（{'，'.join(f'{name}：{_told_value(value)}' for name, value in answers.items())}）"


def _told_value(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _told_task(task: ExpectedTask) -> str:
    parts = [task.of]
    if task.due:
        parts.append(f"{told(task.due)} 前")
    if task.was:
        parts.append(f"原为 {told(task.was)}")
    if task.late:
        parts.append("已逾期")
    if task.lamp:
        parts.append(_LAMPS[task.lamp])
    return f"{task.task}（{'，'.join(parts)}）"


def _told_notice(notice: ExpectedNotice) -> str:
    says = f"，写明 {'、'.join(notice.says)}" if notice.says else ""
    return f"{notice.notice}（送{notice.to}{says}）"


def _told_event(event: ExpectedEvent) -> str:
    parts = [event.element, event.at and told(event.at), event.by]
    parts += [f"{name} 为 {_told_value(value)}" for name, value in event.has.items()]
    found = "，".join(str(part) for part in parts if part)
    return f"{event.event}（{found}）" if found else event.event


def _listed(parts: list[str]) -> str:
    return "；".join(parts) if parts else "无"
