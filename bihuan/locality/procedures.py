"""A locality's procedures (事项流程): the processes that no other calls, and how a case of each begins.

The main one begins with a request. Of the others each is opened by a desk, where the start event is a message with an
`audience` and a `form`, or by the calendar, where it is a date.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.errors import NotFound
from bihuan.domain.workdays import month, quarter
from bihuan.engine import ElementInfo, ProcessInfo
from bihuan.locality.deployments import Deployment


@dataclass(frozen=True, slots=True)
class Procedure:
    """One of them, as its process owner drew it."""

    id: str
    name: str
    about: str
    """What it is for: the documentation of the process, else that of its start event."""
    clause: str
    main: bool
    start: str
    """The start event's id."""
    opens: str
    """What opening a case of it is called: the start event's name."""
    audience: tuple[str, ...] = ()
    """Group keys of the desks that open it (开办)."""
    form: str | None = None
    timer: str | None = None
    """When the calendar opens it: `monthly(…)` or `quarterly(…)`."""

    def period_at(self, instant: datetime) -> str:
        """The period that the calendar opens at an instant: 2026-11, 2026Q4."""
        return quarter(instant) if (self.timer or "").startswith("quarterly") else month(instant)

    def subject_of(self, period: str) -> str:
        """What the case of a period is called: 月度通报 2026年11月."""
        year, quarterly, number = period.partition("Q")
        if quarterly:
            return f"{self.name} {year}年第{number}季度"
        year, _, number = period.partition("-")
        return f"{self.name} {year}年{int(number)}月"


def procedures_of(deployment: Deployment) -> Iterator[Procedure]:
    """Every procedure of a deployment: the main one first, the others by their names."""
    processes = [one for one in deployment.definition.processes.values() if not one.called_by]
    main = deployment.locality.settings.process
    for process in sorted(processes, key=lambda one: (one.id != main, one.name, one.id)):
        yield _procedure(deployment, process)


def procedure_of(deployment: Deployment, process: str) -> Procedure:
    """The procedure with this process id. Raises NotFound, also for a process that another one calls."""
    found = deployment.definition.processes.get(process)
    if found is None or found.called_by:
        raise NotFound(f"Expected a procedure {process} of {deployment.locality.id}, but there is none")
    return _procedure(deployment, found)


def _procedure(deployment: Deployment, process: ProcessInfo) -> Procedure:
    start = deployment.definition.element(process.id, process.start)
    return Procedure(
        process.id, process.name, process.documentation or start.documentation, start.clause,
        process.id == deployment.locality.settings.process, start.id, start.name,
        _desks(start), start.form, start.timer,
    )  # fmt: skip


def _desks(start: ElementInfo) -> tuple[str, ...]:
    return tuple(group for part in (start.audience or "").split(",") if (group := part.strip()))
