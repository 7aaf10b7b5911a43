"""What a step of a scenario promises, compared with what there is to see: each promise whole, nothing left over."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bihuan.domain.clock import BEIJING
from bihuan.domain.events import Event
from bihuan.locality.rulebook import is_rule
from bihuan.locality.rules.examples import plain
from bihuan.play.scenario import ExpectedEvent, ExpectedNotice, ExpectedTask, Step
from bihuan.play.sight import OpenTask, SentNotice, Sight
from bihuan.play.strict import beijing_instant

Wanted = TypeVar("Wanted")
Seen = TypeVar("Seen")


class Difference(Exception):
    """The first thing that is not as the scenario says: what, what it should be, and what it is."""

    def __init__(self, what: str, expected: str, got: str) -> None:
        super().__init__(f"{what}：应为 {expected}，实为 {got}")
        self.what, self.expected, self.got = what, expected, got


class Telling(Protocol):
    """Who can say what an event is about: an onlooker of a life played, or the life rehearsed itself."""

    def element(self, event: Event) -> str:
        """The name of what it is about."""

    def by(self, event: Event) -> str:
        """Who did it, as a scenario writes it."""


def check(step: Step, sight: Sight, onlooker: Telling) -> None:
    """Raise Difference at the first promise of the step that does not hold."""
    _ended(step, sight)
    if step.open is not None:
        _whole("待办", step.open, sight.tasks, _is_task, _told_wanted_task, told_task)
    if step.buttons is not None:
        _whole("按钮", step.buttons, sight.buttons, lambda name, seen: plain(name) == seen, str, str)
    if step.jobs is not None:
        _whole("服务任务", step.jobs, sight.jobs, lambda name, seen: plain(name) == seen, str, str)
    if step.sent is not None:
        _whole("通知", step.sent, sight.fresh_sent, _is_notice, _told_wanted_notice, _told_notice)
    if step.record is not None:
        _record(step.record, sight, onlooker)
    _nothing_of(step, sight, onlooker)


def _ended(step: Step, sight: Sight) -> None:
    wanted, seen = step.ended or "未结束", sight.exit or "未结束"
    if wanted != seen:
        raise Difference("结束", wanted, seen)
    if step.ended and (sight.running or sight.tasks):
        raise Difference("结束", "不再有任何待办和时限", f"还有 {sight.running} 项")


def _whole(
    what: str, wanted: Sequence[Wanted], seen: Sequence[Seen], fits: Callable[[Wanted, Seen], bool],
    tell_wanted: Callable[[Wanted], str], tell_seen: Callable[[Seen], str],
) -> None:  # fmt: skip
    """Each wanted one is there, and no other."""
    left = list(seen)
    for one in wanted:
        found = next((place for place, other in enumerate(left) if fits(one, other)), None)
        if found is None or len(wanted) != len(seen):
            raise Difference(what, _listed([tell_wanted(w) for w in wanted]), _listed([tell_seen(s) for s in seen]))
        del left[found]
    if left:
        raise Difference(what, _listed([tell_wanted(w) for w in wanted]), _listed([tell_seen(s) for s in seen]))


def _is_task(wanted: ExpectedTask, seen: OpenTask) -> bool:
    return (
        plain(wanted.task) == seen.task
        and wanted.of == seen.of
        and wanted.due in (None, seen.due)
        and wanted.was == seen.was
        and wanted.late == seen.late
        and wanted.lamp in (None, seen.lamp)
    )


def _is_notice(wanted: ExpectedNotice, seen: SentNotice) -> bool:
    return (
        plain(wanted.notice) == seen.notice
        and wanted.to == seen.to
        and all(words in (seen.cites if is_rule(words) else seen.text) for words in wanted.says)
    )


def _record(wanted: Sequence[ExpectedEvent], sight: Sight, onlooker: Telling) -> None:
    """The wanted events happened in this order, others in between."""
    left = iter(sight.fresh)
    for one in wanted:
        if not any(_is_event(one, event, onlooker) for event in left):
            same = [event for event in sight.fresh if event.kind == one.event]
            seen = _listed([_told_event(event, onlooker) for event in same])
            raise Difference("流转记录", _told_wanted_event(one), f"此步中（按次序）没有；同类的有 {seen}")


def _is_event(wanted: ExpectedEvent, event: Event, onlooker: Telling) -> bool:
    return (
        wanted.event == event.kind
        and (wanted.element is None or plain(wanted.element) == onlooker.element(event))
        and wanted.at in (None, event.at)
        and (wanted.by is None or wanted.by == onlooker.by(event))
        and _holds(wanted.has, event.detail)
    )


def _holds(wanted: Any, seen: Any) -> bool:
    """Whether what was seen contains what is wanted: tables by their words, a list of wanted ones each somewhere."""
    if isinstance(wanted, Mapping):
        return isinstance(seen, Mapping) and all(
            name in seen and _holds(value, seen[name]) for name, value in wanted.items()
        )
    if isinstance(seen, list):
        several = wanted if isinstance(wanted, list) else [wanted]
        return all(any(_holds(one, other) for other in seen) for one in several)
    return bool(wanted == seen) or _same_instant(wanted, seen)


def _same_instant(wanted: Any, seen: Any) -> bool:
    """Whether Beijing time as people write it is the instant that history keeps."""
    if not isinstance(wanted, str) or not isinstance(seen, str):
        return False
    try:
        return beijing_instant(wanted) == datetime.fromisoformat(seen)
    except (ValueError, TypeError):
        return False


def _nothing_of(step: Step, sight: Sight, onlooker: Telling) -> None:
    happened = {f"event:{event.kind}" for event in sight.events}
    happened |= {f"task:{onlooker.element(event)}" for event in sight.events if event.kind == "task_opened"}
    happened |= {f"notice:{sent.notice}" for sent in sight.sent}
    for word in step.no:
        if plain(word) in happened:
            raise Difference("不应发生", f"至此没有 {word}", "发生过")


def _listed(told: list[str]) -> str:
    return "；".join(told) if told else "无"


def told(moment: datetime) -> str:
    """An instant as scenarios write it."""
    found = moment.astimezone(BEIJING)
    return found.strftime("%Y-%m-%d %H:%M:%S" if found.second else "%Y-%m-%d %H:%M")


def told_task(task: OpenTask) -> str:
    """An open task in words."""
    parts = [task.of, f"时限 {told(task.due)}" if task.due else "无时限"]
    if task.was:
        parts.append(f"原时限 {told(task.was)}")
    if task.late:
        parts.append("已逾期")
    if task.lamp:
        parts.append(f"{task.lamp} 灯")
    return f"{task.task}（{'，'.join(parts)}）"


def _told_wanted_task(task: ExpectedTask) -> str:
    parts = [task.of]
    if task.due:
        parts.append(f"时限 {told(task.due)}")
    if task.was:
        parts.append(f"原时限 {told(task.was)}")
    parts.append("已逾期" if task.late else "未逾期")
    if task.lamp:
        parts.append(f"{task.lamp} 灯")
    return f"{task.task}（{'，'.join(parts)}）"


def _told_wanted_notice(notice: ExpectedNotice) -> str:
    says = f"，含 {'、'.join(notice.says)}" if notice.says else ""
    return f"{notice.notice}（送{notice.to}{says}）"


def _told_notice(notice: SentNotice) -> str:
    return f"{notice.notice}（送{notice.to}：{notice.text}）"


def _told_wanted_event(event: ExpectedEvent) -> str:
    parts = [event.element, event.at and told(event.at), event.by, event.has and str(dict(event.has))]
    return f"{event.event}（{'，'.join(str(part) for part in parts if part)}）"


def _told_event(event: Event, onlooker: Telling) -> str:
    parts = [onlooker.element(event), told(event.at), event.payload]
    return f"{event.kind}（{'，'.join(part for part in parts if part)}）"
