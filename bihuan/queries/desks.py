"""Which desks (工作台) an officer has besides the inbox, for the menu: whether one may sit there each desk decides."""

from dataclasses import dataclass

from bihuan.domain.access import Officer
from bihuan.queries.session_desk import holds_sessions
from bihuan.queries.triage import seats_any
from bihuan.store.unit_of_work import Reader


@dataclass(frozen=True, slots=True)
class Desks:
    """研判分办, 坐诊."""

    triage: bool = False
    sessions: bool = False


NO_DESKS = Desks()


def desks_of(reader: Reader, actor: Officer, deployment: str | None) -> Desks:
    """The officer's desks, by the deployment that is in force in the officer's locality."""
    return Desks(seats_any(reader, actor, deployment), holds_sessions(reader, actor, deployment))
