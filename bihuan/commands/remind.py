"""Remind (催办): a complainant asks, once a day, that the case be got on with."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bihuan.commands import step
from bihuan.commands.complainants_notice import open_tasks, require_own_open_case, tell_desks
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import TaskNotOpen
from bihuan.domain.ids import CaseId
from bihuan.store import cases, tables
from bihuan.store.statement import at_most, compiled
from bihuan.store.tasks import count_reminder
from bihuan.store.unit_of_work import UnitOfWork

REMINDED = "reminded"
_event = tables.history_event
LAST = compiled(
    sa.select(_event.c.at)
    .where(_event.c.case_id == sa.bindparam("case_id", type_=tables.ID), _event.c.kind == REMINDED)
    .order_by(_event.c.no.desc())
    .limit(at_most(1))
)


@dataclass(frozen=True, slots=True)
class Reminded:
    """When the case was reminded of today; just now: who was told, by name, the platform first."""

    at: datetime
    told: tuple[str, ...] = ()

    @property
    def anew(self) -> bool:
        """Whether it was just now."""
        return bool(self.told)


def remind(work: UnitOfWork, case_id: CaseId) -> Reminded:
    """Remind the platform and every desk that has a step of the case.

    Once a day, by the date in Beijing: again, it changes nothing and says when it was. Raises NotAllowed (403) for
    everybody but the case's complainant, TaskNotOpen (409) when the case has ended or no officer has anything to do.
    """
    case = cases.lock(work, case_id)
    step.settle(work, case)
    require_own_open_case(work, case)
    if not (tasks := open_tasks(work, case)):
        raise TaskNotOpen(f"a step of {case.case_no}")
    last = work.one(LAST, case_id=case_id)
    if last is not None and last["at"].astimezone(BEIJING).date() == work.now.astimezone(BEIJING).date():
        return Reminded(last["at"])
    cases.record(work, case, REMINDED, {})
    count_reminder(work, case_id, at=work.now)
    words = ("诉求人催办", "诉求人在门户催办本件，请抓紧办理，按期答复。")
    told = tell_desks(work, case, tasks, REMINDED, *words)
    cases.write(work, case)
    return Reminded(work.now, told)
