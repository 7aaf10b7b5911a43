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
from bihuan.play.life import FORMS
from bihuan.play.strict import Strict

CLAIM, REVEAL = "签收", "查看企业身份"
"""Deeds that no diagram draws."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does what, with which answers. `task` names what is claimed."""

    who: str
    does: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    signed: bool = False
    task: str = ""
    at: datetime | None = None


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
    deed: Deed | None
    open: tuple[ExpectedTask, ...] | None
    buttons: tuple[str, ...] | None
    jobs: tuple[str, ...] | None
    sent: tuple[ExpectedNotice, ...] | None
    record: tuple[ExpectedEvent, ...] | None
    refused: str | None
    ended: str | None
    no: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One life of one request."""

    file: str
    id: str
    title: str
    rules: tuple[str, ...]
    now: datetime
    origin: str
    request: Mapping[str, Any]
    done: tuple[Deed, ...]
    steps: tuple[Step, ...]


def read_scenario(path: str, content: bytes) -> Scenario:
    """The scenario in a file's bytes. Raises BadInput naming the place, the fault and the cure."""
    try:
        table = Strict(path, "", tomllib.loads(content.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadInput(path, "", f"不是有效的 TOML（{fault}）", "按所指的行改正") from fault
    given = table.table("given")
    found = Scenario(
        path, table.text("id"), table.text("title"), table.texts("rules"), given.instant("now"),
        given.choice("origin", tuple(FORMS)), given.values("request"),
        tuple(_deed(one, one.maybe_instant("at")) for one in given.tables("done")),
        tuple(_step(one) for one in table.tables("step")),
    )  # fmt: skip
    table.close()
    given.close()
    _require_sense(found)
    return found


def _deed(one: Strict, at: datetime | None) -> Deed:
    found = Deed(one.text("who"), one.text("does"), one.values("with"), one.flag("signed"), one.maybe_text("task"), at)
    one.close()
    return found


def _step(one: Strict) -> Step:
    at, note = one.instant("at"), one.maybe_text("note")
    tasks, buttons, jobs = _tasks(one), one.maybe_texts("buttons"), one.maybe_texts("jobs")
    refused, ended, no = one.maybe_text("refused") or None, one.maybe_text("ended") or None, one.maybe_texts("no")
    step = Step(at, note, None, tasks, buttons, jobs, _notices(one), _events(one), refused, ended, no or ())
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
    if not scenario.steps:
        raise BadInput(file, "step", "没有步骤", "至少写一个 [[step]]")
    moments = [scenario.now, *(deed.at for deed in scenario.done if deed.at), *(step.at for step in scenario.steps)]
    for earlier, later in pairwise(moments):
        if later < earlier:
            place = later.astimezone(BEIJING).strftime("at %Y-%m-%d %H:%M")
            raise BadInput(file, place, "早于前一步", "按先后排列各步")
    for step in scenario.steps:
        for word in step.no:
            if word.partition(":")[0] not in ("task", "notice", "event") or not word.partition(":")[2]:
                raise BadInput(file, f"no {word}", "写法不对", "写作 task:名称、notice:名称 或 event:种类")
