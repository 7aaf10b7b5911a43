"""A scenario (情景) as its file says it: read strictly, so that a misspelt word is a fault and never an empty promise.

The format is described in docs/scenarios.md, for process owners.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import BadInput
from bihuan.locality.tables import not_toml
from bihuan.play.expected_report import ExpectedReport, expected_report
from bihuan.play.life import FORMS
from bihuan.play.strict import Strict

MAIN = ""
"""The name of a scenario's main case, which is the one meant when no other is named."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a case of a scenario begins. The main one has no name; without a process it is of the main procedure."""

    at: datetime
    answers: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""
    """Where a request comes from; empty for other procedures."""
    process: str = ""
    who: str = ""
    """The desk that opens it (开办); empty when the calendar does, or when it is a request."""
    name: str = MAIN
    refused: str = ""
    """The code of the error by which it is refused, so that there is no such case; empty when it is opened."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does what, with which answers, in which case. `task` names what is claimed."""

    who: str
    does: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    signed: bool = False
    task: str = ""
    at: datetime | None = None
    case: str = MAIN


@dataclass(frozen=True, slots=True)
class ExpectedTask:
    """An open task: its name, whose it is, and of its limit what the scenario cares about."""

    task: str
    of: str
    due: datetime | None = None
    was: datetime | None = None
    late: bool = False
    lamp: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedNotice:
    """A notice sent: the event's name, to whom, and texts it contains."""

    notice: str
    to: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectedEvent:
    """A history event: its kind and of the rest what the scenario cares about."""

    event: str
    element: str | None = None
    at: datetime | None = None
    by: str | None = None
    has: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """What happens at an instant, and what is then true. None: the scenario does not look."""

    at: datetime
    note: str
    case: str
    """The name of the case that the deed and everything expected is about."""
    deed: Deed | None
    open: tuple[ExpectedTask, ...] | None
    buttons: tuple[str, ...] | None
    jobs: tuple[str, ...] | None
    sent: tuple[ExpectedNotice, ...] | None
    record: tuple[ExpectedEvent, ...] | None
    refused: str | None
    ended: str | None
    no: tuple[str, ...]
    report: ExpectedReport | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One life of one case, or of several that have to do with each other."""

    file: str
    id: str
    title: str
    rules: tuple[str, ...]
    opening: Opening
    also: tuple[Opening, ...]
    """Further cases, the earliest opened first."""
    done: tuple[Deed, ...]
    steps: tuple[Step, ...]

    @property
    def now(self) -> datetime:
        """The instant at which it begins."""
        return self.opening.at


def read_scenario(path: str, content: bytes) -> Scenario:
    """The scenario in a file's bytes. Raises BadInput naming the place, the fault and the cure."""
    try:
        table = Strict(path, "", tomllib.loads(content.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        raise BadInput(path, "", not_toml(fault), "按所指的行改正") from fault
    given = table.table("given")
    also = (one.closing(_opening(one, one.instant("at"), one.text("name"))) for one in table.tables("also"))
    found = Scenario(
        path, table.text("id"), table.text("title"), table.texts("rules"), _opening(given, given.instant("now"), MAIN),
        tuple(sorted(also, key=lambda opening: opening.at)),
        tuple(_deed(one, one.maybe_instant("at")) for one in given.tables("done")),
        tuple(_step(one) for one in table.tables("step")),
    )  # fmt: skip
    table.close()
    given.close()
    _require_sense(found)
    return found


def _opening(one: Strict, at: datetime, name: str) -> Opening:
    process, who = one.maybe_text("process"), one.maybe_text("who")
    origin = one.maybe_choice("origin", tuple(FORMS)) or ""
    if origin and who:
        one.fault("origin 和 who 不能同时写", "诉求写 origin；由单位开办的事项写 process 和 who")
    if not (origin or process):
        one.fault("缺少 origin", f"诉求写 origin（{'、'.join(FORMS)}）；其他事项写 process")
    return Opening(at, one.values("request"), origin, process, who, name, one.maybe_text("refused"))


def _deed(one: Strict, at: datetime | None) -> Deed:
    found = Deed(
        one.text("who"), one.text("does"), one.values("with"), one.flag("signed"), one.maybe_text("task"), at,
        one.maybe_text("case"),
    )  # fmt: skip
    one.close()
    return found


def _step(one: Strict) -> Step:
    at, note = one.instant("at"), one.maybe_text("note")
    tasks, buttons, jobs = _tasks(one), one.maybe_texts("buttons"), one.maybe_texts("jobs")
    refused, ended, no = one.maybe_text("refused") or None, one.maybe_text("ended") or None, one.maybe_texts("no")
    step = Step(
        at,
        note,
        one.maybe_text("case"),
        None,
        tasks,
        buttons,
        jobs,
        _notices(one),
        _events(one),
        refused,
        ended,
        no or (),
        expected_report(one),
    )
    if one.has("who") or one.has("does"):
        step = replace(step, deed=_deed(one, at))
    one.close()
    if tasks is None and not refused and not ended:
        one.fault("缺少 open", "写明此时应有的全部待办，没有就写 open = []")
    if refused and step.deed is None:
        one.fault("refused 没有对应的办理", "写明 who 和 does")
    return step


def _tasks(one: Strict) -> tuple[ExpectedTask, ...] | None:
    found = one.maybe_tables("open")
    if found is None:
        return None
    return tuple(
        task.closing(
            ExpectedTask(
                task.text("task"), task.text("of"), task.maybe_instant("due"), task.maybe_instant("was"),
                task.flag("late"), task.maybe_choice("lamp", ("green", "amber", "red")),
            )
        )
        for task in found
    )  # fmt: skip


def _notices(one: Strict) -> tuple[ExpectedNotice, ...] | None:
    found = one.maybe_tables("sent")
    if found is None:
        return None
    return tuple(
        notice.closing(ExpectedNotice(notice.text("notice"), notice.text("to"), notice.maybe_texts("says") or ()))
        for notice in found
    )


def _events(one: Strict) -> tuple[ExpectedEvent, ...] | None:
    found = one.maybe_tables("record")
    if found is None:
        return None
    return tuple(
        event.closing(
            ExpectedEvent(
                event.text("event"), event.maybe_text("element") or None, event.maybe_instant("at"),
                event.maybe_text("by") or None, event.values("has"),
            )
        )
        for event in found
    )  # fmt: skip


def _require_sense(scenario: Scenario) -> None:
    file = scenario.file
    if scenario.id != file.rsplit("/", 1)[-1].removesuffix(".toml"):
        raise BadInput(file, "id", f"{scenario.id} 与文件名不同", "改为文件名（不含 .toml）")
    if not scenario.steps and not scenario.opening.refused:
        raise BadInput(file, "step", "没有步骤", "至少写一个 [[step]]")
    _require_names(scenario)
    moments = [scenario.now, *(deed.at for deed in scenario.done if deed.at), *(step.at for step in scenario.steps)]
    for earlier, later in pairwise(moments):
        if later < earlier:
            place = later.astimezone(BEIJING).strftime("at %Y-%m-%d %H:%M")
            raise BadInput(file, place, "早于前一步", "按先后排列各步")
    for step in scenario.steps:
        for word in step.no:
            if word.partition(":")[0] not in ("task", "notice", "event") or not word.partition(":")[2]:
                raise BadInput(file, f"no {word}", "写法不对", "写作 task:名称、notice:名称 或 event:种类")


def _require_names(scenario: Scenario) -> None:
    """Further cases have names of their own, and begin no earlier than the main one; no other names are spoken of."""
    names = [opening.name for opening in scenario.also]
    if len(set(names)) < len(names):
        raise BadInput(scenario.file, "also", "两件工单同名", "各起各的名称")
    if any(opening.at < scenario.now for opening in scenario.also):
        raise BadInput(scenario.file, "also", "早于 now", "now 写最早的时刻")
    for case in (*(deed.case for deed in scenario.done), *(step.case for step in scenario.steps)):
        if case not in (MAIN, *names):
            known = f"可用：{'、'.join(names)}；主件不写 case" if names else "只有一件工单时不写 case"
            raise BadInput(scenario.file, f"case {case}", "没有这件工单", known)
        if any(case == opening.name and opening.refused for opening in (scenario.opening, *scenario.also)):
            raise BadInput(scenario.file, f"case {case}", "没有办成，不会有这件工单", "去掉这一步，或去掉 refused")
