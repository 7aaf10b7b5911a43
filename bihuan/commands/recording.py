"""Writes down what a step says happened: one history event a fact, and the rows of tasks, deadlines, jobs, notices and
messages.

Called by `step` alone. It decides nothing: every row follows from a fact.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from bihuan.commands.barring import bar
from bihuan.domain.errors import CaseFaulted
from bihuan.domain.ids import Key, new_id
from bihuan.engine import Fact, Step
from bihuan.engine.applications import deciding
from bihuan.locality.deployments import Deployment
from bihuan.locality.part import part_of
from bihuan.locality.telling import Telling
from bihuan.store import cases, drafts, tables
from bihuan.store.cases import LockedCase
from bihuan.store.messages import CARRY, LOOK, NOTICE, awaited, message
from bihuan.store.notices import write_notice
from bihuan.store.statement import Statement, compiled
from bihuan.store.tasks import count_reminder
from bihuan.store.unit_of_work import UnitOfWork

_task, _deadline, _job = tables.task, tables.deadline, tables.job
_PLACE = (sa.bindparam("in_case", type_=tables.ID), sa.bindparam("at_key", type_=sa.Text))


ENDED = frozenset({"task_cancelled", "button_pressed", "button_disarmed"})
"""Facts by which a wait for a person is over, and with it whatever somebody was still writing for it. A task that is
completed takes its drafts along itself.
"""


def _at(table: sa.Table, **values: Any) -> Statement:
    """UPDATE of the row with this key in this case."""
    chosen = sa.update(table).where(table.c.case_id == _PLACE[0], table.c.key == _PLACE[1])
    return compiled(chosen.values(values))


_NOW, _NEW = sa.bindparam("now", type_=tables.INSTANT), sa.bindparam("new", type_=tables.INSTANT)
CANCEL_TASK = _at(_task, state="cancelled", ended_at=_NOW)
PASS_DEADLINE = _at(_deadline, state="passed", passed_at=_NOW, taken_until=None)
END_DEADLINE = _at(_deadline, state="ended", ended_at=_NOW)
MOVE_DEADLINE = _at(_deadline, state="running", due_at=_NEW, passed_at=None, taken_until=None)
COUNT_ANEW = _at(
    _deadline, receipt=sa.bindparam("receipt", type_=JSONB), provisional=sa.bindparam("provisional"),
    anchor_at=sa.bindparam("anchor", type_=tables.INSTANT),
)  # fmt: skip
GOVERN_TASK = _at(_task, deadline_key=sa.bindparam("governing"), due_at=_NEW)
END_JOB = _at(_job, state=sa.bindparam("new_state"), ended_at=_NOW, taken_until=None)
END_AWAITED = _at(awaited, state="ended", ended_at=_NOW)
MOVE_TASKS = compiled(
    sa.update(_task)
    .where(_task.c.case_id == _PLACE[0], _task.c.deadline_key == _PLACE[1], _task.c.state == "open")
    .values(due_at=_NEW)
)


def record_step(work: UnitOfWork, case: LockedCase, deployment: Deployment, step: Step, *, actor: str) -> None:
    """All that the step's facts mean for the case's rows and history, in the name of `actor`."""
    handling_unit = step.waits.control.get("handling_unit") or case.handling_unit
    if case.handling_unit not in (None, handling_unit):
        case.handed_on += 1
    case.handling_unit = handling_unit
    bar(work, case, step.waits.control)  # a table, a message or a call may have named it
    recording = _Recording(work, case, deployment, step)
    for fact in step.facts:
        key = str(fact.key) if fact.key else None
        cases.record(work, case, fact.kind, fact.detail, key=key, at=fact.at, actor=actor)
        recording.write(fact)
    if any(fact.kind == "deadline_moved" and fact.detail.get("why") for fact in step.facts):
        recording.govern(step)
    if ended := [str(fact.key) for fact in step.facts if fact.kind in ENDED]:
        drafts.forget(work, case.id, ended)
    case.state = step.state
    case.next_due_at = min((deadline.due_at for deadline in step.waits.deadlines), default=None)
    case.dispatched_at = step.waits.milestones.get("dispatched", case.dispatched_at)
    if step.ended:
        case.exit, case.ended_at = step.exit or "closed", step.facts[-1].at
    cases.write(work, case)


class _Recording:
    """The rows of one step."""

    def __init__(self, work: UnitOfWork, case: LockedCase, deployment: Deployment, step: Step) -> None:
        self._work, self._case, self._deployment = work, case, deployment
        self._due = {str(task.key): task.due_at for task in step.waits.tasks}
        self._milestones = step.waits.milestones
        self._missed = False
        """Whether a limit was missed in this step: what a unit is told then is a reminder (催办)."""
        self._telling = Telling(deployment, step.waits, case_no=case.case_no, handling_unit=case.handling_unit)

    def write(self, fact: Fact) -> None:
        """The rows that this fact means."""
        self._telling.hear(fact)
        match fact.kind:
            case "task_opened":
                self._open_task(fact)
            case "task_cancelled":
                self._do(CANCEL_TASK, fact, now=fact.at)
            case "deadline_set":
                self._set_deadline(fact)
            case "deadline_passed":
                self._missed = True
                self._do(PASS_DEADLINE, fact, now=self._work.now)
            case "deadline_ended":
                self._do(END_DEADLINE, fact, now=fact.at)
            case "deadline_moved":
                self._do(MOVE_DEADLINE, fact, new=_instant(fact.detail["new"]))
                self._do(MOVE_TASKS, fact, new=_instant(fact.detail["new"]))
                if fact.detail.get("why"):
                    self._count_anew(fact)
            case "deadline_confirmed":
                self._count_anew(fact)
            case "job_requested":
                self._request_job(fact, fact.detail["topic"])
            case "job_done":
                self._do(END_JOB, fact, now=fact.at, new_state="done")
            case "job_cancelled":
                self._do(END_JOB, fact, now=fact.at, new_state="cancelled")
            case _:
                self._write_message(fact)

    def _write_message(self, fact: Fact) -> None:
        match fact.kind:
            case "message_thrown" if fact.detail["name"] == NOTICE:
                self._write_notice(fact)
            case "message_thrown" if fact.detail["correlation_key"] is not None:
                self._throw(fact)
            case "message_awaited":
                self._await(fact)
            case "message_received" | "message_dismissed":
                self._do(END_AWAITED, fact, now=fact.at)
            case _:
                pass

    def govern(self, step: Step) -> None:
        """A calendar may bring another of its limits forward: each open task has the one that governs it now."""
        for task in step.waits.tasks:
            governing = str(task.deadline) if task.deadline else None
            self._work.do(
                GOVERN_TASK, in_case=self._case.id, at_key=str(task.key), governing=governing, new=task.due_at
            )

    def _count_anew(self, fact: Fact) -> None:
        receipt = tables.as_json(fact.detail["receipt"]) if fact.detail["receipt"] else None
        anchor = _instant(fact.detail["anchor_at"])
        self._do(COUNT_ANEW, fact, receipt=receipt, provisional=fact.detail["provisional"], anchor=anchor)

    def _do(self, statement: Statement, fact: Fact, **values: Any) -> None:
        self._work.do(statement, in_case=self._case.id, at_key=str(fact.key), **values)

    def _open_task(self, fact: Fact) -> None:
        key, detail, case = str(fact.key), fact.detail, self._case
        group = self._one_group(fact, detail["groups"])
        due_at = self._due.get(key)
        if (unit := group.partition(":")[0]) not in case.involved:
            case.involved = [*case.involved, unit]
        part = part_of(
            self._deployment.locality, Key.parse(key), group, handling_unit=case.handling_unit,
            milestones=self._milestones,
        )  # fmt: skip
        self._work.add(
            _task,
            {
                "id": new_id(self._work.now), "case_id": case.id, "locality": case.locality, "key": key,
                "name": detail["name"], "form": detail["form"], "group_key": group, "clause": detail["clause"] or None,
                "signature": bool(detail["signature"]), "opened_at": fact.at, "deadline_key": detail["deadline"],
                "due_at": due_at, "original_due_at": due_at, "part": part,
                "extends": tuple(key.split("/")[:2]) in deciding(self._deployment.definition),
            },
        )  # fmt: skip

    def _one_group(self, fact: Fact, groups: list[str]) -> str:
        # One desk answers for a task: the inbox, its counts and its limits hang on it.
        if len(groups) != 1:
            raise CaseFaulted(self._case.id, f"task {fact.key} needs exactly one group, not {list(groups)}")
        return groups[0]

    def _set_deadline(self, fact: Fact) -> None:
        detail, due_at = fact.detail, _instant(fact.detail["due_at"])
        self._work.add(
            _deadline,
            {
                "case_id": self._case.id, "key": str(fact.key), "locality": self._case.locality,
                "name": detail["name"], "clause": detail["clause"] or None, "rule": detail["rule"],
                "anchor": detail["anchor"], "anchor_at": _instant(detail["anchor_at"]), "due_at": due_at,
                "original_due_at": due_at, "provisional": detail["provisional"], "internal": detail["internal"],
                "on_key": detail["on"], "receipt": tables.as_json(detail["receipt"]), "set_at": fact.at,
            },
        )  # fmt: skip

    def _request_job(self, fact: Fact, topic: str) -> None:
        self._work.add(
            _job,
            {
                "id": new_id(self._work.now), "case_id": self._case.id, "key": str(fact.key),
                "topic": topic, "due_at": self._work.now,
            },
        )  # fmt: skip
        self._work.wake_bell()

    def _throw(self, fact: Fact) -> None:
        row = {**self._meant(fact), "payload": tables.as_json(fact.detail["payload"]), "thrown_at": fact.at}
        self._work.add(message, row)
        self._request_job(fact, CARRY)

    def _await(self, fact: Fact) -> None:
        self._work.add(awaited, {**self._meant(fact), "since_at": fact.at})
        # It may have been thrown before; and a message thrown at this moment does not see us, nor we it, until both
        # are committed.
        self._request_job(fact, LOOK)

    def _meant(self, fact: Fact) -> dict[str, Any]:
        """Whose message it is, and whom it is meant for."""
        return {
            "case_id": self._case.id, "key": str(fact.key), "locality": self._case.locality,
            "name": fact.detail["name"], "correlation_key": fact.detail["correlation_key"],
        }  # fmt: skip

    def _write_notice(self, fact: Fact) -> None:
        payload: Mapping[str, Any] = fact.detail["payload"]
        subject, body = self._telling.words(fact)
        write_notice(
            self._work, self._case, payload["template"], to=payload["to"], subject=subject, body=body,
            clause=fact.detail["clause"] or None, at=fact.at,
        )  # fmt: skip
        if self._missed:
            count_reminder(self._work, self._case.id, unit=str(payload["to"]).partition(":")[0], at=fact.at)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
