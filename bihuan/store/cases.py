"""The case row of a deed: locked first, changed in memory, written once at the end; and the history it grows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bihuan.domain import events
from bihuan.domain.errors import NotFound
from bihuan.domain.ids import CaseId
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

_case, _locality, _task, _job = tables.case_file, tables.locality, tables.task, tables.job


@dataclass(slots=True)
class LockedCase:
    """One case, locked for this deed. Only this deed changes it, so its history stays gapless."""

    id: CaseId
    locality: str
    case_no: str
    deployment: str
    process: str
    origin: str
    category: str
    handling_unit: str | None
    complained_of: list[str]
    """Units complained about, the last named last: none of them ever learns who complained."""
    involved: list[str]
    state: bytes
    events: int
    head: bytes
    next_due_at: datetime | None
    dispatched_at: datetime | None
    ended_at: datetime | None
    exit: str | None
    handed_on: int
    """How often its handling unit was changed for another."""
    calendar_version: int
    row: Row | None = None
    """The row to be inserted, when this deed opens the case."""
    recorded_by: tuple[str, str | None] | None = None
    """Whose the last event of this deed is: actor, and for whom."""


_READ = [
    _case.c.id, _case.c.locality, _case.c.case_no, _case.c.deployment, _case.c.process, _case.c.origin,
    _case.c.category, _case.c.handling_unit, _case.c.complained_of, _case.c.involved, _case.c.state,
    _case.c.events, _case.c.head, _case.c.next_due_at, _case.c.dispatched_at, _case.c.ended_at, _case.c.exit,
    _case.c.handed_on, _locality.c.calendar_version,
]  # fmt: skip

CHANGING = (
    "handling_unit", "complained_of", "involved", "state", "events", "head", "next_due_at", "dispatched_at", "ended_at",
    "exit", "handed_on",
)  # fmt: skip

_LOCKING = (
    sa.select(*_READ).join(_locality, _locality.c.id == _case.c.locality).with_for_update(of=_case)
)  # fmt: skip
LOCK = compiled(_LOCKING.where(_case.c.id == sa.bindparam("case_id", type_=tables.ID)))
LOCK_OF_TASK = compiled(
    _LOCKING.where(
        _case.c.id
        == sa.select(_task.c.case_id).where(_task.c.id == sa.bindparam("task_id", type_=tables.ID)).scalar_subquery()
    )
)
LOCK_OF_JOB = compiled(
    _LOCKING.where(
        _case.c.id
        == sa.select(_job.c.case_id).where(_job.c.id == sa.bindparam("job_id", type_=tables.ID)).scalar_subquery()
    )
)
WRITE = compiled(
    sa.update(_case)
    .where(_case.c.id == sa.bindparam("case_id", type_=tables.ID))
    .values({name: sa.bindparam(f"new_{name}", type_=_case.c[name].type) for name in CHANGING})
)


def lock(work: UnitOfWork, case_id: CaseId) -> LockedCase:
    """Lock the case until the deed ends. Raises NotFound."""
    case = work.one_as(LockedCase, LOCK, case_id=case_id)
    if case is None:
        raise NotFound(f"Expected a case {case_id}, but there is none")
    return case


def write(work: UnitOfWork, case: LockedCase) -> None:
    """Keep what this deed changed in the case row; said again, the last holds."""
    changed = {name: getattr(case, name) for name in CHANGING}
    if case.row is not None:
        case.row.update(changed)
    else:
        work.do_last(case.id, WRITE, case_id=case.id, **{f"new_{name}": value for name, value in changed.items()})


def record(
    work: UnitOfWork,
    case: LockedCase,
    kind: str,
    detail: Mapping[str, Any],
    *,
    key: str | None = None,
    at: datetime | None = None,
    actor: str | None = None,
) -> None:
    """Append one event to the case's history, chained to the last; `at` is when it happened if not now."""
    event = events.chain(
        case.id, case.events + 1, kind, actor=actor or work.actor.ref, acting_for=work.actor.acting_for,
        at=at or work.now, recorded_at=work.now, deployment=case.deployment, key=key, detail=detail,
        previous=case.head,
    )  # fmt: skip
    by = (event.actor, event.acting_for)
    actor_said, acting_said = by if by != case.recorded_by else (None, None)  # as the event before
    work.add(
        tables.history_event,
        {
            "case_id": event.case_id, "no": event.no, "kind": event.kind, "actor": actor_said,
            "acting_for": acting_said, "at": event.at, "recorded_at": event.recorded_at,
            "deployment": bytes.fromhex(event.deployment) if event.no == 1 else None,  # a case stays on its version
            "key": event.key, "payload": event.payload, "hash": event.hash,
        },
    )  # fmt: skip
    case.events, case.head, case.recorded_by = event.no, event.hash, by
