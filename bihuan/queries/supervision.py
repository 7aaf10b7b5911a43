"""督办: what is late or about to be, by rung; where the supervision office stepped in; applications for more time;
cases in which nobody does anything; cases that go from unit to unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotAllowed
from bihuan.domain.workdays import Calendar
from bihuan.locality.deployments import Deployment, current
from bihuan.queries.heat import COUNTED, RUNGS, Heat, Ladder, heat_of
from bihuan.queries.nearness import Gauge, Nearness
from bihuan.queries.orders import STANDING
from bihuan.queries.signature_chains import Link, chains_of, units_of
from bihuan.queries.supervision_lists import COUNTS, LISTS, PAGE, SILENCES, SILENT, List
from bihuan.queries.veil import veils_of
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault


@dataclass(frozen=True, slots=True)
class SupervisedTask:
    """One open step on a supervision list."""

    id: UUID
    case_no: str
    procedure: str
    """Its name, when it is not the main one."""
    subject: str
    step: str
    group: str
    handling_unit: str | None
    clause: str
    opened_at: datetime
    dispatched_at: datetime | None
    nearness: Nearness
    silent_workdays: int
    """Whole working days since it has waited."""
    chain: tuple[Link, ...] = ()
    """Of an application for more time: who has signed, and whose turn it is."""
    units: tuple[str, ...] = ()
    """Of a case that went from unit to unit: which, in order."""


@dataclass(frozen=True, slots=True)
class Supervision:
    """One list, the size of each, and the strip of units and steps."""

    which: List
    unit: str
    unit_name: str
    step: str
    silence: int
    rows: tuple[SupervisedTask, ...]
    counts: Mapping[str, int]
    heat: Heat
    cut: bool
    """More than PAGE tasks: narrow it down by unit or step."""


def supervision(
    reader: Reader, vault: Vault, actor: Officer, which: List = "late", unit: str = "", step: str = "",
    silence: int = SILENT,
) -> Supervision:  # fmt: skip
    """A supervision list of the officer's locality. Raises NotAllowed for all but supervision office and platform.

    `unit`: with whom the step lies; `step`: its name; `silence`: working days without a deed, one of SILENCES.
    """
    if access.supervising_unit(actor, locality=actor.locality) is None:
        raise NotAllowed(f"Expected {actor.ref} to supervise, but it is of {sorted(actor.units)}")
    silence = silence if silence in SILENCES else SILENT
    here = current(reader, actor.locality)
    deployment, calendar = here.deployment, here.calendar
    gauge = Gauge.of(calendar, deployment.locality.settings, reader.now)
    ladder = Ladder.of(calendar, reader.now, gauge.thresholds.amber_until)
    values = {"locality": actor.locality, **ladder.values, "silent_since": _silent_since(calendar, reader.now, silence)}
    rows, (counted,), cells, (orders,) = reader.each(
        LISTS[which], COUNTS, COUNTED, STANDING, **values, unit=unit, step=step
    )
    heat = heat_of(cells, deployment.locality)
    shown = _Rows(reader, vault, actor, deployment, calendar, gauge).shown(which, rows[:PAGE])
    late = {"all": heat.load.open, "late": heat.load.late} | {rung: getattr(heat.load, rung) for rung in RUNGS}
    return Supervision(
        which, unit, deployment.locality.unit_name(unit) if unit else "", step, silence, shown,
        late | counted | orders, heat, len(rows) > PAGE,
    )  # fmt: skip


def _silent_since(calendar: Calendar, now: datetime, workdays: int) -> datetime:
    """So many working days ago, at this time of day."""
    return calendar.workdays(-workdays, since=now, at=f"{now.astimezone(BEIJING):%H:%M}").due_at


class _Rows:
    """Puts the rows of a list into words for one reader."""

    def __init__(
        self, reader: Reader, vault: Vault, actor: Officer, deployment: Deployment, calendar: Calendar, gauge: Gauge
    ) -> None:
        self._reader, self._vault, self._actor = reader, vault, actor
        self._deployment, self._calendar, self._gauge = deployment, calendar, gauge

    def shown(self, which: List, rows: Sequence[Row]) -> tuple[SupervisedTask, ...]:
        """The list as it is shown, with what is particular to it."""
        cases = list(dict.fromkeys(row["case_id"] for row in rows))
        veils = veils_of(
            self._reader, self._vault, self._actor, ((row["case_id"], row["complained_of"]) for row in rows)
        )
        locality = self._deployment.locality
        chains = chains_of(self._reader, cases, locality) if which == "extensions" else {}
        units = units_of(self._reader, cases, locality) if which == "handed_on" else {}
        return tuple(
            self._row(
                row, veils[row["case_id"]].over_request(row["subject"], row["struck_subject"]),
                chains.get(row["case_id"], ()), units.get(row["case_id"], ()),
            )
            for row in rows
        )  # fmt: skip

    def _row(self, row: Row, subject: str, chain: tuple[Link, ...], units: tuple[str, ...]) -> SupervisedTask:
        name = self._deployment.locality
        opened_on, today = (at.astimezone(BEIJING).date() for at in (row["opened_at"], self._gauge.now))
        return SupervisedTask(
            row["id"], row["case_no"], self._deployment.procedure_name(row["process"]), subject, row["name"],
            name.group_name(row["group_key"]), name.unit_name(row["handling_unit"]) if row["handling_unit"] else None,
            row["clause"] or "", row["opened_at"], row["dispatched_at"], self._gauge.nearness(row["due_at"]),
            self._calendar.count_workdays(opened_on, today), chain, units,
        )  # fmt: skip
