"""What would follow if a task were handed in as filled in so far (预览): the step is worked out and kept nowhere.

For the person who may hand it in, before they do: who gets it next, which limits begin and how each is counted, who is
told what, and how the case would end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.barring import COMPLAINED_OF, known_to_the_procedure, with_named
from bihuan.domain.errors import InvalidAnswers, NotFound, Refused, TaskNotOpen
from bihuan.domain.ids import Key
from bihuan.engine import Complete, ExecutionFault, Fact, Step, advance
from bihuan.locality.deployments import calendar_of
from bihuan.locality.forms import Raw
from bihuan.locality.options import validated
from bihuan.locality.telling import Telling
from bihuan.queries.case_header import OpenedCase, open_case_file
from bihuan.queries.case_waits import DeadlineRow, deadline_row
from bihuan.queries.nearness import Gauge, Nearness
from bihuan.store import tables
from bihuan.store.messages import NOTICE
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader
from bihuan.store.vault import Vault

_task = tables.task
READ = compiled(
    sa.select(_task.c.case_id, _task.c.locality, _task.c.key, _task.c.form, _task.c.group_key, _task.c.state).where(
        _task.c.id == sa.bindparam("task_id", type_=tables.ID)
    )
)
SUGGESTED = "suggested_unit"
"""What a duty table (职责分工表) decides: the unit it proposes."""
STUCK = "按现有填写，流程无法继续，提交后将登记为系统异常。请核对填写内容，或联系流程负责人。"


@dataclass(frozen=True, slots=True)
class NextTask:
    """A step that would be opened."""

    step: str
    group: str
    clause: str
    nearness: Nearness


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that would be sent."""

    recipient: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would follow, or why nothing can be said yet."""

    lacking: Mapping[str, str] = field(default_factory=dict)
    """What is not filled in yet or cannot be taken: a sentence a field."""
    refusal: str = ""
    tasks: tuple[NextTask, ...] = ()
    deadlines: tuple[DeadlineRow, ...] = ()
    decided: tuple[str, ...] = ()
    """What decision tables would decide, in the locality's words: the class."""
    suggested: str = ""
    """The unit that the duty table (职责分工表) would propose then."""
    notices: tuple[Told, ...] = ()
    complained_of: tuple[str, ...] = ()
    """Units complained about that would have to handle it."""
    again: bool = False
    """It would lead straight back to this step."""
    exit: str | None = None
    """How the case would end."""


def foresee(reader: Reader, vault: Vault, actor: Officer, task_id: UUID, raw: Raw) -> Foreseen:
    """What handing this task in now would mean. Nothing is written.

    Raises NotFound for whoever may not hand it in, TaskNotOpen when it is over.
    """
    row = reader.one(READ, task_id=task_id)
    if row is None or not access.may_end(
        actor, [row["group_key"]], case_id=row["case_id"], locality=row["locality"]
    ):  # fmt: skip
        raise NotFound(f"Expected a task {task_id} of {actor.ref}'s groups, but there is none")
    if row["state"] != "open":
        raise TaskNotOpen(row["key"])
    case = open_case_file(reader, vault, actor, case_id=row["case_id"])
    try:
        given = validated(reader, case.deployment, row["form"], raw)
    except InvalidAnswers as fault:
        return Foreseen(lacking=fault.errors)
    named = with_named(case.row["complained_of"], str(given.control.get(COMPLAINED_OF) or ""))
    stimulus = Complete(Key.parse(row["key"]), known_to_the_procedure(given.control, named))
    calendar = calendar_of(reader, case.row["locality"], case.row["calendar_version"])
    try:
        step = advance(case.deployment.definition, case.row["state"], stimulus, reader.now, calendar=calendar)
    except Refused as fault:
        return Foreseen(refusal=fault.chinese)
    except ExecutionFault:
        return Foreseen(refusal=STUCK)
    gauge = Gauge.of(calendar, case.deployment.locality.settings, reader.now)
    barred = [*case.row["complained_of"], *filter(None, [given.control.get(COMPLAINED_OF)])]
    return replace(
        _foreseen(case, step, gauge), complained_of=tuple(_complained_of(case, step, barred)),
        again=step.opens_again(stimulus.key),
    )  # fmt: skip


def _foreseen(case: OpenedCase, step: Step, gauge: Gauge) -> Foreseen:
    return Foreseen(
        tasks=tuple(_tasks(case, step, gauge)), deadlines=tuple(_deadlines(case, step, gauge)),
        decided=tuple(_decided(case, step)), suggested=_suggested(case, step),
        notices=tuple(_notices(case, step)), exit=step.exit,
    )  # fmt: skip


def _tasks(case: OpenedCase, step: Step, gauge: Gauge) -> Iterator[NextTask]:
    for task in step.opened:
        group = "、".join(map(case.deployment.locality.group_name, task.groups))
        yield NextTask(task.name, group, task.clause, gauge.nearness(task.due_at))


def _complained_of(case: OpenedCase, step: Step, units: Sequence[str]) -> list[str]:
    """Of these units, by name, those on whose desk a task would be opened."""
    asked = dict.fromkeys(group.partition(":")[0] for task in step.opened for group in task.groups)
    return [case.deployment.locality.unit_name(unit) for unit in asked if unit in units]


def _deadlines(case: OpenedCase, step: Step, gauge: Gauge) -> Iterator[DeadlineRow]:
    """The limits that would begin and still run, the earliest first."""
    running = {deadline.key for deadline in step.waits.deadlines}
    found = [fact for fact in step.facts if fact.kind == "deadline_set" and fact.key in running]
    for fact in sorted(found, key=lambda one: str(one.detail["due_at"])):
        yield deadline_row(_as_row(fact), case, gauge)


def _as_row(fact: Fact) -> dict[str, Any]:
    detail, due_at = fact.detail, datetime.fromisoformat(fact.detail["due_at"])
    return {
        "key": str(fact.key), "name": detail["name"], "clause": detail["clause"], "rule": detail["rule"],
        "anchor": detail["anchor"], "due_at": due_at, "original_due_at": due_at,
        "anchor_at": datetime.fromisoformat(detail["anchor_at"]) if detail["anchor_at"] else None,
        "provisional": detail["provisional"], "internal": detail["internal"], "on_key": detail["on"],
        "receipt": detail["receipt"], "state": "running", "passed_at": None, "ended_at": None, "finished_at": None,
    }  # fmt: skip


def _decided(case: OpenedCase, step: Step) -> Iterator[str]:
    named = case.deployment.locality.settings.decided
    for fact in step.facts:
        if fact.kind == "decision_made":
            for name, value in fact.detail["outputs"].items():
                if words := named.get(name, {}).get(str(value)):
                    yield words


def _suggested(case: OpenedCase, step: Step) -> str:
    outputs = (fact.detail["outputs"] for fact in step.facts if fact.kind == "decision_made")
    units = [str(found[SUGGESTED]) for found in outputs if found.get(SUGGESTED)]
    return case.deployment.locality.unit_name(units[-1]) if units else ""


def _notices(case: OpenedCase, step: Step) -> Iterator[Told]:
    unit = step.waits.control.get("handling_unit") or case.row["handling_unit"]
    telling = Telling(case.deployment, step.waits, case_no=case.row["case_no"], handling_unit=unit)
    for fact in step.facts:
        telling.hear(fact)
        if fact.kind == "message_thrown" and fact.detail["name"] == NOTICE:
            recipient = case.deployment.locality.group_name(fact.detail["payload"]["to"])
            yield Told(recipient, *telling.words(fact))
